-- Deploy zaedno-hub:helpers to pg
-- Who asks (set by the service in each transaction), and how times look.
BEGIN;

DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'zaedno_hub_service') THEN
		CREATE ROLE zaedno_hub_service NOLOGIN;
	END IF;
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO zaedno_hub_service;

-- After the first transaction that set it a setting is '', not NULL: nullif.
CREATE FUNCTION me() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('zaedno.org', true), '')::uuid $$;

CREATE FUNCTION my_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('zaedno.user', true), '')::uuid $$;

CREATE FUNCTION my_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('zaedno.role', true), '') $$;

CREATE FUNCTION my_request() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('zaedno.request', true), '')::uuid $$;

-- The service's own work: 'sequencer', 'reads' or 'sweep', set by a statement that
-- holds the lock of that work.
CREATE FUNCTION my_job() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('zaedno.job', true), '') $$;

-- What the statement before this one in the transaction did.
CREATE FUNCTION my_step() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('zaedno.step', true), '') $$;

CREATE FUNCTION rfc3339(timestamptz) RETURNS text LANGUAGE sql STABLE
PARALLEL SAFE AS
$$ SELECT to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

-- The recipient that stands for every organisation (the directory).
CREATE FUNCTION everyone() RETURNS uuid LANGUAGE sql IMMUTABLE
PARALLEL SAFE AS
$$ SELECT '00000000-0000-0000-0000-000000000000'::uuid $$;

COMMIT;
