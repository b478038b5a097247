-- Deploy zaedno-hub:audit_head to pg
-- requires: feed retention
-- What makes the audit's chain provable: the sets of reads that have a leaf,
-- the heads that this hub has signed, and those that nodes have sent.
BEGIN;

-- Reads by the set: one leaf over the hashes of their rows.  Up to where they
-- have been taken; after: what a dump has brought into another cluster, whose
-- transactions are counted anew, is not taken again.
CREATE TABLE read_head (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	tx xid8 NOT NULL DEFAULT '0',
	after timestamptz NOT NULL DEFAULT '-infinity',
	last_at timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO read_head DEFAULT VALUES;

CREATE TABLE read_set (
	leaf bytea PRIMARY KEY,
	at timestamptz NOT NULL,
	details bytea NOT NULL,
	rows bigint NOT NULL CHECK (rows > 0),
	tx_from xid8 NOT NULL,
	tx_to xid8 NOT NULL,
	first_at timestamptz NOT NULL,
	last_at timestamptz NOT NULL
);

-- What a row of the read log is hashed to: an act's leaf, with two members
-- more.
CREATE FUNCTION read_hash(at timestamptz, consent uuid, details bytea,
    holder uuid, kind text, org uuid, ref uuid, role text, version bigint)
RETURNS bytea LANGUAGE sql STABLE AS
$$
	SELECT sha256('\x00'::bytea || convert_to('{"at":"'
	    || to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
	    || '","consent":"' || $2 || '","details":"' || encode($3, 'hex')
	    || '","event":"read","holder":"' || $4
	    || '","kind":' || to_json($5)::text
	    || ',"org":"' || $6 || '","ref":"' || $7
	    || '","role":' || coalesce(to_json($8)::text, 'null')
	    || ',"version":' || $9 || '}', 'UTF8'))
$$;
CREATE FUNCTION read_row_hash(l read_log) RETURNS bytea
LANGUAGE sql STABLE AS
$$
	SELECT read_hash(l.at, l.consent_id, coalesce(l.details,
	    audit_details(l.leaf_salt, l.actor, l.request)), l.holder, l.kind,
	    l.org, l.ref, l.role, l.version)
$$;

-- What this hub has signed.  n: each names the one before it.
CREATE TABLE audit_head (
	id uuid PRIMARY KEY,
	n bigint NOT NULL UNIQUE,
	log_id uuid NOT NULL,
	count bigint NOT NULL CHECK (count >= 0),
	chain bytea NOT NULL,
	at timestamptz NOT NULL,
	head text NOT NULL
);

CREATE FUNCTION audit_head_json(h audit_head) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('id', h.id, 'log_id', h.log_id,
	    'count', h.count, 'chain', encode(h.chain, 'hex'),
	    'at', rfc3339(h.at), 'head', h.head)
$$;

-- What nodes have signed, as it came, and the hub's word that it has it.
CREATE TABLE node_head (
	id uuid PRIMARY KEY,
	organisation_id uuid NOT NULL REFERENCES organisation,
	n bigint NOT NULL,
	log_id uuid NOT NULL,
	count bigint NOT NULL CHECK (count >= 0),
	chain bytea NOT NULL,
	at timestamptz NOT NULL,
	state text NOT NULL CHECK (state IN ('good', 'new-log', 'forked')),
	received_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	receipt text NOT NULL,
	countersignature text CHECK ((countersignature IS NULL)
	    = (state = 'forked')),
	UNIQUE (organisation_id, n)
);

DO $$
DECLARE
	t text;
BEGIN
	FOREACH t IN ARRAY ARRAY['read_set', 'audit_head', 'node_head'] LOOP
		EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE
			ON %I FOR EACH ROW EXECUTE FUNCTION append_only()', t);
		EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE
			ON %I FOR EACH STATEMENT EXECUTE FUNCTION append_only()', t);
	END LOOP;
	FOREACH t IN ARRAY ARRAY['read_head', 'read_set', 'audit_head',
	    'node_head'] LOOP
		EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
	END LOOP;
END $$;

CREATE POLICY read_head_step ON read_head
	USING ((SELECT my_job()) = 'reads');
CREATE POLICY read_set_see ON read_set FOR SELECT
	USING ((SELECT my_role()) IN ('admin', 'auditor'));
CREATE POLICY read_set_add ON read_set FOR INSERT
	WITH CHECK ((SELECT my_job()) = 'reads');
-- The hub's heads are for everybody; the service signs them, by its timer or
-- for whoever may read the audit.
CREATE POLICY audit_head_see ON audit_head FOR SELECT USING (true);
CREATE POLICY audit_head_add ON audit_head FOR INSERT
	WITH CHECK ((SELECT my_role()) IN ('service', 'admin', 'auditor'));
CREATE POLICY node_head_own ON node_head FOR SELECT
	USING (organisation_id = (SELECT me())
	    OR (SELECT my_role()) IN ('admin', 'auditor'));
CREATE POLICY node_head_add ON node_head FOR INSERT
	WITH CHECK (organisation_id = (SELECT me()));

GRANT SELECT, UPDATE ON read_head TO zaedno_hub_service;
GRANT SELECT, INSERT ON read_set, audit_head, node_head TO zaedno_hub_service;

-- Of one leaf all that it was hashed from, for those who check it elsewhere.
CREATE FUNCTION audit_opened(salt uuid, actor text, request uuid) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('salt', replace($1::text, '-', ''),
	    'actor', $2, 'request', $3) WHERE $1 IS NOT NULL
$$;
-- A member that says nothing is left out; what was hashed says null.
CREATE FUNCTION audit_known(doc jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
$$
	SELECT CASE WHEN $1 -> 'opened' = 'null' THEN $1 - 'opened'
	    ELSE coalesce($1, '{}') END
$$;
CREATE FUNCTION audit_time(timestamptz) RETURNS text LANGUAGE sql STABLE AS
$$ SELECT to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') $$;
CREATE FUNCTION audit_row_json(a audit) RETURNS jsonb LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('row', jsonb_build_object('at',
	    audit_time(a.at), 'consent', a.consent_id, 'details', encode(
	    coalesce(a.details, audit_details(a.leaf_salt, a.actor, a.request)),
	    'hex'), 'event', a.event, 'kind', a.kind, 'org', a.org,
	    'ref', a.ref, 'role', a.role),
	    'opened', audit_opened(a.leaf_salt, a.actor, a.request))
$$;
CREATE FUNCTION read_set_json(s read_set) RETURNS jsonb LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('row', jsonb_build_object('at',
	    audit_time(s.at), 'consent', NULL, 'details', encode(s.details, 'hex'),
	    'event', 'reads', 'kind', 'read_log', 'org', NULL, 'ref', NULL,
	    'role', NULL), 'rows', s.rows, 'reads', (
	    SELECT coalesce(jsonb_agg(audit_known(jsonb_build_object('row',
	        jsonb_build_object('at', audit_time(l.at),
	        'consent', l.consent_id, 'details', encode(coalesce(l.details,
	            audit_details(l.leaf_salt, l.actor, l.request)), 'hex'),
	        'event', 'read', 'holder', l.holder, 'kind', l.kind,
	        'org', l.org, 'ref', l.ref, 'role', l.role,
	        'version', l.version),
	        'opened', audit_opened(l.leaf_salt, l.actor, l.request)))
	        ORDER BY read_row_hash(l)), '[]')
	    FROM read_log l WHERE l.tx >= s.tx_from AND l.tx <= s.tx_to
	    AND l.at >= s.first_at AND l.at <= s.last_at))
$$;

COMMIT;
