-- Deploy zaedno_node:consent to pg
-- requires: case hub_link codelists
-- A consent in its present version, the chain of its versions with the signed
-- receipts, who receives which categories, and who signed. Names of signers
-- and the text that was read are sealed; the salts of the evidence stay here.

BEGIN;

CREATE TABLE consent (
	id             uuid PRIMARY KEY,
	case_id        uuid NOT NULL REFERENCES case_file,
	case_pseudonym uuid NOT NULL,
	purpose        text NOT NULL REFERENCES codelist.purpose,
	rule           text NOT NULL REFERENCES codelist.signature_rule,
	child_opinion  text NOT NULL,
	decision_ref   boolean NOT NULL DEFAULT false,
	text_version   text NOT NULL,
	text_sha256    bytea NOT NULL,
	language       text NOT NULL,
	valid_from     timestamptz NOT NULL,
	until          timestamptz NOT NULL,
	state          text NOT NULL DEFAULT 'active'
	               CHECK (state IN ('active', 'withdrawn', 'expired',
	               'superseded')),
	version        bigint NOT NULL DEFAULT 1,
	content        bytea NOT NULL,
	created_by     uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	created_at     timestamptz NOT NULL DEFAULT statement_timestamp(),
	withdrawn_at   timestamptz,
	withdrawn_by   text,            -- capacity, never a name
	withdrawn_door text             -- through whom the hub heard of it
	               CHECK (withdrawn_door IN ('node', 'family', 'coordinator')),
	supersedes     uuid UNIQUE REFERENCES consent,  -- took the place of it
	superseded_by  uuid REFERENCES consent,
	superseded_at  timestamptz,
	chain          uuid,            -- the first one of the chain; none: itself
	hub_version    bigint,          -- the newest version that the hub has stored
	hub_at         timestamptz,
	hub_withdrawn_at   timestamptz, -- when the hub acknowledged the withdrawal
	withdrawal_receipt text,        -- the hub's signed receipt
	CHECK (until > valid_from AND until <= valid_from + interval '1 year'),
	CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),
	CHECK (state <> 'superseded' OR superseded_at IS NOT NULL)
);
CREATE INDEX consent_case ON consent (case_id, id);

CREATE TABLE consent_version (
	consent_id uuid NOT NULL REFERENCES consent,
	version    bigint NOT NULL,
	receipt    text NOT NULL,       -- JWS, signed with this node's receipt key
	sealed     text NOT NULL,       -- names of signers, evidence, the text read
	recorded_by uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	PRIMARY KEY (consent_id, version)
);

CREATE TABLE consent_recipient (
	consent_id      uuid NOT NULL REFERENCES consent,
	organisation_id uuid NOT NULL,
	categories      text[] NOT NULL CHECK (cardinality(categories) > 0),
	PRIMARY KEY (consent_id, organisation_id)
);

CREATE TABLE consent_signer (
	consent_id      uuid NOT NULL,
	version         bigint NOT NULL,
	n               smallint NOT NULL,
	capacity        text NOT NULL CHECK (capacity IN ('parent', 'guardian',
	                'custodian', 'young_person', 'court_appointed')),
	method          text NOT NULL CHECK (method IN
	                ('paper', 'signature', 'oral_witnessed')),
	at              timestamptz NOT NULL,
	salt            bytea NOT NULL CHECK (octet_length(salt) = 32),
	evidence_commit bytea NOT NULL CHECK (octet_length(evidence_commit) = 32),
	PRIMARY KEY (consent_id, version, n),
	FOREIGN KEY (consent_id, version) REFERENCES consent_version
);

