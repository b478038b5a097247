-- Verify zaedno-hub:minutes on pg
BEGIN;
SELECT meeting_minutes(m) FROM meeting m LIMIT 0;
ROLLBACK;
