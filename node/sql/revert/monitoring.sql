-- Revert zaedno_node:monitoring from pg

BEGIN;
DROP FUNCTION case_sweep();
DROP FUNCTION days_after(timestamptz, int);
DROP FUNCTION cases_in_company();
DROP FUNCTION cases_met();
DROP POLICY task_do_reminded ON task;
DROP POLICY task_of_coordination ON task;
DROP FUNCTION task_reminds(task);
DROP TRIGGER mirror_reminds ON mirror;
DROP FUNCTION mirror_reminds();
COMMIT;
