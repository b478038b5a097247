-- Verify zaedno_node:difficulty on pg

BEGIN;

SELECT id, case_id, definition, proposed, met, difficult FROM difficulty_check
WHERE false;
SELECT 1 / difficulty_rule_met('[{"all": ["D4"], "more": 2}]', '{D4,D5,D6}')::int;
SELECT 1 / (difficulty_picture(gen_random_uuid())->'proposed' = '[]')::int;
SELECT 1 / relrowsecurity::int
FROM pg_class WHERE oid = 'difficulty_check'::regclass;
SELECT 1 / (count(*) = 1)::int
FROM erasure_part WHERE relation = 'difficulty_check';

ROLLBACK;
