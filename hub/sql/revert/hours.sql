-- Revert zaedno-hub:hours from pg
BEGIN;
DROP FUNCTION requeue_hours(uuid, text);
DROP FUNCTION hours_changed(uuid, jsonb);
DROP FUNCTION hours_key(uuid, text);
DROP FUNCTION hour_promise_event(uuid);
DROP FUNCTION hour_promise_json(hour_promise);
DROP FUNCTION meeting_hours(text);
DROP FUNCTION quarter_whole(text);
DROP FUNCTION quarter_begins(text, int);
DROP TABLE hour_promise;
COMMIT;
