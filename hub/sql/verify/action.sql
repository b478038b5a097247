-- Verify zaedno-hub:action on pg
BEGIN;
SELECT action_whole_json(a) FROM action a LIMIT 0;
SELECT plan_whole_json(p) FROM plan p LIMIT 0;
SELECT action_met(k) FROM coordination k LIMIT 0;
SELECT action_id, text FROM action_note WHERE false;
SELECT 1 / (count(*) = 4)::int FROM pg_class WHERE relrowsecurity
AND relname IN ('action', 'action_progress', 'action_step', 'action_note');
ROLLBACK;
