-- Verify zaedno_node:audit_head on pg

BEGIN;

SELECT id, n, log_id, count, chain, at, head, queued, countersignature, countersigned_at FROM audit_head WHERE false;
SELECT kid, jwk, seen_at FROM hub_key WHERE false;
SELECT id, seq, head, received_at, state, log_id, count, chain, at FROM hub_head WHERE false;
SELECT 1 / (count(*) = 3)::int FROM pg_class
WHERE relname IN ('audit_head', 'hub_key', 'hub_head') AND relrowsecurity;
SELECT 1 / (NOT has_table_privilege('zaedno_node_service', t, 'UPDATE, DELETE, TRUNCATE'))::int
FROM unnest(ARRAY['audit_head', 'hub_key', 'hub_head']) t;

ROLLBACK;
