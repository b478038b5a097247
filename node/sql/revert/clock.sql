-- Revert zaedno_node:clock from pg

BEGIN;

CREATE OR REPLACE FUNCTION consent_ended_at(c consent) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN c.state = 'withdrawn' THEN c.withdrawn_at
	            WHEN c.state = 'superseded' THEN c.superseded_at
	            WHEN c.until <= statement_timestamp() THEN c.until END
$$;
CREATE OR REPLACE FUNCTION lease_holds() RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT last_feed_at > statement_timestamp() - mirror_lease
	       AND last_feed_at < statement_timestamp() + interval '60 s'
	FROM hub_link
$$;
DROP FUNCTION clock_sweep(), lease_problem(), clock_holds();
ALTER TABLE hub_link DROP clock_mark;

COMMIT;
