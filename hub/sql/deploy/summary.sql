-- Deploy zaedno-hub:summary to pg
-- requires: consent
-- The minimal summary: its content lives exactly as long as its consent.
BEGIN;

CREATE TABLE summary (
	id uuid PRIMARY KEY,
	consent_id uuid NOT NULL,
	holder uuid NOT NULL,
	version bigint NOT NULL CHECK (version > 0),
	doc jsonb,
	-- Whom its consent names now, and until when: kept with the consent's
	-- row locked, so that the policy needs no other table.
	readers uuid[] NOT NULL,
	until timestamptz NOT NULL,
	published_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	erased_at timestamptz,
	FOREIGN KEY (consent_id, holder) REFERENCES consent (id, holder),
	-- A category that withheld_of() does not know could not be withheld.
	CONSTRAINT summary_categories CHECK (doc - ARRAY['basics', 'contact',
	    'needs', 'difficulty', 'help', 'wish', 'path'] = '{}'),
	CHECK ((doc IS NULL) = (erased_at IS NOT NULL)),
	CHECK (doc IS NOT NULL OR readers = '{}')
) WITH (fillfactor = 80, autovacuum_vacuum_threshold = 50,
    autovacuum_vacuum_scale_factor = 0);
ALTER TABLE summary ALTER doc SET STORAGE MAIN;
CREATE INDEX summary_consent ON summary (consent_id);
CREATE INDEX summary_holder ON summary (holder, id);

ALTER TABLE summary ENABLE ROW LEVEL SECURITY;

-- The holder; and a recipient while its consent is in date and names it.
CREATE POLICY summary_see ON summary FOR SELECT
	USING (holder = me()
	    OR (me() = ANY (readers) AND until > statement_timestamp())
	    OR my_job() = 'sweep');
CREATE POLICY summary_add ON summary FOR INSERT
	WITH CHECK (holder = me());
CREATE POLICY summary_change ON summary FOR UPDATE
	USING (holder = me() OR my_job() = 'sweep');

-- What one recipient sees: the members that are always there, and those of
-- the document that are not withheld from it.
CREATE FUNCTION summary_json(s summary, c consent, withheld text[])
RETURNS jsonb LANGUAGE sql STABLE AS
$$
	SELECT (s.doc - withheld) || jsonb_build_object('id', s.id,
	    'case_pseudonym', c.case_pseudonym, 'holder', c.holder,
	    'consent_id', c.id, 'consent_version', c.version,
	    'until', rfc3339(c.until), 'purpose', c.purpose,
	    'version', s.version, 'published_at', rfc3339(s.published_at))
$$;

GRANT SELECT, INSERT, UPDATE ON summary TO zaedno_hub_service;

COMMIT;