-- The consent that is meant by a number on paper: the last that took its place.
-- (Under the caller's policies: a chain is of one case.)
CREATE FUNCTION consent_current(consent uuid) RETURNS uuid
LANGUAGE sql STABLE AS $$
	WITH RECURSIVE chain AS (
		SELECT $1 AS id, 0 AS n
		UNION ALL
		SELECT c.superseded_by, chain.n + 1
		FROM chain JOIN consent c ON c.id = chain.id
		     AND c.superseded_by IS NOT NULL
		WHERE chain.n < 1000)
	SELECT id FROM chain ORDER BY n DESC LIMIT 1
$$;

-- CODELISTS 3: are the signers that the rule asks for among those given?
CREATE FUNCTION signers_suffice(rule text, signers jsonb, decision boolean)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	WITH n AS (SELECT count(*) FILTER (WHERE s->>'capacity' <> 'young_person') AS adults,
	                  count(*) FILTER (WHERE s->>'capacity' = 'parent') AS parents,
	                  count(*) FILTER (WHERE s->>'capacity' = 'young_person') AS young
	           FROM jsonb_array_elements(signers) s)
	SELECT CASE rule
	       WHEN 'representative' THEN adults >= 1
	       WHEN 'both_parents' THEN parents >= 2 OR adults >= 1 AND decision
	       WHEN 'representative_and_child' THEN adults >= 1 AND young >= 1
	       WHEN 'other_representative' THEN adults >= 1 AND decision
	       WHEN 'self' THEN young = 1 AND adults = 0
	       ELSE false END
	FROM n
$$;

-- The same rule at the table itself: at commit a version has its signers.
CREATE FUNCTION consent_version_signed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF NOT (SELECT signers_suffice(c.rule,
	               coalesce((SELECT jsonb_agg(to_jsonb(s)) FROM consent_signer s
	                         WHERE s.consent_id = NEW.consent_id
	                           AND s.version = NEW.version), '[]'),
	               c.decision_ref)
	        FROM consent c WHERE c.id = NEW.consent_id) THEN
		RAISE EXCEPTION 'consent lacks a required signer'
		    USING ERRCODE = 'check_violation';
	END IF;
	RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER consent_version_signed AFTER INSERT ON consent_version
	DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION consent_version_signed();

CREATE TRIGGER consent_version_append_only
	BEFORE DELETE OR TRUNCATE ON consent_version
	FOR EACH STATEMENT EXECUTE FUNCTION raise_append_only();

ALTER TABLE consent ENABLE ROW LEVEL SECURITY;
CREATE POLICY consent_of_case ON consent TO zaedno_node_service
	USING (EXISTS (SELECT FROM case_file c WHERE c.id = consent.case_id));

ALTER TABLE consent_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY version_of_consent ON consent_version TO zaedno_node_service
	USING (EXISTS (SELECT FROM consent c WHERE c.id = consent_version.consent_id));

ALTER TABLE consent_recipient ENABLE ROW LEVEL SECURITY;
CREATE POLICY recipient_of_consent ON consent_recipient TO zaedno_node_service
	USING (EXISTS (SELECT FROM consent c WHERE c.id = consent_recipient.consent_id));

ALTER TABLE consent_signer ENABLE ROW LEVEL SECURITY;
CREATE POLICY signer_of_consent ON consent_signer TO zaedno_node_service
	USING (EXISTS (SELECT FROM consent c WHERE c.id = consent_signer.consent_id));

-- May anything be shared under it at this moment? (Clocks differ a little.)
CREATE FUNCTION consent_holds(c consent) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT c.state = 'active' AND c.until > statement_timestamp()
	       AND c.valid_from < statement_timestamp() + interval '60 s'
$$;

-- Is every part of a summary's document consented for some recipient?
CREATE FUNCTION covers(consent uuid, doc jsonb) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT NOT EXISTS (
	       SELECT FROM jsonb_object_keys(doc) AS k(category)
	       WHERE NOT EXISTS (SELECT FROM consent_recipient r
	                         WHERE r.consent_id = covers.consent
	                           AND k.category = ANY (r.categories)))
$$;

-- A consent as its holder's people see it.
CREATE FUNCTION consent_document(c consent) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object(
	       'id', c.id, 'case_id', c.case_id, 'case_pseudonym', c.case_pseudonym,
	       'version', c.version,
	       'state', CASE WHEN c.state = 'active' AND c.until <= statement_timestamp()
	                     THEN 'expired' ELSE c.state END,
	       'purpose', c.purpose, 'rule', c.rule,
	       'child_opinion', c.child_opinion, 'decision_ref', c.decision_ref,
	       'text_sha256', encode(c.text_sha256, 'hex'),
	       'text_version', c.text_version, 'language', c.language,
	       'from', rfc3339(c.valid_from), 'until', rfc3339(c.until),
	       'withdrawn_at', rfc3339(c.withdrawn_at), 'withdrawn_by', c.withdrawn_by,
	       'door', c.withdrawn_door,
	       'supersedes', c.supersedes, 'superseded_by', c.superseded_by,
	       'hub_at', rfc3339(c.hub_at),
	       'recipients', (SELECT jsonb_agg(jsonb_build_object(
	                             'organisation_id', r.organisation_id,
	                             'categories', to_jsonb(r.categories))
	                             ORDER BY r.organisation_id)
	                      FROM consent_recipient r WHERE r.consent_id = c.id),
	       'signers', (SELECT jsonb_agg(jsonb_build_object(
	                          'capacity', s.capacity, 'method', s.method,
	                          'at', rfc3339(s.at),
	                          'evidence_commit', encode(s.evidence_commit, 'hex'))
	                          ORDER BY s.n)
	                   FROM consent_signer s
	                   WHERE s.consent_id = c.id
	                     AND s.version = (SELECT max(v.version) FROM consent_version v
	                                      WHERE v.consent_id = c.id))))
$$;

GRANT SELECT, INSERT,
	UPDATE (purpose, rule, child_opinion, decision_ref, text_version, text_sha256,
	        language, valid_from, until, state, version, content, withdrawn_at,
	        withdrawn_by, withdrawn_door, superseded_by, superseded_at)
	ON consent TO zaedno_node_service;
GRANT SELECT, INSERT ON consent_version, consent_signer TO zaedno_node_service;
GRANT SELECT, INSERT, DELETE, UPDATE (categories)
	ON consent_recipient TO zaedno_node_service;

COMMIT;
