-- Deploy zaedno-hub:consent to pg
-- requires: organisation
-- Consents as the family signed them, and who may see what under them.
BEGIN;

-- The required signers of a rule (CODELISTS 3).
CREATE FUNCTION signers_suffice(rule text, signers jsonb, decision boolean)
RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$
	SELECT CASE rule
	WHEN 'representative' THEN n.adults >= 1
	WHEN 'both_parents' THEN n.parents >= 2
	    OR (n.adults >= 1 AND coalesce(decision, false))
	WHEN 'representative_and_child' THEN n.adults >= 1 AND n.young >= 1
	WHEN 'other_representative' THEN n.adults >= 1
	    AND coalesce(decision, false)
	WHEN 'self' THEN n.young >= 1
	ELSE false END
	FROM (SELECT
	    count(*) FILTER (WHERE s ->> 'capacity' = 'parent') AS parents,
	    count(*) FILTER (WHERE s ->> 'capacity' IN ('parent', 'guardian',
	        'custodian', 'court_appointed')) AS adults,
	    count(*) FILTER (WHERE s ->> 'capacity' = 'young_person') AS young
	    FROM jsonb_array_elements(signers) s) n
$$;

-- Is every one of these signatures newer than all of those?
CREATE FUNCTION signed_anew(signers jsonb, before jsonb)
RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$
	SELECT coalesce((SELECT min((s ->> 'at')::timestamptz)
	        FROM jsonb_array_elements(signers) s)
	    > (SELECT max((s ->> 'at')::timestamptz)
	        FROM jsonb_array_elements(before) s), true)
$$;

CREATE TABLE consent (
	id uuid PRIMARY KEY,
	holder uuid NOT NULL REFERENCES organisation,
	version bigint NOT NULL CHECK (version > 0),
	state text NOT NULL CHECK (state IN ('active', 'needs_young_person',
	    'withdrawn', 'expired', 'superseded')),
	case_pseudonym uuid,
	purpose text,
	rule text,
	signers jsonb,
	child_opinion text,
	decision_ref boolean,
	text_sha256 text,
	text_version text,
	language text,
	basis text,
	starts_at timestamptz,
	until timestamptz,
	receipt text,
	ended_at timestamptz,
	ended_capacity text,
	ended_door text CHECK (ended_door IN ('node', 'family', 'coordinator')),
	-- The consent that this one takes the place of, and the one that takes
	-- the place of this.
	supersedes uuid UNIQUE REFERENCES consent,
	superseded_by uuid REFERENCES consent,
	-- Whoever was ever named: they may know of it.
	parties uuid[] NOT NULL DEFAULT '{}',
	UNIQUE (id, holder),
	CHECK ((state = 'superseded') <= (superseded_by IS NOT NULL)),
	-- A consent that was withdrawn before it was seen has no facts.
	CONSTRAINT consent_facts CHECK (state = 'withdrawn'
	    OR num_nulls(case_pseudonym, purpose, rule, signers, child_opinion,
	        text_sha256, text_version, language, basis, starts_at, until,
	        receipt) = 0),
	CONSTRAINT consent_span CHECK (until > starts_at
	    AND until - starts_at <= interval '366 days'),
	CONSTRAINT consent_signers CHECK (rule IS NULL
	    OR signers_suffice(rule, signers, decision_ref))
) WITH (fillfactor = 80);
CREATE INDEX consent_until ON consent (until) WHERE state = 'active';

-- Everyone who was ever named.  live_until is the consent's until while it is
-- active and names them, -infinity from then on: it never outlives the
-- consent.
CREATE TABLE consent_recipient (
	consent_id uuid NOT NULL,
	recipient uuid NOT NULL REFERENCES organisation,
	holder uuid NOT NULL,
	categories text[] NOT NULL,
	withheld text[] NOT NULL,
	live_until timestamptz NOT NULL,
	PRIMARY KEY (consent_id, recipient),
	FOREIGN KEY (consent_id, holder) REFERENCES consent (id, holder),
	CHECK (recipient <> holder)
) WITH (fillfactor = 80);
CREATE INDEX consent_recipient_recipient
    ON consent_recipient (recipient, consent_id);

