-- Revert zaedno_node:task from pg

BEGIN;

DELETE FROM erasure_part WHERE relation = 'task';
DROP FUNCTION task_raise(text, uuid, timestamptz, int), task_document(task);
DROP TABLE task;
DROP FUNCTION task_fill(), task_of_all(text);
DROP TABLE codelist.task_kind;

COMMIT;
