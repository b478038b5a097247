-- Verify zaedno-hub:audit on pg
BEGIN;
SELECT id, at, org, actor, role, event, kind, ref, consent_id, request, leaf,
    leaf_salt, details FROM audit WHERE false;
SELECT id, leaf, act FROM audit_queue WHERE false;
SELECT idx, leaf, chain, act FROM audit_leaf WHERE false;
SELECT at, org, actor, role, kind, ref, version, consent_id, holder, request,
    leaf_salt, details, tx FROM read_log WHERE false;
SELECT 1 / (NOT has_table_privilege('zaedno_hub_service', t,
    'UPDATE, DELETE, TRUNCATE'))::int
FROM unnest(ARRAY['audit', 'audit_leaf', 'read_log']) t;
SELECT 1 / (count(*) = 4)::int FROM pg_class
WHERE relname IN ('audit', 'audit_queue', 'audit_leaf', 'read_log')
AND relrowsecurity;
SELECT 1 / (count(*) >= 5)::int FROM pg_trigger
WHERE tgname LIKE 'append_only%' AND tgparentid = 0;
SELECT 1 / (count(*) = 1)::int FROM pg_trigger
WHERE tgname = 'audit_seal' AND tgrelid = 'audit'::regclass;
ROLLBACK;
