-- Deploy zaedno-hub:audit to pg
-- requires: helpers
-- Who did what, and who read what; never content.  Rows are only added.
BEGIN;

-- The leaf of an act: SHA-256 of 0x00 and canonical JSON (RFC 6962 2.1).  It
-- holds no index, so that its hash is known to the act's own statement.
CREATE FUNCTION audit_leaf_hash(event text, kind text, ref uuid,
    consent_id uuid)
RETURNS bytea LANGUAGE sql STABLE AS
$$
	SELECT sha256('\x00'::bytea || convert_to(
	    '{"at":' || (extract(epoch FROM statement_timestamp()) * 1000000)::bigint
	    || ',"consent":"' || coalesce($4::text, '')
	    || '","event":"' || $1 || '","kind":"' || $2
	    || '","org":"' || coalesce(current_setting('zaedno.org', true), '')
	    || '","ref":"' || coalesce($3::text, '')
	    || '","request":"' || coalesce(current_setting('zaedno.request', true), '')
	    || '","role":"' || coalesce(current_setting('zaedno.role', true), '')
	    || '","user":"' || coalesce(current_setting('zaedno.user', true), '')
	    || '"}', 'UTF8'))
$$;

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
	leaf bytea NOT NULL
);

-- Leaves that wait for their index in the tree.
CREATE TABLE audit_queue (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	leaf bytea NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_cost_delay = 0);

CREATE TABLE audit_leaf (
	idx bigint PRIMARY KEY,
	leaf bytea NOT NULL
);

-- Reads of case content, by month; many to a commit.
CREATE TABLE read_log (
	at timestamptz NOT NULL DEFAULT statement_timestamp(),
	org uuid NOT NULL DEFAULT me(),
	actor text DEFAULT nullif(current_setting('zaedno.user', true), ''),
	role text DEFAULT my_role(),
	kind text NOT NULL,
	ref uuid NOT NULL,
	version bigint NOT NULL,
	consent_id uuid NOT NULL,
	holder uuid NOT NULL,
	request uuid DEFAULT my_request()
) PARTITION BY RANGE (at);

CREATE TABLE read_log_rest PARTITION OF read_log DEFAULT;

DO $$
DECLARE
	m timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
BEGIN
	FOR i IN 0..23 LOOP
		EXECUTE format('CREATE TABLE %I PARTITION OF read_log
			FOR VALUES FROM (%L) TO (%L)',
		    'read_log_' || to_char(m, 'YYYY_MM'),
		    to_char(m, 'YYYY-MM-DD') || ' 00:00:00+00',
		    to_char(m + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
		m := m + interval '1 month';
	END LOOP;
END $$;

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

-- One writes for oneself, and an administrator or auditor reads.
CREATE POLICY audit_add ON audit FOR INSERT
	WITH CHECK (org IS NOT DISTINCT FROM me());
CREATE POLICY audit_see ON audit FOR SELECT
	USING ((SELECT my_role()) IN ('admin', 'auditor'));
CREATE POLICY audit_queue_add ON audit_queue FOR INSERT WITH CHECK (true);
CREATE POLICY audit_queue_take ON audit_queue
	USING ((SELECT my_job()) = 'sequencer') WITH CHECK (true);
CREATE POLICY audit_leaf_all ON audit_leaf
	USING ((SELECT my_job()) = 'sequencer'
	    OR (SELECT my_role()) IN ('admin', 'auditor'))
	WITH CHECK ((SELECT my_job()) = 'sequencer');
CREATE POLICY read_log_add ON read_log FOR INSERT
	WITH CHECK (org = me());
-- The reader and the holder see who has read; nobody else.
CREATE POLICY read_log_see ON read_log FOR SELECT
	USING (org = me() OR holder = me());

GRANT SELECT, INSERT ON audit TO zaedno_hub_service;
GRANT SELECT, INSERT, DELETE ON audit_queue TO zaedno_hub_service;
GRANT SELECT, INSERT ON audit_leaf TO zaedno_hub_service;
GRANT SELECT, INSERT ON read_log TO zaedno_hub_service;

COMMIT;
