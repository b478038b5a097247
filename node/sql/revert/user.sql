-- Revert zaedno_node:user from pg

BEGIN;

DROP FUNCTION my_account(), user_json(app_user);
DROP TABLE sign_in_failure, refresh_token, session, app_user;

COMMIT;
