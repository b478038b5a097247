-- Deploy zaedno-hub:audit to pg
-- requires: helpers
-- Who did what, and who read what; never content.  Rows are only added.
BEGIN;

-- A leaf is the SHA-256 of 0x00 and canonical JSON (RFC 6962 2.1, RFC 8785):
-- api-spec/PROTOCOL.md, "The audit".  It holds no index, so that its hash is
-- known with the act.  Who acted, and in which request, enters
-- as a salted commitment: erased with its salt, and the leaf stays what it is.
CREATE FUNCTION audit_details(salt uuid, actor text, request uuid)
RETURNS bytea LANGUAGE sql STABLE AS
$$
	SELECT sha256(uuid_send($1) || convert_to(
	    '{"actor":' || coalesce(to_json($2)::text, 'null')
	    || ',"request":' || coalesce('"' || $3 || '"', 'null') || '}',
	    'UTF8'))
$$;

CREATE FUNCTION audit_leaf_of(at timestamptz, consent uuid, details bytea,
    event text, kind text, org uuid, ref uuid, role text)
RETURNS bytea LANGUAGE sql STABLE AS
$$
	SELECT sha256('\x00'::bytea || convert_to('{"at":"'
	    || to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
	    || '","consent":' || coalesce('"' || $2 || '"', 'null')
	    || ',"details":"' || encode($3, 'hex')
	    || '","event":' || to_json($4)::text
	    || ',"kind":' || to_json($5)::text
	    || ',"org":' || coalesce('"' || $6 || '"', 'null')
	    || ',"ref":' || coalesce('"' || $7 || '"', 'null')
	    || ',"role":' || coalesce(to_json($8)::text, 'null') || '}',
	    'UTF8'))
$$;

-- The leaves in their order: chain(n) = SHA-256(0x02, chain(n - 1), leaf(n)).
CREATE FUNCTION audit_chain_next(state bytea, prev bytea, leaf bytea)
RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS
$$
BEGIN
	RETURN sha256('\x02'::bytea || coalesce(state, prev) || leaf);
END $$;
CREATE AGGREGATE audit_chain(prev bytea, leaf bytea) (
	SFUNC = audit_chain_next, STYPE = bytea);
-- Before its first leaf a log has the hash of its name.
CREATE FUNCTION audit_genesis(log_id uuid) RETURNS bytea
LANGUAGE sql IMMUTABLE AS
$$ SELECT sha256('\x02'::bytea || uuid_send($1)) $$;

CREATE TABLE audit (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT statement_timestamp(),
	org uuid DEFAULT me(),
	actor text DEFAULT nullif(current_setting('zaedno.user', true), ''),
	role text DEFAULT my_role(),
	event text NOT NULL,
	kind text NOT NULL,
	ref uuid,
	consent_id uuid,
	request uuid DEFAULT my_request(),
	leaf bytea NOT NULL,
	leaf_salt uuid,
	details bytea -- the commitment, once what it is to is erased
);

-- Leaves that wait for their index in the chain, each with its act, if it is
-- of one.
CREATE TABLE audit_queue (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	leaf bytea NOT NULL,
	act bigint
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_cost_delay = 0);

-- act: its row in the audit, which may have had its time.
CREATE TABLE audit_leaf (
	idx bigint PRIMARY KEY,
	leaf bytea NOT NULL,
	chain bytea NOT NULL,
	act bigint
);

-- An act's statement says what was done; its leaf is made here and waits.
CREATE FUNCTION audit_seal() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
	NEW.leaf_salt := gen_random_uuid();
	NEW.details := NULL;
	NEW.leaf := audit_leaf_of(NEW.at, NEW.consent_id, audit_details(
	    NEW.leaf_salt, NEW.actor, NEW.request), NEW.event, NEW.kind,
	    NEW.org, NEW.ref, NEW.role);
	INSERT INTO audit_queue (leaf, act) VALUES (NEW.leaf, NEW.id);
	RETURN NEW;
END $$;
CREATE TRIGGER audit_seal BEFORE INSERT ON audit
	FOR EACH ROW EXECUTE FUNCTION audit_seal();

-- Who has read: an organisation, or a facilitator who is of none.
CREATE FUNCTION reader() RETURNS uuid LANGUAGE sql STABLE AS
$$
	SELECT coalesce(me(), CASE WHEN my_role() = 'facilitator'
	    THEN my_user() END)
$$;

