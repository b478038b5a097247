-- Revert zaedno-hub:feed from pg
BEGIN;
DROP FUNCTION requeue_summaries(uuid, text);
DROP FUNCTION feed_recipients(bigint, bigint);
DROP TABLE feed_ack;
DROP TABLE feed_head;
DROP TABLE feed;
DROP TABLE event_queue;
COMMIT;
