-- Verify zaedno_node:user on pg

BEGIN;

SELECT id, login, name, role, password_hash, totp_secret, state, version FROM app_user WHERE false;
SELECT id, user_id, expires_at, ended_at FROM session WHERE false;
SELECT token_sha256, session_id, used_at FROM refresh_token WHERE false;
SELECT at, login_sha256, source FROM sign_in_failure WHERE false;

ROLLBACK;
