-- Revert zaedno_node:guard from pg

BEGIN;

CREATE OR REPLACE FUNCTION summary_document(s summary) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object(
	       'id', s.id, 'consent_id', s.consent_id, 'version', s.version,
	       'doc', s.doc, 'shared_at', rfc3339(s.shared_at),
	       'hub_version', s.hub_version, 'hub_at', rfc3339(s.hub_at)))
$$;

DROP TABLE summary_overrule;

COMMIT;
