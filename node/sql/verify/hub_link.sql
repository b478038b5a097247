-- Verify zaedno_node:hub_link on pg

BEGIN;

SELECT 1 / count(*) FROM hub_link;
SELECT lease_holds();
SELECT 1 / (NOT has_column_privilege('zaedno_node_service', 'hub_link', 'code', 'SELECT'))::int;

ROLLBACK;
