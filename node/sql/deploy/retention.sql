-- Deploy zaedno_node:retention to pg
-- requires: erasure
-- How long what is kept is kept (CODELISTS 9), executed here: each rule is a
-- view of the rows whose time has passed, so that what is counted is what is
-- removed. A rule without days removes nothing.

BEGIN;

CREATE TABLE IF NOT EXISTS codelist.retention
	(LIKE codelist.consent_category INCLUDING ALL);
GRANT SELECT ON codelist.retention TO zaedno_node_service;

CREATE TABLE retention (
	rule     text PRIMARY KEY,
	days     int CHECK (days >= 0),
	least    int NOT NULL DEFAULT 0,  -- fewer days are refused
	optional boolean NOT NULL DEFAULT false,
	set_by   text,
	set_at   timestamptz,
	version  bigint NOT NULL DEFAULT 1,
	CHECK (days >= least),
	CHECK (optional OR days IS NOT NULL)
);
INSERT INTO retention (rule, days, least, optional) VALUES
	('summary_withdrawn', 0, 0, false),
	('outbox_delivered', 30, 1, false),
	('sign_in_failure', 90, 1, false),
	('session_ended', 1, 0, false),
	('audit_details', 730, 365, false),
	('audit_row', 1826, 1826, false),
	('case_record', NULL, 365, true);
COMMENT ON COLUMN retention.days IS
	'defaults of the federation; case_record is the organisation''s own rule';

-- What was removed when: the proof, in numbers.
CREATE TABLE retention_log (
	id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	rule    text NOT NULL REFERENCES retention,
	at      timestamptz NOT NULL DEFAULT statement_timestamp(),
	removed bigint NOT NULL CHECK (removed > 0),
	actor   text DEFAULT my_user()::text      -- none: the timer
);
CREATE INDEX retention_log_rule ON retention_log (rule, id);
CREATE TRIGGER retention_log_append_only
	BEFORE UPDATE OR DELETE OR TRUNCATE ON retention_log
	FOR EACH STATEMENT EXECUTE FUNCTION raise_append_only();

-- What began before this has had its time; NULL: nothing has.
CREATE FUNCTION retention_before(of_rule text) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT statement_timestamp() - make_interval(days => r.days)
	FROM retention r WHERE r.rule = of_rule
$$;

-- The copies of summaries whose consent has run out; a recall has erased the
-- others. The hub's own recall, which follows, still gets its receipt.
CREATE VIEW due_summary_withdrawn AS
	SELECT m.id FROM mirror m
	WHERE m.kind = 'summary' AND m.doc IS NOT NULL
	  AND (m.doc->>'until')::timestamptz < retention_before('summary_withdrawn');
-- What others still wait for stays until they are delivered.
CREATE VIEW due_outbox_delivered AS
	SELECT o.id FROM outbox o
	WHERE o.state = 'delivered'
	  AND o.delivered_at < retention_before('outbox_delivered')
	  AND NOT EXISTS (SELECT FROM outbox w WHERE w.depends_on = o.id
	                  AND w.state IN ('queued', 'parked'));
CREATE VIEW due_sign_in_failure AS
	SELECT f.ctid AS id FROM sign_in_failure f
	WHERE f.at < retention_before('sign_in_failure');
CREATE VIEW due_session_ended AS
	SELECT s.id FROM session s
	WHERE least(s.ended_at, s.expires_at) < retention_before('session_ended');
CREATE VIEW due_audit_details AS
	SELECT a.id FROM audit a
	WHERE a.at < retention_before('audit_details')
	  AND a.leaf_salt IS NOT NULL;
CREATE VIEW due_audit_row AS
	SELECT a.id FROM audit a WHERE a.at < retention_before('audit_row');
-- Persons all of whose cases were closed that long ago.
CREATE VIEW due_case_record AS
	SELECT p.id FROM person p
	WHERE p.sealed IS NOT NULL AND NOT person_consented(p.id)
	  AND (SELECT max(coalesce(c.closed_on, 'infinity')) FROM case_file c
	       WHERE c.person_id = p.id)
	      < (retention_before('case_record') AT TIME ZONE 'Europe/Sofia')::date;

CREATE FUNCTION retention_due(of_rule text) RETURNS bigint LANGUAGE plpgsql
STABLE SET search_path = public, pg_temp AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE format('SELECT count(*) FROM %I', 'due_' || of_rule) INTO n;
	RETURN n;
END $$;

-- An audit row leaves by its rule alone, and loses who acted by its rule
-- alone: event, time, role, what it was about and its leaf stay, and the
-- commitment to what was erased, so that the leaf is still the row's hash.
DROP TRIGGER audit_append_only ON audit;
CREATE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF TG_OP = 'DELETE' AND OLD.at < retention_before('audit_row') THEN
		RETURN OLD;
	ELSIF TG_OP = 'UPDATE' AND OLD.at < retention_before('audit_details')
	    AND NEW.actor IS NULL AND NEW.request IS NULL
	    AND NEW.leaf_salt IS NULL AND NEW.details = coalesce(OLD.details,
	        audit_details(OLD.leaf_salt, OLD.actor, OLD.request))
	    AND to_jsonb(NEW) - '{actor,request,leaf_salt,details}'::text[]
	        = to_jsonb(OLD) - '{actor,request,leaf_salt,details}'::text[] THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME
	    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
	FOR EACH ROW EXECUTE FUNCTION audit_guard();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
	FOR EACH STATEMENT EXECUTE FUNCTION raise_append_only();

