-- Verify zaedno_node:guard on pg

BEGIN;

SELECT summary_id, version, sealed, by, at FROM summary_overrule WHERE false;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE oid = 'summary_overrule'::regclass;

ROLLBACK;
