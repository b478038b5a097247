-- Verify zaedno_node:case on pg

BEGIN;

SELECT id, person_id, year, number, holder, state, sealed, version FROM case_file WHERE false;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE oid IN ('case_file'::regclass, 'person'::regclass, 'person_index'::regclass);
SELECT 1 / (NOT has_table_privilege('zaedno_node_courier', 'person', 'SELECT'))::int;

ROLLBACK;
