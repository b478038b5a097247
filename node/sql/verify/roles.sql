-- Verify zaedno_node:roles on pg

BEGIN;

SELECT me(), my_user(), my_role(), my_request(), rfc3339(now());
SELECT 1 / has_schema_privilege('zaedno_node_service', 'public', 'USAGE')::int;
SELECT 1 / (NOT has_schema_privilege('zaedno_node_service', 'public', 'CREATE'))::int;

ROLLBACK;
