-- Verify zaedno-hub:difficulty_definition on pg
BEGIN;
SELECT id, number, state, version, source, criteria, rule, note, created_at,
    decided_on, decision, adopted_by, adopted_at
FROM difficulty_definition WHERE false;
SELECT definition_json(d), definition_event(d.id)
FROM difficulty_definition d LIMIT 0;
SELECT 1 / (source = 'zaedno')::int FROM difficulty_definition WHERE number = 1;
SELECT 1 / relrowsecurity::int FROM pg_class
WHERE relname = 'difficulty_definition';
ROLLBACK;
