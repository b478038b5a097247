-- Verify zaedno_node:statutory on pg

BEGIN;

SELECT id, case_id, channel, recipient, made_at, sealed, ack_at FROM signal WHERE false;
SELECT id, case_id, kind, convened_at, held_at, sealed FROM team_record WHERE false;
SELECT 1 / relrowsecurity::int FROM pg_class
WHERE oid IN ('signal'::regclass, 'team_record'::regclass);
SELECT 1 / (NOT has_table_privilege('zaedno_node_courier', t, 'SELECT'))::int
FROM unnest(ARRAY['signal', 'team_record']) t;

ROLLBACK;
