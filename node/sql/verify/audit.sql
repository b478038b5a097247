-- Verify zaedno_node:audit on pg

BEGIN;

SELECT id, at, org, actor, role, event, kind, ref, consent_id, request, leaf FROM audit WHERE false;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE oid = 'audit'::regclass;
SELECT 1 / (NOT has_table_privilege('zaedno_node_service', 'audit', 'UPDATE'))::int;

ROLLBACK;
