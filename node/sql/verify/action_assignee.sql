-- Verify zaedno_node:action_assignee on pg
BEGIN;
SELECT action_id, user_id FROM action_assignee LIMIT 0;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE relname = 'action_assignee';
SELECT 1 / (count(*) = 3)::int FROM pg_trigger
WHERE tgname IN ('action_assignee_fill', 'action_load_assigned', 'action_load_told');
ROLLBACK;
