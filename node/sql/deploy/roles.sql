-- Deploy zaedno_node:roles to pg
-- Who is asking, as the service said it with set_config() in this transaction,
-- and the two group roles that everything below is granted to. The roles are
-- cluster-wide and made by the deployment before this project runs.

BEGIN;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO zaedno_node_service, zaedno_node_courier;

CREATE FUNCTION me() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('zaedno.org', true), '')::uuid $$;

CREATE FUNCTION my_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('zaedno.user', true), '')::uuid $$;

CREATE FUNCTION my_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('zaedno.role', true), '') $$;

CREATE FUNCTION my_request() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('zaedno.request', true), '')::uuid $$;

-- RFC 3339 in UTC with milliseconds, the one form of time in every document.
CREATE FUNCTION rfc3339(t timestamptz) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS
  $$ SELECT to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

-- The date where the organisation works.
CREATE FUNCTION today() RETURNS date LANGUAGE sql STABLE AS
  $$ SELECT (statement_timestamp() AT TIME ZONE 'Europe/Sofia')::date $$;

-- Was this row version (its xmin) written by the present transaction? The last
-- statement of a segment asks so whether the change before it took place.
CREATE FUNCTION touched(x xid) RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT coalesce(x = pg_current_xact_id_if_assigned()::xid, false) $$;

-- One page of a list; "next" only where there is more.
CREATE FUNCTION page_json(items json, next text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN next IS NULL THEN json_build_object('items', items)
	            ELSE json_build_object('items', items, 'next', next) END::text
$$;

-- For tables that only grow: UPDATE, DELETE and TRUNCATE fail, the owner's too.
CREATE FUNCTION raise_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME
	    USING ERRCODE = 'insufficient_privilege';
END $$;

COMMIT;
