-- Verify zaedno-hub:lesson on pg
BEGIN;
SELECT region, state, urgency, outcome, lesson, requested_at, met_at, ended_at,
    decided_at, done_at FROM coordination_past WHERE false;
SELECT lesson_json(l), lesson_event(l.id) FROM lesson l LIMIT 0;
SELECT 1 / count(*) FROM lesson_run;
SELECT 1 / has_function_privilege('zaedno_hub_service', 'lesson_publish()',
    'EXECUTE')::int;
SELECT 1 / (count(*) = 3)::int FROM pg_class WHERE relrowsecurity
AND relname IN ('coordination_past', 'lesson', 'lesson_run');
SELECT count(*) FROM coordination_times();
SELECT retention_plan('-infinity', 1);
ROLLBACK;
