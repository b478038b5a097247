-- Verify zaedno-hub:feed on pg
BEGIN;
SELECT id, recipient, kind, ref, version, op FROM event_queue WHERE false;
SELECT seq, recipient, prev, kind, ref, version, op, tag FROM feed WHERE false;
SELECT recipient, seq, at FROM feed_ack WHERE false;
SELECT 1 / (count(*) = 1)::int FROM feed_head;
SELECT 1 / (count(*) = 3)::int FROM pg_class
WHERE relname IN ('event_queue', 'feed', 'feed_ack') AND relrowsecurity;
SELECT 1 / (NOT has_table_privilege('zaedno_hub_service', 'feed',
    'UPDATE, DELETE, TRUNCATE'))::int;
SELECT 1 / (NOT has_column_privilege('zaedno_hub_service', 'feed_head',
    'feed_id', 'UPDATE'))::int;
SELECT feed_recipients(0, 0);
ROLLBACK;
