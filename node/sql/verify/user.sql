-- Verify zaedno_node:user on pg

BEGIN;

SELECT id, login, name, role, state, version FROM app_user WHERE false;

ROLLBACK;
