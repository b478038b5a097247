-- Deploy zaedno-hub:ending to pg
-- requires: feed session
-- The three doors by which a consent ends.  The holder's node has its own
-- policies; a family reaches the one consent that its session is bound to, a
-- coordinator any, only to end it, and neither sees a summary.
BEGIN;

CREATE FUNCTION my_operation() RETURNS text LANGUAGE sql STABLE
PARALLEL SAFE AS
$$ SELECT nullif(current_setting('zaedno.operation', true), '') $$;

-- The consent and the capacity that a family's session is bound to: settings
-- of the transaction, made anew by the first statement of each of its
-- requests, and nobody else's.
CREATE FUNCTION my_consent() RETURNS uuid LANGUAGE sql STABLE AS
$$
	SELECT CASE my_role() WHEN 'family' THEN
	    nullif(current_setting('zaedno.consent', true), '')::uuid END
$$;
CREATE FUNCTION my_capacity() RETURNS text LANGUAGE sql STABLE AS
$$
	SELECT CASE my_role() WHEN 'family' THEN
	    nullif(current_setting('zaedno.capacity', true), '') END
$$;

CREATE FUNCTION my_door() RETURNS text LANGUAGE sql STABLE AS
$$
	SELECT CASE my_role() WHEN 'family' THEN 'family'
	    WHEN 'coordinator' THEN 'coordinator' ELSE 'node' END
$$;

-- Whether who is no organisation may end this consent, here and now.
CREATE FUNCTION may_end(consent uuid) RETURNS boolean LANGUAGE sql STABLE AS
$$
	SELECT CASE my_role()
	    WHEN 'family' THEN coalesce(consent = my_consent()
	        AND my_capacity() IS NOT NULL, false)
	    WHEN 'coordinator' THEN
	        coalesce(my_operation() = 'recordWithdrawal', false)
	        AND person_stands()
	    ELSE false END
$$;

CREATE POLICY consent_ending_see ON consent FOR SELECT USING (may_end(id));
CREATE POLICY consent_ending ON consent FOR UPDATE
	USING (may_end(id)) WITH CHECK (may_end(id) AND state = 'withdrawn');
CREATE POLICY recipient_ending ON consent_recipient FOR SELECT
	USING (may_end(consent_id));
CREATE POLICY delivery_ending ON delivery FOR SELECT
	USING (may_end(consent_id));
CREATE POLICY withdrawal_ending ON withdrawal
	USING (may_end(consent_id)) WITH CHECK (may_end(consent_id));

-- The consent that is meant by a number on paper: the last that took its place.
CREATE FUNCTION consent_current(consent uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	WITH RECURSIVE chain AS (
		SELECT $1 AS id, 0 AS n
		UNION ALL
		SELECT c.superseded_by, chain.n + 1 FROM chain
		JOIN consent c ON c.id = chain.id AND c.superseded_by IS NOT NULL
		WHERE chain.n < 1000)
	SELECT id FROM chain ORDER BY n DESC LIMIT 1
$$;
CREATE FUNCTION consent_meant(consent uuid) RETURNS uuid
LANGUAGE sql STABLE AS
$$
	SELECT CASE my_door() WHEN 'family' THEN consent
	    ELSE consent_current(consent) END
$$;

-- What a coordinator has taken down of a withdrawal: codes, and the number of
-- a paper.
CREATE TABLE withdrawal_record (
	consent_id uuid PRIMARY KEY REFERENCES consent,
	received text NOT NULL,
	reason text NOT NULL,
	reference text,
	recorded_by uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at timestamptz NOT NULL DEFAULT statement_timestamp()
);
ALTER TABLE withdrawal_record ENABLE ROW LEVEL SECURITY;
CREATE POLICY record_add ON withdrawal_record FOR INSERT
	WITH CHECK (my_role() = 'coordinator' AND may_end(consent_id)
	    AND recorded_by = my_user());
CREATE POLICY record_see ON withdrawal_record FOR SELECT
	USING (my_role() IN ('auditor', 'admin'));
GRANT SELECT, INSERT ON withdrawal_record TO zaedno_hub_service;

-- What was shared under a consent that has ended goes, whoever ended it, and
-- nobody is named any more; of one that still holds, nothing.  Which were
-- erased now, with their new versions: no content.
CREATE FUNCTION consent_erase(consent uuid)
RETURNS TABLE (id uuid, version bigint)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	UPDATE consent_recipient r SET live_until = '-infinity'
	FROM consent c
	WHERE c.id = $1 AND c.state IN ('withdrawn', 'expired', 'superseded')
	AND r.consent_id = c.id AND r.live_until > '-infinity';
	UPDATE summary s SET doc = NULL, erased_at = statement_timestamp(),
	    version = s.version + 1, readers = '{}'
	FROM consent c
	WHERE c.id = $1 AND c.state IN ('withdrawn', 'expired', 'superseded')
	AND s.consent_id = c.id AND s.doc IS NOT NULL
	RETURNING s.id, s.version
$$;
REVOKE EXECUTE ON FUNCTION consent_erase(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consent_erase(uuid) TO zaedno_hub_service;

COMMIT;
