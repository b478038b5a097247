-- Deploy zaedno_node:calendar to pg
-- requires: shared_change
-- Calendars of our people at secret addresses: whoever has one sees when, where
-- and of what kind the meetings of its owner are, and nothing of any case.

BEGIN;

CREATE TABLE calendar (
	id            uuid PRIMARY KEY,
	user_id       uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	secret_sha256 bytea NOT NULL UNIQUE,
	created_at    timestamptz NOT NULL DEFAULT statement_timestamp(),
	revoked_at    timestamptz
);
CREATE INDEX calendar_user ON calendar (user_id);

ALTER TABLE calendar ENABLE ROW LEVEL SECURITY;
CREATE POLICY calendar_own ON calendar TO zaedno_node_service
	USING (user_id = (SELECT my_user())
	       AND (SELECT my_role()) IN ('practitioner', 'supervisor'))
	WITH CHECK (user_id = (SELECT my_user())
	            AND (SELECT my_role()) IN ('practitioner', 'supervisor'));
GRANT SELECT, INSERT, UPDATE (revoked_at) ON calendar TO zaedno_node_service;

CREATE FUNCTION calendar_json(c calendar) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', c.id,
	       'created_at', rfc3339(c.created_at),
	       'revoked_at', rfc3339(c.revoked_at)))
$$;

-- For the rest of the transaction the asker is whose address it is: what they
-- may see the policies say, as ever.
CREATE FUNCTION calendar_open(secret bytea) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT bool_and(x IS NOT NULL) FROM (
		SELECT set_config('zaedno.user', u.id::text, true)
		       || set_config('zaedno.role', u.role, true) AS x
		FROM calendar c JOIN app_user u ON u.id = c.user_id
		     AND u.state = 'active' AND u.role IN ('practitioner', 'supervisor')
		WHERE c.secret_sha256 = secret AND c.revoked_at IS NULL) y
$$;
REVOKE EXECUTE ON FUNCTION calendar_open(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION calendar_open(bytea) TO zaedno_node_service;

COMMIT;
