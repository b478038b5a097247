-- Revert zaedno-hub:lesson from pg
BEGIN;
DROP FUNCTION coordination_times();
DROP FUNCTION lesson_event(uuid);
DROP FUNCTION lesson_json(lesson);
DROP FUNCTION lesson_publish();
DROP FUNCTION retention_plan(timestamptz, int);
DROP FUNCTION coordination_met_at(uuid);
DROP FUNCTION quarter_of(timestamptz);
ALTER TABLE retention_log DISABLE TRIGGER append_only;
DELETE FROM retention_log WHERE rule = 'plan';
ALTER TABLE retention_log ENABLE TRIGGER append_only;
DELETE FROM retention WHERE rule = 'plan';
DROP TABLE lesson_run, lesson, coordination_past;
COMMIT;
