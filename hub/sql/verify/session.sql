-- Verify zaedno-hub:session on pg
BEGIN;
SELECT id, login, name, role, organisation_id, password_hash, totp_secret,
    totp_pending, totp_step, state, version, created_at
FROM app_user WHERE false;
SELECT id, user_id, created_at, expires_at, ended_at, ended_why
FROM session WHERE false;
SELECT token_sha256, session_id, created_at, used_at
FROM refresh_token WHERE false;
SELECT at, login_sha256, source FROM sign_in_failure WHERE false;
SELECT user_json(u) FROM app_user u LIMIT 0;
SELECT * FROM my_account();
SELECT caller_status(), person_stands();
SELECT 1 / (NOT has_table_privilege('zaedno_hub_service', 'app_user',
    'DELETE, TRUNCATE'))::int;
ROLLBACK;
