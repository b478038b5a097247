-- Deploy zaedno_node:audit to pg
-- requires: roles
-- Who did or read what, when, in what role; never content. Rows are written by
-- the act's own statement; the defaults take the caller from the transaction,
-- so that no statement can name another.

BEGIN;

CREATE TABLE audit (
	id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at         timestamptz NOT NULL DEFAULT statement_timestamp(),
	org        uuid DEFAULT me(),
	actor      text DEFAULT my_user()::text,
	role       text DEFAULT my_role(),
	event      text NOT NULL,
	kind       text NOT NULL,
	ref        uuid,
	consent_id uuid,
	request    uuid DEFAULT my_request(),
	leaf       bytea
);
CREATE INDEX audit_ref ON audit (ref, id);

CREATE TRIGGER audit_append_only
	BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
	FOR EACH STATEMENT EXECUTE FUNCTION raise_append_only();

ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_write ON audit FOR INSERT TO zaedno_node_service
	WITH CHECK (true);
CREATE POLICY audit_read ON audit FOR SELECT TO zaedno_node_service
	USING ((SELECT my_role()) = 'dpo');

GRANT SELECT ON audit TO zaedno_node_service;
GRANT INSERT (event, kind, ref, consent_id, leaf) ON audit TO zaedno_node_service;

COMMIT;
