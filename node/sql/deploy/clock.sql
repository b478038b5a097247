-- Deploy zaedno_node:clock to pg
-- requires: reminder
-- The latest time that this database has seen. A clock that was set back would
-- let what has run out live again: while it is behind, received summaries are
-- not shown; and what has run out is latched in the row.

BEGIN;

ALTER TABLE hub_link ADD clock_mark timestamptz NOT NULL
	DEFAULT statement_timestamp();
COMMENT ON COLUMN hub_link.clock_mark IS
	'goes forward only; where the clock was ahead and has been mended, the database owner sets it right';

CREATE FUNCTION clock_holds() RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT clock_mark <= statement_timestamp() + interval '60 s' FROM hub_link
$$;

CREATE OR REPLACE FUNCTION lease_holds() RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT last_feed_at > statement_timestamp() - mirror_lease
	       AND last_feed_at < statement_timestamp() + interval '60 s'
	       AND clock_holds()
	FROM hub_link
$$;

-- Why what is within its lease only is not shown, for whoever would see it.
CREATE FUNCTION lease_problem() RETURNS text LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN clock_holds() THEN 'hub-unreachable' ELSE 'clock-behind' END
$$;

-- By the timer: nobody asks.
CREATE FUNCTION clock_sweep() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF my_user() IS NOT NULL THEN
		RETURN;
	END IF;
	UPDATE hub_link SET clock_mark = statement_timestamp()
	WHERE clock_mark < statement_timestamp();
	UPDATE consent SET state = 'expired'
	WHERE state = 'active' AND until <= statement_timestamp();
END $$;
REVOKE EXECUTE ON FUNCTION clock_sweep() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clock_sweep() TO zaedno_node_service;

CREATE OR REPLACE FUNCTION consent_ended_at(c consent) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN c.state = 'withdrawn' THEN c.withdrawn_at
	            WHEN c.state = 'superseded' THEN c.superseded_at
	            WHEN c.state = 'expired' OR c.until <= statement_timestamp()
	            THEN c.until END
$$;

COMMIT;
