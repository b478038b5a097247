-- Deploy zaedno_node:audit to pg
-- requires: roles
-- Who did or read what, when, in what role; never content. Rows are written by
-- the act's own statement; the defaults take the caller from the transaction,
-- so that no statement can name another.

BEGIN;

-- A leaf is the SHA-256 of 0x00 and canonical JSON, the same as the hub's:
-- api-spec/PROTOCOL.md, "The audit". Who acted, and in which request, enters as
-- a salted commitment: erased with its salt, and the leaf stays what it is.
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
	leaf       bytea,
	leaf_salt  uuid DEFAULT gen_random_uuid(),
	details    bytea        -- the commitment, once what it is to is erased
);
CREATE INDEX audit_ref ON audit (ref, id);

-- The service's own work: nobody asks.
CREATE FUNCTION by_timer() RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT my_user() IS NULL AND current_setting('zaedno.role', true) = 'service' $$;

-- The log's name, how many leaves it has and the hash after the last; the
-- leaves, and those that wait for their place.
CREATE TABLE audit_log (
	one    boolean PRIMARY KEY DEFAULT true CHECK (one),
	log_id uuid NOT NULL DEFAULT gen_random_uuid(),
	count  bigint NOT NULL DEFAULT 0,
	chain  bytea NOT NULL DEFAULT ''
);
INSERT INTO audit_log DEFAULT VALUES;
UPDATE audit_log SET chain = audit_genesis(log_id);
CREATE TABLE audit_queue (
	id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	act  bigint NOT NULL,
	leaf bytea NOT NULL
);
CREATE TABLE audit_leaf (
	idx   bigint PRIMARY KEY,
	leaf  bytea NOT NULL,
	chain bytea NOT NULL,
	act   bigint NOT NULL   -- its row, which may have had its time
);

-- No row without its leaf, made from the row as it is.
CREATE FUNCTION audit_seal() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	NEW.leaf_salt := gen_random_uuid();
	NEW.details := NULL;
	NEW.leaf := audit_leaf_of(NEW.at, NEW.consent_id, audit_details(
	    NEW.leaf_salt, NEW.actor, NEW.request), NEW.event, NEW.kind,
	    NEW.org, NEW.ref, NEW.role);
	INSERT INTO audit_queue (act, leaf) VALUES (NEW.id, NEW.leaf);
	RETURN NEW;
END $$;
CREATE TRIGGER audit_seal BEFORE INSERT ON audit
	FOR EACH ROW EXECUTE FUNCTION audit_seal();

-- Gives committed leaves their places, in the order in which they were made;
-- how many. One runs at a time; its lock goes with its transaction.
CREATE FUNCTION audit_step(most int DEFAULT 2000) RETURNS bigint LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	log audit_log;
	n bigint;
BEGIN
	IF NOT EXISTS (SELECT FROM audit_queue) THEN
		RETURN 0;
	END IF;
	SELECT * INTO STRICT log FROM audit_log FOR NO KEY UPDATE;
	WITH lf AS (
		DELETE FROM audit_queue WHERE id IN (
			SELECT q.id FROM audit_queue q ORDER BY q.id LIMIT most)
		RETURNING *),
	linked AS (
		INSERT INTO audit_leaf (idx, leaf, chain, act)
		SELECT log.count + row_number() OVER w - 1, lf.leaf,
		       audit_chain(log.chain, lf.leaf) OVER w, lf.act
		FROM lf WINDOW w AS (ORDER BY lf.id ROWS UNBOUNDED PRECEDING)
		RETURNING idx, audit_leaf.chain)
	UPDATE audit_log a SET count = l.idx + 1, chain = l.chain
	FROM (SELECT idx, linked.chain FROM linked ORDER BY idx DESC LIMIT 1) l
	RETURNING a.count - log.count INTO n;
	RETURN coalesce(n, 0);
END $$;
REVOKE EXECUTE ON FUNCTION audit_step(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_step(int) TO zaedno_node_service;

CREATE TRIGGER audit_append_only
	BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
	FOR EACH STATEMENT EXECUTE FUNCTION raise_append_only();

CREATE TRIGGER audit_leaf_append_only
	BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_leaf
	FOR EACH STATEMENT EXECUTE FUNCTION raise_append_only();
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_queue ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_leaf ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_log_see ON audit_log FOR SELECT TO zaedno_node_service
	USING ((SELECT my_role()) = 'dpo' OR (SELECT by_timer()));
CREATE POLICY audit_leaf_see ON audit_leaf FOR SELECT TO zaedno_node_service
	USING ((SELECT my_role()) = 'dpo');
GRANT SELECT ON audit_log, audit_leaf TO zaedno_node_service;

ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_write ON audit FOR INSERT TO zaedno_node_service
	WITH CHECK (true);
CREATE POLICY audit_read ON audit FOR SELECT TO zaedno_node_service
	USING ((SELECT my_role()) = 'dpo');

GRANT SELECT ON audit TO zaedno_node_service;
GRANT INSERT (event, kind, ref, consent_id, leaf) ON audit TO zaedno_node_service;

COMMIT;
