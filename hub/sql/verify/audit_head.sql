-- Verify zaedno-hub:audit_head on pg
BEGIN;
SELECT tx, after, last_at FROM read_head WHERE false;
SELECT leaf, at, details, rows, tx_from, tx_to, first_at, last_at
FROM read_set WHERE false;
SELECT id, n, log_id, count, chain, at, head FROM audit_head WHERE false;
SELECT id, organisation_id, n, log_id, count, chain, at, state, received_at,
    receipt, countersignature FROM node_head WHERE false;
SELECT 1 / (NOT has_table_privilege('zaedno_hub_service', t,
    'UPDATE, DELETE, TRUNCATE'))::int
FROM unnest(ARRAY['read_set', 'audit_head', 'node_head']) t;
SELECT 1 / (count(*) = 4)::int FROM pg_class
WHERE relname IN ('read_head', 'read_set', 'audit_head', 'node_head')
AND relrowsecurity;
ROLLBACK;
