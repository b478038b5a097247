-- Deploy zaedno_node:audit_head to pg
-- requires: mirror audit retention task
-- What makes the audits provable to each other: the heads that this node has
-- signed, with the hub's countersignatures, and the heads that the hub has
-- signed, with the keys to check them by.

BEGIN;

-- n: each names the one before it that went to the hub.
CREATE TABLE audit_head (
	id               uuid PRIMARY KEY,
	n                bigint NOT NULL UNIQUE,
	log_id           uuid NOT NULL,
	count            bigint NOT NULL CHECK (count >= 0),
	chain            bytea NOT NULL,
	at               timestamptz NOT NULL,
	head             text NOT NULL,
	queued           boolean NOT NULL,      -- for the hub
	countersignature text,
	countersigned_at timestamptz
);
CREATE FUNCTION audit_head_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND OLD.countersignature IS NULL
	    AND to_jsonb(NEW) - '{countersignature,countersigned_at}'::text[]
	        = to_jsonb(OLD) - '{countersignature,countersigned_at}'::text[] THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME
	    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_head_append_only BEFORE UPDATE OR DELETE ON audit_head
	FOR EACH ROW EXECUTE FUNCTION audit_head_guard();
CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head
	FOR EACH STATEMENT EXECUTE FUNCTION raise_append_only();

-- The hub's keys, as it has published them.
CREATE TABLE hub_key (
	kid     text PRIMARY KEY,
	jwk     jsonb NOT NULL CHECK (NOT jwk ? 'd'),
	seen_at timestamptz NOT NULL DEFAULT statement_timestamp()
);

-- The hub's heads, as they came. Judged once the signature has been checked:
-- what has gone back, or is another with the same count, stays as evidence.
CREATE TABLE hub_head (
	id          uuid PRIMARY KEY,
	seq         bigint NOT NULL,
	head        text NOT NULL,
	received_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	state       text NOT NULL DEFAULT 'new'
	            CHECK (state IN ('new', 'good', 'new-log', 'forked', 'unsigned')),
	log_id      uuid,
	count       bigint,
	chain       bytea,
	at          timestamptz,
	CHECK ((log_id IS NULL) = (state IN ('new', 'unsigned')))
);
CREATE INDEX hub_head_new ON hub_head (seq) WHERE state = 'new';
CREATE FUNCTION hub_head_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND OLD.state = 'new' AND NEW.id = OLD.id
	    AND NEW.head = OLD.head THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME
	    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER hub_head_append_only BEFORE UPDATE OR DELETE ON hub_head
	FOR EACH ROW EXECUTE FUNCTION hub_head_guard();
CREATE TRIGGER hub_head_no_truncate BEFORE TRUNCATE ON hub_head
	FOR EACH STATEMENT EXECUTE FUNCTION raise_append_only();

-- The feed has brought one: a document like others, kept here for good.
CREATE FUNCTION hub_head_kept() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	INSERT INTO hub_head (id, seq, head)
	VALUES (NEW.id, NEW.seq, coalesce(NEW.doc->>'head', ''))
	ON CONFLICT DO NOTHING;
	-- Another text under the same name is a head of its own.
	INSERT INTO hub_head (id, seq, head)
	SELECT gen_random_uuid(), NEW.seq, coalesce(NEW.doc->>'head', '')
	WHERE NOT EXISTS (SELECT FROM hub_head h
	                  WHERE h.head = coalesce(NEW.doc->>'head', ''));
	RETURN NULL;
END $$;
CREATE TRIGGER hub_head_kept AFTER INSERT OR UPDATE OF doc ON mirror
	FOR EACH ROW WHEN (NEW.kind = 'audit_head' AND NEW.doc IS NOT NULL)
	EXECUTE FUNCTION hub_head_kept();

-- The key that a head names: the header of a JWS, base64url.
CREATE FUNCTION hub_head_kid(head text) RETURNS text LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
	part text := translate(split_part(head, '.', 1), '-_', '+/');
BEGIN
	RETURN convert_from(decode(part || repeat('=', (4 - length(part) % 4) % 4),
	    'base64'), 'UTF8')::jsonb->>'kid';
EXCEPTION WHEN OTHERS THEN
	RETURN NULL;
END $$;

