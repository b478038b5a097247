-- Verify zaedno_node:reminder on pg

BEGIN;

SELECT consent_id, since FROM recall WHERE false;
SELECT has_function_privilege('zaedno_node_service', 'task_sweep(int, int)',
	'EXECUTE');

ROLLBACK;
