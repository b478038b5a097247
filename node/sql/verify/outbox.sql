-- Verify zaedno_node:outbox on pg

BEGIN;

SELECT id, operation, method, path, params, body, subject, lane, key, state FROM outbox WHERE false;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE oid = 'outbox'::regclass;
SELECT 1 / (NOT has_column_privilege('zaedno_node_service', 'outbox', 'body', 'SELECT'))::int;

ROLLBACK;
