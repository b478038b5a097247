-- Revert zaedno-hub:session from pg
BEGIN;
DROP FUNCTION caller_status();
DROP FUNCTION person_stands();
DROP FUNCTION my_account();
DROP FUNCTION user_json(app_user);
DROP TABLE sign_in_failure;
DROP TABLE refresh_token;
DROP TABLE session;
DROP TABLE app_user;
COMMIT;
