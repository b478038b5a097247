-- Revert zaedno_node:mirror from pg

BEGIN;

DROP FUNCTION hub_health(), received_document(received, mirror),
	received_state(received, mirror), feed_resync_end(), feed_resync_begin(boolean),
	feed_apply(jsonb, text, uuid, timestamptz),
	feed_apply_consent(uuid, jsonb), feed_apply_event(jsonb, uuid, timestamptz),
	feed_queue_purge(uuid[]), feed_event_fault(jsonb, hub_link),
	members_good(text, jsonb), member_good(text, jsonb), is_time(text),
	is_day(text), is_uuid(text);
DROP TABLE received, mirror;

COMMIT;
