-- Revert zaedno_node:reminder from pg

BEGIN;

DROP FUNCTION task_sweep(int, int);
DROP VIEW recall;
DROP FUNCTION consent_ended_at(consent);

COMMIT;
