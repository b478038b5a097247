-- Revert zaedno_node:calendar from pg
BEGIN;
DROP FUNCTION calendar_open(bytea);
DROP FUNCTION calendar_json(calendar);
DROP TABLE calendar;
COMMIT;