-- Removes what one rule says, at most so many at a time; how many.
CREATE FUNCTION retention_apply(of_rule text, most int) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
	n bigint := 0;
	p uuid;
BEGIN
	CASE of_rule
	WHEN 'summary_withdrawn' THEN
		UPDATE mirror SET doc = NULL, title = NULL, state = 'purged'
		WHERE kind = 'summary'
		  AND id IN (SELECT id FROM due_summary_withdrawn LIMIT most);
	WHEN 'outbox_delivered' THEN
		DELETE FROM outbox
		WHERE id IN (SELECT id FROM due_outbox_delivered LIMIT most);
	-- A later change's rule and view.
	WHEN 'change_settled' THEN
		DELETE FROM shared_change
		WHERE id IN (SELECT id FROM due_change_settled LIMIT most);
	WHEN 'sign_in_failure' THEN
		DELETE FROM sign_in_failure
		WHERE ctid IN (SELECT id FROM due_sign_in_failure LIMIT most);
	WHEN 'session_ended' THEN
		DELETE FROM session
		WHERE id IN (SELECT id FROM due_session_ended LIMIT most);
	WHEN 'audit_details' THEN
		UPDATE audit SET actor = NULL, request = NULL, leaf_salt = NULL,
		       details = audit_details(leaf_salt, actor, request)
		WHERE id IN (SELECT id FROM due_audit_details LIMIT most);
	WHEN 'audit_row' THEN
		DELETE FROM audit
		WHERE id IN (SELECT id FROM due_audit_row LIMIT most);
	WHEN 'case_record' THEN
		FOR p IN SELECT id FROM due_case_record LIMIT least(most, 50) LOOP
			PERFORM FROM person WHERE id = p FOR UPDATE;
			PERFORM FROM case_file WHERE person_id = p ORDER BY id FOR UPDATE;
			CONTINUE WHEN NOT EXISTS (SELECT FROM due_case_record WHERE id = p);
			PERFORM person_erase(p, 'period');
			n := n + 1;
		END LOOP;
		RETURN n;
	END CASE;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END $$;

-- All rules, by the service's timer (nobody asks) or by the officer. One runs
-- at a time; who comes second removes nothing. Rule → how many were removed.
CREATE FUNCTION retention_run(most int DEFAULT 5000) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	r retention;
	n bigint;
	removed jsonb := '{}';
BEGIN
	IF my_user() IS NOT NULL AND my_role() IS DISTINCT FROM 'dpo'
	    OR NOT pg_try_advisory_xact_lock(7401) THEN
		RETURN removed;
	END IF;
	FOR r IN SELECT * FROM retention WHERE days IS NOT NULL ORDER BY rule LOOP
		n := retention_apply(r.rule, most);
		removed := removed || jsonb_build_object(r.rule, n);
		INSERT INTO retention_log (rule, removed) SELECT r.rule, n WHERE n > 0;
	END LOOP;
	IF my_user() IS NOT NULL THEN
		INSERT INTO audit (event, kind) VALUES ('retention.run', 'retention');
	END IF;
	RETURN removed;
END $$;

-- The rules with what is due and what was removed, for the officer.
CREATE FUNCTION retention_list() RETURNS jsonb LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('rule', r.rule,
	       'label', l.bg, 'days', r.days, 'least', r.least,
	       'optional', r.optional,
	       'due', CASE WHEN r.days IS NULL THEN 0 ELSE retention_due(r.rule) END,
	       'removed', (SELECT coalesce(sum(g.removed), 0) FROM retention_log g
	                   WHERE g.rule = r.rule),
	       'last_at', (SELECT rfc3339(max(g.at)) FROM retention_log g
	                   WHERE g.rule = r.rule),
	       'set_at', rfc3339(r.set_at), 'version', r.version))
	       ORDER BY l.sort, r.rule)
	FROM retention r LEFT JOIN codelist.retention l ON l.code = r.rule
	WHERE my_role() = 'dpo'
$$;

ALTER TABLE retention ENABLE ROW LEVEL SECURITY;
CREATE POLICY retention_dpo ON retention TO zaedno_node_service
	USING ((SELECT my_role()) = 'dpo');
ALTER TABLE retention_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY retention_log_dpo ON retention_log FOR SELECT
	TO zaedno_node_service USING ((SELECT my_role()) = 'dpo');
GRANT SELECT, UPDATE (days, set_by, set_at, version)
	ON retention TO zaedno_node_service;
GRANT SELECT ON retention_log TO zaedno_node_service;

REVOKE EXECUTE ON FUNCTION retention_due(text), retention_apply(text, int),
	retention_run(int), retention_list() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION retention_run(int), retention_list()
	TO zaedno_node_service;

COMMIT;
