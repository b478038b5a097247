-- Deploy zaedno-hub:session to pg
-- requires: organisation
-- People of the hub and their sessions.
BEGIN;

CREATE TABLE app_user (
	id uuid PRIMARY KEY,
	login text NOT NULL UNIQUE,
	name text NOT NULL,
	role text NOT NULL,
	organisation_id uuid REFERENCES organisation,
	-- An expert's: regional or national.
	level text,
	password_hash text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
	totp_secret text,
	totp_pending text,
	totp_step bigint NOT NULL DEFAULT 0,
	state text NOT NULL DEFAULT 'active'
	    CHECK (state IN ('active', 'disabled')),
	version bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	CHECK ((role = 'expert') = (level IS NOT NULL)),
	CHECK (level IN ('regional', 'national'))
);

CREATE TABLE session (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	user_id uuid NOT NULL REFERENCES app_user,
	created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	expires_at timestamptz NOT NULL,
	ended_at timestamptz,
	ended_why text
);
CREATE INDEX session_user_id ON session (user_id);

-- One row for each refresh token ever made; used ones tell a theft.
CREATE TABLE refresh_token (
	token_sha256 bytea PRIMARY KEY,
	session_id uuid NOT NULL REFERENCES session ON DELETE CASCADE,
	created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	used_at timestamptz
);
CREATE INDEX refresh_token_session ON refresh_token (session_id);

-- What slows down guessing; a login's hash, so that a password typed in the
-- wrong field is not kept.
CREATE TABLE sign_in_failure (
	at timestamptz NOT NULL DEFAULT statement_timestamp(),
	login_sha256 bytea NOT NULL,
	source text NOT NULL
);
CREATE INDEX sign_in_failure_login ON sign_in_failure (login_sha256, at);
CREATE INDEX sign_in_failure_source ON sign_in_failure (source, at);

CREATE FUNCTION user_json(u app_user) RETURNS jsonb LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', u.id, 'login', u.login,
	    'name', u.name, 'role', u.role, 'level', u.level,
	    'organisation_id', u.organisation_id,
	    'state', u.state, 'totp', u.totp_secret IS NOT NULL,
	    'version', u.version))
$$;

-- The signed-in person, while the session, the account and the role that the
-- token was made for still stand: one row, or none.
CREATE FUNCTION my_account() RETURNS SETOF app_user LANGUAGE sql STABLE AS
$$
	SELECT u.* FROM app_user u
	WHERE u.id = my_user() AND u.role = my_role() AND u.state = 'active'
$$;

-- Whether that row is there, for the busiest statement: a function with a
-- sub-select is not inlined, and so costs nothing where a node asks.
CREATE FUNCTION person_stands() RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT EXISTS (SELECT FROM my_account()) $$;

-- Whether the caller may act at all, by the rows of now and not by its token:
-- active, suspended, blocked; NULL for nobody.
CREATE FUNCTION caller_status() RETURNS text
LANGUAGE plpgsql STABLE AS
$$
BEGIN
	RETURN (SELECT CASE WHEN my_role() = 'node' THEN
	    (SELECT o.status FROM organisation o WHERE o.id = me())
	ELSE (SELECT coalesce(o.status, 'active') FROM my_account() u
	    LEFT JOIN organisation o ON o.id = u.organisation_id) END);
END $$;

GRANT SELECT, INSERT, UPDATE ON app_user TO zaedno_hub_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON session TO zaedno_hub_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON refresh_token TO zaedno_hub_service;
GRANT SELECT, INSERT, DELETE ON sign_in_failure TO zaedno_hub_service;

COMMIT;
