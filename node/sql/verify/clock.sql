-- Verify zaedno_node:clock on pg

BEGIN;

SELECT clock_mark FROM hub_link WHERE false;
SELECT 1 / clock_holds()::int;
SELECT lease_problem();
SELECT has_function_privilege('zaedno_node_service', 'clock_sweep()', 'EXECUTE');

ROLLBACK;
