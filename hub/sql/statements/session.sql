-- Signing in, refreshing and ending sessions.  The same at the hub and at a
-- node; what takes and returns what: common/session.h.

-- statement: session_find (read)
-- Always one row: what to check a password against, and how long to wait
-- first.  Guessing slows down, by login and by source; nobody is locked out.
SELECT u.id, u.name, u.role, u.organisation_id, NULL::text AS session,
    u.password_hash, u.totp_secret, u.totp_step,
    CASE WHEN f.n < 3 THEN 0
        ELSE 250 * 2 ^ least(f.n - 3, 5) END::int AS wait_ms
FROM (SELECT greatest(
        (SELECT count(*) FROM sign_in_failure
            WHERE login_sha256 = decode($2, 'hex')
            AND at > statement_timestamp() - interval '15 minutes'),
        (SELECT count(*) / 4 FROM sign_in_failure
            WHERE source = $3
            AND at > statement_timestamp() - interval '15 minutes')) AS n) f
LEFT JOIN app_user u ON u.login = $1 AND u.state = 'active';

-- statement: session_refuse (write)
INSERT INTO sign_in_failure (login_sha256, source)
VALUES (decode($1, 'hex'), $2);

-- statement: session_open (write)
-- A code of the second factor is used once: its step must be a later one.
WITH u AS (
    UPDATE app_user
    SET totp_step = coalesce($2::bigint, totp_step)
    WHERE id = $1::uuid AND state = 'active'
    AND ($2::bigint IS NULL OR totp_step < $2::bigint)
    RETURNING id, name, role, organisation_id),
s AS (
    INSERT INTO session (user_id, expires_at)
    SELECT u.id, statement_timestamp() + make_interval(days => $4::int)
    FROM u RETURNING id),
t AS (
    INSERT INTO refresh_token (token_sha256, session_id)
    SELECT decode($3, 'hex'), s.id FROM s),
aud AS (
    INSERT INTO audit (actor, role, event, kind, ref)
    SELECT u.id::text, u.role, 'session.start', 'user', u.id FROM u)
SELECT u.id, u.name, u.role, u.organisation_id, s.id AS session FROM u, s;

-- statement: session_refresh_lock (write)
SELECT s.id FROM session s
WHERE s.id = (SELECT session_id FROM refresh_token
    WHERE token_sha256 = decode($1, 'hex'))
FOR NO KEY UPDATE;

-- statement: session_refresh (write)
-- A token that was used before is a stolen one, or its thief's: the session
-- ends for both.
WITH t AS (
    SELECT t.session_id, t.used_at, s.user_id,
        s.ended_at IS NULL AND s.expires_at > statement_timestamp() AS live
    FROM refresh_token t JOIN session s ON s.id = t.session_id
    WHERE t.token_sha256 = decode($1, 'hex')),
theft AS (
    UPDATE session s SET ended_at = statement_timestamp(),
        ended_why = 'refresh-reused'
    FROM t WHERE s.id = t.session_id AND t.used_at IS NOT NULL
    AND s.ended_at IS NULL),
used AS (
    UPDATE refresh_token r SET used_at = statement_timestamp()
    FROM t JOIN app_user u ON u.id = t.user_id AND u.state = 'active'
    WHERE r.token_sha256 = decode($1, 'hex') AND t.used_at IS NULL AND t.live
    RETURNING r.session_id, u.id, u.name, u.role, u.organisation_id,
        u.totp_secret IS NOT NULL AS totp),
fresh AS (
    INSERT INTO refresh_token (token_sha256, session_id)
    SELECT decode($2, 'hex'), used.session_id FROM used),
longer AS (
    UPDATE session s
    SET expires_at = statement_timestamp() + make_interval(days => $3::int)
    FROM used WHERE s.id = used.session_id)
SELECT id, name, role, organisation_id, session_id AS session, totp
FROM used;

-- statement: session_end (write)
UPDATE session SET ended_at = statement_timestamp(), ended_why = 'signed-out'
WHERE id = $1::uuid AND user_id = my_user() AND ended_at IS NULL;

-- statement: account_me (read)
SELECT '200' AS status, jsonb_strip_nulls(jsonb_build_object('id', u.id,
    'login', u.login, 'name', u.name, 'role', u.role,
    'organisation_id', u.organisation_id,
    'totp', u.totp_secret IS NOT NULL))::text AS body
FROM session s JOIN app_user u ON u.id = s.user_id AND u.state = 'active'
WHERE s.id = $1::uuid AND s.user_id = my_user() AND s.ended_at IS NULL;

-- statement: account_find (read)
SELECT u.password_hash, u.totp_pending, u.login
FROM session s JOIN app_user u ON u.id = s.user_id AND u.state = 'active'
WHERE s.id = $1::uuid AND s.user_id = my_user() AND s.ended_at IS NULL;

-- statement: account_password_set (write)
WITH u AS (
    UPDATE app_user SET password_hash = $2, version = version + 1
    WHERE id = my_user() AND state = 'active' RETURNING id),
others AS (
    UPDATE session s SET ended_at = statement_timestamp(),
        ended_why = 'password-changed'
    FROM u WHERE s.user_id = u.id AND s.id <> $1::uuid
    AND s.ended_at IS NULL),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'user.password', 'user', u.id FROM u)
SELECT '204' AS status, NULL AS body FROM u;

-- statement: account_totp_begin (write)
UPDATE app_user SET totp_pending = $1
WHERE id = my_user() AND state = 'active';

-- statement: account_totp_confirm (write)
WITH u AS (
    UPDATE app_user SET totp_secret = totp_pending, totp_pending = NULL,
        totp_step = $1::bigint, version = version + 1
    WHERE id = my_user() AND state = 'active' AND totp_pending IS NOT NULL
    RETURNING id),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'user.totp', 'user', u.id FROM u)
SELECT '204' AS status, NULL AS body FROM u;
