-- Deploy zaedno-hub:organisation to pg
-- requires: codelists
-- requires: audit
-- Organisations, their services, keys and enrolment codes.  No child in here.
BEGIN;

CREATE TABLE organisation (
	id uuid PRIMARY KEY,
	name text NOT NULL CHECK (name <> ''),
	kind text NOT NULL,
	sectors text[] NOT NULL CHECK (cardinality(sectors) > 0),
	municipality text NOT NULL,
	eik text NOT NULL CHECK (eik ~ '^([0-9]{9}|[0-9]{13})$'),
	contact jsonb NOT NULL DEFAULT '{}',
	status text NOT NULL DEFAULT 'active'
	    CHECK (status IN ('active', 'suspended', 'blocked')),
	status_reason text,
	version bigint NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	enrolled_at timestamptz,
	CHECK (id <> everyone())
) WITH (fillfactor = 90);
CREATE INDEX organisation_blocked ON organisation (id)
	WHERE status = 'blocked';

CREATE TABLE service (
	id uuid PRIMARY KEY,
	organisation_id uuid NOT NULL REFERENCES organisation,
	kind text NOT NULL,
	form text,
	name text NOT NULL,
	does text,
	does_not text,
	reach text,
	age_bands text[]
);
CREATE INDEX service_organisation ON service (organisation_id);

-- Public keys.  Retired ones stay: receipts must remain verifiable.
CREATE TABLE organisation_key (
	kid text PRIMARY KEY,
	organisation_id uuid NOT NULL REFERENCES organisation,
	purpose text NOT NULL CHECK (purpose IN ('assertion', 'receipt')),
	jwk jsonb NOT NULL CHECK (NOT jwk ? 'd'),
	pem text NOT NULL,
	not_before timestamptz NOT NULL DEFAULT statement_timestamp(),
	retired_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	CHECK (retired_at > not_before)
);
CREATE INDEX organisation_key_organisation
    ON organisation_key (organisation_id, purpose);

-- Single-use codes; only the hash is kept.
CREATE TABLE enrolment_code (
	code_sha256 bytea PRIMARY KEY,
	organisation_id uuid NOT NULL REFERENCES organisation,
	expires_at timestamptz NOT NULL,
	used_at timestamptz,
	kids text[]
);
CREATE INDEX enrolment_code_organisation ON enrolment_code (organisation_id);

-- Assertions are used once.  Logged: emptied by a crash it would let one in
-- again.
CREATE TABLE assertion_jti (
	organisation_id uuid NOT NULL,
	jti text NOT NULL,
	expires_at timestamptz NOT NULL,
	PRIMARY KEY (organisation_id, jti)
);
CREATE INDEX assertion_jti_expires ON assertion_jti (expires_at);

-- The document that the directory and the feed show.
CREATE FUNCTION organisation_json(o organisation) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('id', o.id, 'name', o.name, 'kind', o.kind,
	    'sectors', o.sectors, 'municipality', o.municipality, 'eik', o.eik,
	    'contact', o.contact, 'status', o.status, 'version', o.version,
	    'services', coalesce((
	        SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
	            'id', s.id, 'kind', s.kind, 'form', s.form, 'name', s.name,
	            'does', s.does,
	            'does_not', s.does_not, 'reach', s.reach,
	            'age_bands', s.age_bands)) ORDER BY s.name, s.id)
	        FROM service s WHERE s.organisation_id = o.id), '[]'))
$$;

GRANT SELECT, INSERT, UPDATE ON organisation TO zaedno_hub_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON service TO zaedno_hub_service;
GRANT SELECT, INSERT ON organisation_key TO zaedno_hub_service;
GRANT UPDATE (retired_at) ON organisation_key TO zaedno_hub_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON enrolment_code TO zaedno_hub_service;
GRANT SELECT, INSERT, DELETE ON assertion_jti TO zaedno_hub_service;

COMMIT;
