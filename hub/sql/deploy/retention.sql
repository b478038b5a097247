-- Deploy zaedno-hub:retention to pg
-- requires: feed idempotency session
-- How long what is kept is kept (CODELISTS 9), executed here.  What a summary
-- said goes with its consent, in the sweep's own transaction; this is for the
-- rest.  Tombstones, leaves and the feed stay.
BEGIN;

CREATE TABLE retention (
	rule text PRIMARY KEY,
	days int NOT NULL CHECK (days >= least),
	least int NOT NULL DEFAULT 0,
	-- Details are erased up to here: the audit is not read from its start.
	done_until timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO retention (rule, days, least) VALUES
	('consent_receipt', 1826, 365),
	('audit_row', 1826, 1826),
	('audit_details', 730, 365),
	('idempotency_answer', 30, 1),
	('sign_in_failure', 90, 1),
	('session_ended', 1, 0);
COMMENT ON COLUMN retention.days IS
	'set by the database owner; the defaults are the federation''s';

-- What was removed when: the proof, in numbers.
CREATE TABLE retention_log (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	rule text NOT NULL REFERENCES retention,
	at timestamptz NOT NULL DEFAULT statement_timestamp(),
	removed bigint NOT NULL CHECK (removed > 0)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON retention_log
	FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON retention_log
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();

ALTER TABLE retention ENABLE ROW LEVEL SECURITY;
ALTER TABLE retention_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY retention_see ON retention FOR SELECT
	USING ((SELECT my_role()) IN ('admin', 'auditor'));
CREATE POLICY retention_log_see ON retention_log FOR SELECT
	USING ((SELECT my_role()) IN ('admin', 'auditor'));
GRANT SELECT ON retention, retention_log TO zaedno_hub_service;

CREATE INDEX audit_at ON audit USING brin (at);
CREATE INDEX consent_ended ON consent (ended_at)
	WHERE ended_at IS NOT NULL AND receipt <> '';

-- What began before this has had its time.
CREATE FUNCTION retention_before(of_rule text) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT statement_timestamp() - make_interval(days => r.days)
	FROM retention r WHERE r.rule = of_rule
$$;

-- A row of the audit or of the read log leaves by its rule alone, and loses
-- who acted by its rule alone: of that the commitment stays, and so the leaf
-- is still the hash of the row.  The leaf is in the chain for ever.
CREATE FUNCTION retained() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	IF TG_OP = 'DELETE' AND OLD.at < retention_before('audit_row') THEN
		RETURN OLD;
	ELSIF TG_OP = 'UPDATE' AND OLD.at < retention_before('audit_details')
	    AND NEW.actor IS NULL AND NEW.request IS NULL
	    AND NEW.leaf_salt IS NULL AND NEW.details = coalesce(OLD.details,
	        audit_details(OLD.leaf_salt, OLD.actor, OLD.request))
	    AND to_jsonb(NEW) - '{actor,request,leaf_salt,details}'::text[]
	        = to_jsonb(OLD) - '{actor,request,leaf_salt,details}'::text[]
	    THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
DROP TRIGGER append_only ON audit;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit
	FOR EACH ROW EXECUTE FUNCTION retained();
DROP TRIGGER append_only ON read_log;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON read_log
	FOR EACH ROW EXECUTE FUNCTION retained();

-- Who acted, taken out of what is old enough, a day at a time.
CREATE FUNCTION retention_details(days_most int) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS
$$
DECLARE
	last timestamptz := retention_before('audit_details');
	upto timestamptz;
	n bigint;
	removed bigint := 0;
BEGIN
	SELECT done_until INTO upto FROM retention WHERE rule = 'audit_details';
	IF upto = '-infinity' THEN
		SELECT coalesce(least(min(a.at), (SELECT min(l.at) FROM read_log l)),
		    last) INTO upto FROM audit a;
	END IF;
	FOR i IN 1..days_most LOOP
		EXIT WHEN upto >= last;
		UPDATE audit SET actor = NULL, request = NULL,
		    leaf_salt = NULL,
		    details = audit_details(leaf_salt, actor, request)
		WHERE at >= upto AND at < least(upto + interval '1 day', last)
		AND leaf_salt IS NOT NULL;
		GET DIAGNOSTICS n = ROW_COUNT;
		removed := removed + n;
		UPDATE read_log SET actor = NULL, request = NULL,
		    leaf_salt = NULL,
		    details = audit_details(leaf_salt, actor, request)
		WHERE at >= upto AND at < least(upto + interval '1 day', last)
		AND leaf_salt IS NOT NULL;
		GET DIAGNOSTICS n = ROW_COUNT;
		removed := removed + n;
		upto := least(upto + interval '1 day', last);
	END LOOP;
	UPDATE retention SET done_until = least(upto, last)
	WHERE rule = 'audit_details';
	RETURN removed;
END $$;

-- Removes what one rule says, at most so many at a time; how many.
CREATE FUNCTION retention_apply(of_rule text, most int) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS
$$
DECLARE
	before timestamptz := retention_before(of_rule);
	n bigint;
	m bigint := 0;
BEGIN
	CASE of_rule
	WHEN 'consent_receipt' THEN
		-- The consent stays, as a tombstone; its receipt goes, and what
		-- was committed to in it.
		UPDATE consent c SET receipt = '', signers = (
			SELECT jsonb_agg(s - 'evidence_commit')
			FROM jsonb_array_elements(c.signers) s)
		WHERE c.id IN (SELECT id FROM consent
			WHERE ended_at < before AND receipt <> '' LIMIT most);
	WHEN 'audit_row' THEN
		DELETE FROM read_log WHERE at < before;
		GET DIAGNOSTICS m = ROW_COUNT;
		DELETE FROM audit WHERE id IN (SELECT id FROM audit
			WHERE at < before LIMIT most);
	WHEN 'audit_details' THEN
		RETURN retention_details(30);
	WHEN 'idempotency_answer' THEN
		DELETE FROM idempotency WHERE (org, key) IN (
			SELECT org, key FROM idempotency WHERE at < before
			LIMIT most);
	WHEN 'sign_in_failure' THEN
		DELETE FROM sign_in_failure WHERE ctid = ANY (ARRAY(
			SELECT ctid FROM sign_in_failure WHERE at < before
			LIMIT most));
	WHEN 'session_ended' THEN
		DELETE FROM session WHERE id IN (SELECT id FROM session
			WHERE least(ended_at, expires_at) < before LIMIT most);
	ELSE
		-- A rule that came later brings the function of its name.
		EXECUTE format('SELECT %I($1, $2)', 'retention_' || of_rule)
		INTO n USING before, most;
		RETURN n;
	END CASE;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n + m;
END $$;

-- All rules, by the service's timer: nobody asks.  One runs at a time.  Rule
-- and how many were removed.
CREATE FUNCTION retention_run(most int DEFAULT 5000) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
	r retention;
	n bigint;
	removed jsonb := '{}';
BEGIN
	IF me() IS NOT NULL OR my_user() IS NOT NULL
	    OR NOT pg_try_advisory_xact_lock(7303) THEN
		RETURN removed;
	END IF;
	FOR r IN SELECT * FROM retention ORDER BY rule LOOP
		n := retention_apply(r.rule, most);
		removed := removed || jsonb_build_object(r.rule, n);
		INSERT INTO retention_log (rule, removed)
		SELECT r.rule, n WHERE n > 0;
	END LOOP;
	RETURN removed;
END $$;
REVOKE EXECUTE ON FUNCTION retention_run(int), retention_apply(text, int),
    retention_details(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION retention_run(int) TO zaedno_hub_service;

COMMIT;
