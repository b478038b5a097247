-- Verify zaedno_node:calendar on pg
BEGIN;
SELECT calendar_json(c) FROM calendar c LIMIT 0;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE relname = 'calendar';
ROLLBACK;
