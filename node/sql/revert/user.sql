-- Revert zaedno_node:user from pg

BEGIN;

DROP TABLE app_user;

COMMIT;
