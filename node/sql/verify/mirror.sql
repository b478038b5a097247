-- Verify zaedno_node:mirror on pg

BEGIN;

SELECT kind, id, parent, subject, state, due, title, seq, tag, receipted, version, doc FROM mirror WHERE false;
SELECT summary_id, assigned_to, opened_at, case_id FROM received WHERE false;
SELECT 1 / min(relrowsecurity::int) FROM pg_class WHERE oid IN ('mirror'::regclass, 'received'::regclass);
SELECT 1 / has_function_privilege('zaedno_node_courier', 'feed_apply(jsonb, text, uuid, timestamptz)', 'EXECUTE')::int;
SELECT 1 / (NOT has_function_privilege('zaedno_node_service', 'feed_apply(jsonb, text, uuid, timestamptz)', 'EXECUTE'))::int;

ROLLBACK;
