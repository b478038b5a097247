-- Revert zaedno-hub:reminder from pg
BEGIN;
DROP FUNCTION requeue_reminders(uuid, text);
DROP FUNCTION reminder_end(uuid);
DROP FUNCTION reminder_event(uuid);
DROP FUNCTION reminder_json(reminder);
DROP FUNCTION reminder_sweep();
DROP FUNCTION reminder_now(boolean);
DROP FUNCTION coordination_moved(coordination);
DROP FUNCTION reminder_owed();
DROP FUNCTION reminder_at(timestamptz, int);
DROP FUNCTION reminder_day(timestamptz);
DROP INDEX coordination_member_due, coordination_due;
DROP TABLE reminder_run, reminder;
COMMIT;