-- The courier has checked the signature: what the head says, NULL if it does
-- not hold. A log only grows: a head that does not name the last good one as
-- the one before it, or has fewer leaves, comes from a log that was changed.
CREATE FUNCTION hub_head_judge(head_id uuid, said jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	last hub_head;
	verdict text;
BEGIN
	SELECT * INTO last FROM hub_head
	WHERE state IN ('good', 'new-log', 'forked')
	ORDER BY seq DESC, received_at DESC LIMIT 1;
	verdict := CASE
	    WHEN said IS NULL THEN 'unsigned'
	    WHEN last.id IS NULL THEN 'good'
	    WHEN last.log_id <> (said->>'log_id')::uuid THEN 'new-log'
	    WHEN last.count = (said->>'prev_count')::bigint
	        AND last.chain = decode(said->>'prev_chain', 'hex')
	        AND (last.count < (said->>'count')::bigint
	             OR said->>'chain' = said->>'prev_chain'
	                AND last.count = (said->>'count')::bigint) THEN 'good'
	    ELSE 'forked' END;
	UPDATE hub_head SET state = verdict, log_id = (said->>'log_id')::uuid,
	       count = (said->>'count')::bigint,
	       chain = decode(said->>'chain', 'hex'),
	       at = (said->>'at')::timestamptz
	WHERE id = head_id AND state = 'new';
	IF FOUND AND verdict <> 'good' THEN
		INSERT INTO audit (event, kind, ref)
		VALUES ('audit.' || verdict, 'hub_head', head_id);
		PERFORM task_raise('hub_untrusted', head_id, statement_timestamp());
	END IF;
	RETURN verdict;
END $$;

-- The hub's word that it has a head of ours.
CREATE FUNCTION audit_head_countersigned() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE audit_head SET countersignature = NEW.answer->>'countersignature',
	       countersigned_at = NEW.delivered_at
	WHERE id = (NEW.params->>'id')::uuid AND countersignature IS NULL
	  AND NEW.answer ? 'countersignature';
	RETURN NULL;
END $$;
CREATE TRIGGER audit_head_countersigned AFTER UPDATE OF state ON outbox
	FOR EACH ROW WHEN (NEW.operation = 'putAuditHead'
	    AND NEW.state = 'delivered' AND OLD.state <> 'delivered')
	EXECUTE FUNCTION audit_head_countersigned();

-- Or that ours does not go on from the one before: people must look.
CREATE FUNCTION audit_head_refused() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM task_raise('audit_refused', (NEW.params->>'id')::uuid,
	                   statement_timestamp());
	RETURN NULL;
END $$;
CREATE TRIGGER audit_head_refused AFTER UPDATE OF state ON outbox
	FOR EACH ROW WHEN (NEW.operation = 'putAuditHead'
	    AND NEW.state = 'refused' AND OLD.state <> 'refused')
	EXECUTE FUNCTION audit_head_refused();

-- How many heads of the hub do not hold, and of ours that the hub refused: for
-- the metrics, without a caller.
CREATE FUNCTION audit_alarms() RETURNS bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT (SELECT count(*) FROM hub_head
	        WHERE state IN ('new-log', 'forked', 'unsigned'))
	     + (SELECT count(*) FROM outbox
	        WHERE operation = 'putAuditHead' AND state = 'refused')
$$;

-- One leaf's row, all that it was hashed from, for those who check elsewhere.
CREATE FUNCTION audit_row_json(a audit) RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('row', jsonb_build_object('at',
	    to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
	    'consent', a.consent_id, 'details', encode(
	    coalesce(a.details, audit_details(a.leaf_salt, a.actor, a.request)),
	    'hex'), 'event', a.event, 'kind', a.kind, 'org', a.org,
	    'ref', a.ref, 'role', a.role),
	    'opened', CASE WHEN a.leaf_salt IS NOT NULL THEN jsonb_build_object(
	        'salt', replace(a.leaf_salt::text, '-', ''), 'actor', a.actor,
	        'request', a.request) END)
$$;

ALTER TABLE audit_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub_head ENABLE ROW LEVEL SECURITY;
-- The service signs, by its timer or for the officer, who reads it all.
CREATE POLICY audit_head_sign ON audit_head TO zaedno_node_service
	USING ((SELECT my_role()) = 'dpo' OR (SELECT by_timer()))
	WITH CHECK ((SELECT my_role()) = 'dpo' OR (SELECT by_timer()));
CREATE POLICY hub_key_see ON hub_key FOR SELECT TO zaedno_node_service
	USING ((SELECT my_role()) = 'dpo');
CREATE POLICY hub_head_see ON hub_head FOR SELECT TO zaedno_node_service
	USING ((SELECT my_role()) = 'dpo');
CREATE POLICY hub_key_courier ON hub_key TO zaedno_node_courier USING (true);
CREATE POLICY hub_head_courier ON hub_head FOR SELECT TO zaedno_node_courier
	USING (true);
CREATE POLICY outbox_head ON outbox FOR INSERT TO zaedno_node_service
	WITH CHECK (operation = 'putAuditHead' AND consent_id IS NULL
	            AND ((SELECT my_role()) = 'dpo' OR (SELECT by_timer())));
GRANT SELECT, INSERT ON audit_head TO zaedno_node_service;
GRANT SELECT ON hub_key, hub_head TO zaedno_node_service;
GRANT SELECT (clock_offset_ms) ON hub_link TO zaedno_node_service;
GRANT SELECT, INSERT (kid, jwk) ON hub_key TO zaedno_node_courier;
GRANT SELECT ON hub_head TO zaedno_node_courier;
REVOKE EXECUTE ON FUNCTION hub_head_judge(uuid, jsonb), audit_alarms() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub_head_judge(uuid, jsonb) TO zaedno_node_courier;
GRANT EXECUTE ON FUNCTION audit_alarms() TO zaedno_node_service;

COMMIT;
