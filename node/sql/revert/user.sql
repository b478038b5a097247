-- Revert zaedno_node:user from pg

BEGIN;

CREATE OR REPLACE FUNCTION my_role() RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT nullif(current_setting('zaedno.role', true), '') $$;
DROP FUNCTION my_account(), user_json(app_user);
DROP TABLE sign_in_failure, refresh_token, session, app_user;

COMMIT;
