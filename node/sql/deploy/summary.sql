-- Deploy zaedno_node:summary to pg
-- requires: consent
-- The minimal summaries that this organisation has shared, in their present
-- version, and the projection: what one recipient sees of one.

BEGIN;

CREATE TABLE summary (
	id         uuid PRIMARY KEY,
	consent_id uuid NOT NULL REFERENCES consent,
	doc        jsonb NOT NULL,
	version    bigint NOT NULL DEFAULT 1,
	shared_by  uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	shared_at  timestamptz NOT NULL DEFAULT statement_timestamp(),
	hub_version bigint,             -- the newest version that the hub has stored
	hub_at     timestamptz
);
CREATE INDEX summary_consent ON summary (consent_id, id);

ALTER TABLE summary ENABLE ROW LEVEL SECURITY;
CREATE POLICY summary_of_consent ON summary TO zaedno_node_service
	USING (EXISTS (SELECT FROM consent c WHERE c.id = summary.consent_id));
GRANT SELECT, INSERT, UPDATE (doc, version, shared_by, shared_at, consent_id)
	ON summary TO zaedno_node_service;

CREATE FUNCTION summary_document(s summary) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object(
	       'id', s.id, 'consent_id', s.consent_id, 'version', s.version,
	       'doc', s.doc, 'shared_at', rfc3339(s.shared_at),
	       'hub_version', s.hub_version, 'hub_at', rfc3339(s.hub_at)))
$$;

-- A field that was not consented is absent, not null.
CREATE FUNCTION project(doc jsonb, categories text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
	SELECT coalesce(jsonb_object_agg(m.key, m.value), '{}')
	FROM jsonb_each(doc) m WHERE m.key = ANY (categories)
$$;

COMMIT;
