-- Revert zaedno-hub:hours from pg
BEGIN;
DROP FUNCTION meeting_hours(text);
DROP FUNCTION quarter_begins(text, int);
DROP FUNCTION hour_promise_json(hour_promise);
DROP TABLE hour_promise;
COMMIT;