-- What a withdrawal said, once; the signature is added by the service.
CREATE TABLE withdrawal (
	consent_id uuid PRIMARY KEY,
	holder uuid NOT NULL,
	version bigint NOT NULL,
	at timestamptz NOT NULL,
	leaf bytea NOT NULL,
	capacity text NOT NULL,
	receipt text,
	-- Who said it to the hub: the holder's node, a family's code, or a
	-- coordinator to whom it was said.
	door text NOT NULL DEFAULT 'node'
	    CHECK (door IN ('node', 'family', 'coordinator'))
);

ALTER TABLE consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_recipient ENABLE ROW LEVEL SECURITY;
ALTER TABLE withdrawal ENABLE ROW LEVEL SECURITY;

-- The holder, and whoever was ever named, know of a consent.
--
-- Policies of what the busiest statements read look at columns of the row
-- alone: one that looks into another table (under that table's policy) made a
-- read cost half as much again.  me() is not in a sub-select here: rows come
-- one by one through an index, and each sub-select is a plan to set up.  The
-- queues and the feed, which are scanned, have it in one.
CREATE POLICY consent_see ON consent FOR SELECT
	USING (holder = me() OR me() = ANY (parties) OR my_job() = 'sweep');
CREATE POLICY consent_add ON consent FOR INSERT
	WITH CHECK (holder = (SELECT me()));
CREATE POLICY consent_change ON consent FOR UPDATE
	USING (holder = me() OR my_job() = 'sweep');

CREATE POLICY recipient_see ON consent_recipient FOR SELECT
	USING (recipient = me() OR holder = me() OR my_job() = 'sweep');
CREATE POLICY recipient_add ON consent_recipient FOR INSERT
	WITH CHECK (holder = me());
CREATE POLICY recipient_change ON consent_recipient FOR UPDATE
	USING (holder = me() OR my_job() = 'sweep');

CREATE POLICY withdrawal_own ON withdrawal
	USING (holder = (SELECT me())) WITH CHECK (holder = (SELECT me()));

-- The categories that a recipient does not get.
CREATE FUNCTION withheld_of(categories text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE AS
$$
	SELECT coalesce(array_agg(k), '{}')
	FROM unnest(ARRAY['basics', 'contact', 'needs', 'difficulty', 'help',
	    'wish', 'path']) k
	WHERE k <> ALL (categories)
$$;

-- What the caller may know: the holder all recipients, a recipient its own.
CREATE FUNCTION consent_json(c consent) RETURNS jsonb LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', c.id,
	    'version', c.version, 'holder', c.holder, 'state', c.state,
	    'case_pseudonym', c.case_pseudonym, 'purpose', c.purpose,
	    'from', rfc3339(c.starts_at), 'until', rfc3339(c.until))
	|| CASE WHEN c.holder = me() THEN jsonb_build_object('rule', c.rule,
	    'language', c.language, 'text_version', c.text_version,
	    'supersedes', c.supersedes, 'superseded_by', c.superseded_by,
	    'withdrawn_at', CASE c.state WHEN 'withdrawn' THEN rfc3339(c.ended_at) END,
	    'withdrawn_by', CASE c.state WHEN 'withdrawn' THEN c.ended_capacity END,
	    'door', CASE c.state WHEN 'withdrawn' THEN c.ended_door END,
	    'recipients', (SELECT jsonb_agg(jsonb_build_object(
	        'organisation_id', r.recipient, 'categories', r.categories)
	        ORDER BY r.recipient)
	        FROM consent_recipient r
	        WHERE r.consent_id = c.id AND r.live_until > '-infinity'))
	ELSE jsonb_build_object('categories', (SELECT r.categories
	    FROM consent_recipient r
	    WHERE r.consent_id = c.id AND r.recipient = me())) END)
$$;

GRANT SELECT, INSERT, UPDATE ON consent TO zaedno_hub_service;
GRANT SELECT, INSERT, UPDATE ON consent_recipient TO zaedno_hub_service;
GRANT SELECT, INSERT ON withdrawal TO zaedno_hub_service;
GRANT UPDATE (receipt) ON withdrawal TO zaedno_hub_service;

COMMIT;
