-- Revert zaedno-hub:minutes from pg
BEGIN;
DROP FUNCTION meeting_minutes(meeting);
DROP FUNCTION bg_time(timestamptz);
COMMIT;
