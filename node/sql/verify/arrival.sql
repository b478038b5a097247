-- Verify zaedno_node:arrival on pg

BEGIN;
SELECT kind, id FROM arrival WHERE false;
SELECT * FROM arrivals(0);
SELECT 1 / (count(*) = 1)::int FROM pg_trigger WHERE tgname = 'mirror_arrives';
SELECT 1 / (NOT has_table_privilege('zaedno_node_service', 'arrival',
	'SELECT, INSERT, UPDATE, DELETE'))::int;
ROLLBACK;