-- Reads of case content, by month; many to a commit.  tx: what has committed
-- is found by it and not by the time, which late ones do not keep to.
CREATE TABLE read_log (
	at timestamptz NOT NULL DEFAULT statement_timestamp(),
	org uuid NOT NULL DEFAULT reader(),
	actor text DEFAULT nullif(current_setting('zaedno.user', true), ''),
	role text DEFAULT my_role(),
	kind text NOT NULL,
	ref uuid NOT NULL,
	version bigint NOT NULL,
	consent_id uuid NOT NULL,
	holder uuid NOT NULL,
	request uuid DEFAULT my_request(),
	leaf_salt uuid DEFAULT gen_random_uuid(),
	details bytea,
	tx xid8 NOT NULL DEFAULT pg_current_xact_id()
) PARTITION BY RANGE (at);
CREATE INDEX read_log_tx ON read_log (tx);

CREATE TABLE read_log_rest PARTITION OF read_log DEFAULT;

-- Partitions from this month on, so many in all; how many were made.  A new
-- one waits for those who read for a moment only: the next call tries again.
CREATE FUNCTION read_log_ahead(months int) RETURNS int LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp
SET lock_timeout = '200ms' AS
$$
DECLARE
	m timestamp := date_trunc('month', statement_timestamp() AT TIME ZONE 'UTC');
	made int := 0;
BEGIN
	FOR i IN 1..least(months, 120) LOOP
		IF to_regclass('read_log_' || to_char(m, 'YYYY_MM')) IS NULL THEN
			EXECUTE format('CREATE TABLE %I PARTITION OF read_log
				FOR VALUES FROM (%L) TO (%L)',
			    'read_log_' || to_char(m, 'YYYY_MM'),
			    to_char(m, 'YYYY-MM-DD') || ' 00:00:00+00',
			    to_char(m + interval '1 month', 'YYYY-MM-DD')
			    || ' 00:00:00+00');
			made := made + 1;
		END IF;
		m := m + interval '1 month';
	END LOOP;
	RETURN made;
EXCEPTION WHEN lock_not_available THEN
	RETURN 0;
END $$;
REVOKE EXECUTE ON FUNCTION read_log_ahead(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION read_log_ahead(int) TO zaedno_hub_service;
SELECT read_log_ahead(24);

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
	RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit
	FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_leaf
	FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit_leaf
	FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON read_log
	FOR EACH ROW EXECUTE FUNCTION append_only();

ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_queue ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_leaf ENABLE ROW LEVEL SECURITY;
ALTER TABLE read_log ENABLE ROW LEVEL SECURITY;

-- One writes for oneself, and an administrator or auditor reads; besides, a
-- statement is answered the leaf of the act that it writes.
CREATE POLICY audit_add ON audit FOR INSERT
	WITH CHECK (org IS NOT DISTINCT FROM me());
CREATE POLICY audit_see ON audit FOR SELECT
	USING ((SELECT my_role()) IN ('admin', 'auditor'));
CREATE POLICY audit_see_now ON audit FOR SELECT
	USING (at = statement_timestamp()
	    AND org IS NOT DISTINCT FROM (SELECT me()));
CREATE POLICY audit_queue_add ON audit_queue FOR INSERT WITH CHECK (true);
CREATE POLICY audit_queue_take ON audit_queue
	USING ((SELECT my_job()) = 'sequencer') WITH CHECK (true);
CREATE POLICY audit_leaf_all ON audit_leaf
	USING ((SELECT my_job()) = 'sequencer'
	    OR (SELECT my_role()) IN ('admin', 'auditor'))
	WITH CHECK ((SELECT my_job()) = 'sequencer');
CREATE POLICY read_log_add ON read_log FOR INSERT
	WITH CHECK (org = reader());
-- The reader and the holder see who has read; an administrator or auditor
-- reads the whole log, which has no content.
CREATE POLICY read_log_see ON read_log FOR SELECT
	USING (org = me() OR holder = me()
	    OR (SELECT my_role()) IN ('admin', 'auditor')
	    OR (SELECT my_job()) = 'reads');

GRANT SELECT, INSERT (actor, role, event, kind, ref, consent_id) ON audit
    TO zaedno_hub_service;
GRANT SELECT, INSERT, DELETE ON audit_queue TO zaedno_hub_service;
GRANT SELECT, INSERT ON audit_leaf TO zaedno_hub_service;
GRANT SELECT, INSERT (kind, ref, version, consent_id, holder) ON read_log
    TO zaedno_hub_service;

COMMIT;
