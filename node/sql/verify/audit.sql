-- Verify zaedno_node:audit on pg

BEGIN;

SELECT id, at, org, actor, role, event, kind, ref, consent_id, request, leaf, leaf_salt, details FROM audit WHERE false;
SELECT log_id, count, chain FROM audit_log WHERE false;
SELECT id, act, leaf FROM audit_queue WHERE false;
SELECT idx, leaf, chain, act FROM audit_leaf WHERE false;
SELECT 1 / (NOT has_table_privilege('zaedno_node_service', t, 'INSERT, UPDATE, DELETE, TRUNCATE'))::int
FROM unnest(ARRAY['audit_log', 'audit_queue', 'audit_leaf']) t;
SELECT 1 / (count(*) = 1)::int FROM pg_trigger WHERE tgname = 'audit_seal' AND tgrelid = 'audit'::regclass;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE oid = 'audit'::regclass;
SELECT 1 / (NOT has_table_privilege('zaedno_node_service', 'audit', 'UPDATE'))::int;

ROLLBACK;
