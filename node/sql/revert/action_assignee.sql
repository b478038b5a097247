-- Revert zaedno_node:action_assignee from pg
BEGIN;
DROP TRIGGER action_load_told ON mirror;
DROP FUNCTION action_load_told();
DELETE FROM erasure_part WHERE relation = 'action_assignee';
DROP TABLE action_assignee;
DROP FUNCTION action_load_assigned();
DROP FUNCTION action_load(uuid);
COMMIT;
