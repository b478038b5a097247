-- Revert zaedno_node:audit from pg

BEGIN;

DROP TABLE audit;

COMMIT;
