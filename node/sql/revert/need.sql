-- Revert zaedno_node:need from pg

BEGIN;

DROP TABLE need;

COMMIT;
