-- Deploy zaedno_node:guard to pg
-- requires: summary
-- What a supervisor let pass of the names that the identity guard found, by
-- version of the summary: places and reasons sealed, who and when beside them.

BEGIN;

CREATE TABLE summary_overrule (
	summary_id uuid NOT NULL REFERENCES summary,
	version    bigint NOT NULL,
	sealed     text NOT NULL,
	by         uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	at         timestamptz NOT NULL DEFAULT statement_timestamp(),
	PRIMARY KEY (summary_id, version)
);

CREATE TRIGGER summary_overrule_append_only
	BEFORE DELETE OR TRUNCATE ON summary_overrule
	FOR EACH STATEMENT EXECUTE FUNCTION raise_append_only();

ALTER TABLE summary_overrule ENABLE ROW LEVEL SECURITY;
CREATE POLICY overrule_of_summary ON summary_overrule FOR SELECT
	TO zaedno_node_service
	USING (EXISTS (SELECT FROM summary s WHERE s.id = summary_overrule.summary_id));
CREATE POLICY overrule_by_supervisor ON summary_overrule FOR INSERT
	TO zaedno_node_service
	WITH CHECK ((SELECT my_role()) = 'supervisor' AND by = (SELECT my_user())
	       AND EXISTS (SELECT FROM summary s
	                   WHERE s.id = summary_overrule.summary_id));
GRANT SELECT ON summary_overrule TO zaedno_node_service;
GRANT INSERT (summary_id, version, sealed) ON summary_overrule
	TO zaedno_node_service;

-- "sealed" is opened by the service, which puts "overruled" in its place.
CREATE OR REPLACE FUNCTION summary_document(s summary) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object(
	       'id', s.id, 'consent_id', s.consent_id, 'version', s.version,
	       'doc', s.doc, 'shared_at', rfc3339(s.shared_at),
	       'hub_version', s.hub_version, 'hub_at', rfc3339(s.hub_at),
	       'sealed', o.sealed, 'overruled_by', o.by,
	       'overruled_at', rfc3339(o.at)))
	FROM (SELECT) one LEFT JOIN summary_overrule o
	     ON o.summary_id = s.id AND o.version = s.version
$$;

COMMIT;
