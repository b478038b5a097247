-- Verify zaedno-hub:question on pg
BEGIN;
SELECT id, kind, asker, asked_by, region, level, text, state, version, asked_at,
    due, deadline_set, expert, answer, answered_at, why, decided_at
FROM question WHERE false;
SELECT question_id, coordination_id FROM question_link WHERE false;
SELECT question_json(q), question_event(q.id), question_met(k), my_level()
FROM question q, coordination k LIMIT 0;
SELECT retention_question('-infinity', 1);
SELECT 1 / (count(*) FILTER (WHERE relrowsecurity) = 2)::int FROM pg_class
WHERE relname IN ('question', 'question_link');
ROLLBACK;
