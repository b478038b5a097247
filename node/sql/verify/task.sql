-- Verify zaedno_node:task on pg

BEGIN;

SELECT id, kind, subject, case_id, due, level, done_at FROM task WHERE false;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE oid = 'task'::regclass;
SELECT 1 / (count(*) = 1)::int FROM erasure_part WHERE relation = 'task';
SELECT has_function_privilege('zaedno_node_courier',
	'task_raise(text, uuid, timestamptz, int)', 'EXECUTE');

ROLLBACK;
