-- Revert zaedno-hub:difficulty_definition from pg
BEGIN;
DELETE FROM event_queue WHERE kind = 'definition';
DROP FUNCTION definition_event(uuid);
DROP FUNCTION definition_json(difficulty_definition);
DROP TABLE difficulty_definition;
DROP FUNCTION definition_numbered();
COMMIT;
