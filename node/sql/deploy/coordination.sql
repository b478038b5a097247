-- Deploy zaedno_node:coordination to pg
-- requires: erasure task subject
-- Coordinations: what this organisation has asked for, and, in the mirror,
-- those that the hub has told it of.

BEGIN;

-- Until the hub has answered, and if it refuses, this is all there is of it.
CREATE TABLE coordination_request (
	id           uuid PRIMARY KEY,
	consent_id   uuid NOT NULL REFERENCES consent,
	summary_id   uuid NOT NULL REFERENCES summary,
	region       uuid NOT NULL,
	urgency      text NOT NULL,
	help_wanted  text NOT NULL,
	requested_by uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	requested_at timestamptz NOT NULL DEFAULT statement_timestamp()
);
CREATE INDEX coordination_request_consent ON coordination_request (consent_id);
CREATE INDEX coordination_request_summary ON coordination_request (summary_id);

ALTER TABLE coordination_request ENABLE ROW LEVEL SECURITY;
CREATE POLICY request_of_consent ON coordination_request FOR SELECT
	TO zaedno_node_service
	USING (EXISTS (SELECT FROM consent c
	               WHERE c.id = coordination_request.consent_id));
-- Whoever reads a colleague's case in an emergency asks for nothing in it.
CREATE POLICY request_new ON coordination_request FOR INSERT TO zaedno_node_service
	WITH CHECK ((SELECT may_write_case(c.case_id) FROM consent c
	             WHERE c.id = consent_id));
GRANT SELECT, INSERT ON coordination_request TO zaedno_node_service;
INSERT INTO erasure_part VALUES ('coordination_request', 'consent_id', 'consent');

-- Our own with their case; another's with the summary that was received, to
-- whom that is assigned, within the lease and the consent's term.
CREATE POLICY mirror_coordination ON mirror FOR SELECT TO zaedno_node_service
	USING (kind = 'coordination' AND doc IS NOT NULL
	       AND (SELECT my_role()) IN ('practitioner', 'supervisor')
	       AND (EXISTS (SELECT FROM summary s WHERE s.id = mirror.parent)
	            OR ((SELECT lease_holds())
	                AND (doc->>'until')::timestamptz > statement_timestamp()
	                AND EXISTS (SELECT FROM received r
	                            WHERE r.summary_id = mirror.parent))));

-- Why a row of the mirror that the caller would see is not shown: 'lease' or
-- 'purged'; NULL where there is none for the caller.
CREATE FUNCTION coordination_hidden(ref uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT CASE WHEN m.doc IS NULL
	            OR (m.doc->>'until')::timestamptz <= statement_timestamp()
	            THEN 'purged' ELSE 'lease' END
	FROM mirror m JOIN received r ON r.summary_id = m.parent
	WHERE m.kind = 'coordination' AND m.id = ref
	  AND (my_role() = 'supervisor'
	       OR my_role() = 'practitioner' AND r.assigned_to = my_user())
$$;
REVOKE EXECUTE ON FUNCTION coordination_hidden(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION coordination_hidden(uuid) TO zaedno_node_service;

-- The case here that a coordination is about: ours, or the one that the
-- received summary was linked to.
CREATE FUNCTION coordination_case(ref uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT coalesce(
	       (SELECT c.case_id FROM coordination_request r
	               JOIN consent c ON c.id = r.consent_id WHERE r.id = ref),
	       (SELECT coalesce(c.case_id, r.case_id) FROM mirror m
	               LEFT JOIN summary s ON s.id = m.parent
	               LEFT JOIN consent c ON c.id = s.consent_id
	               LEFT JOIN received r ON r.summary_id = m.parent
	        WHERE m.kind = 'coordination' AND m.id = ref))
$$;
REVOKE EXECUTE ON FUNCTION coordination_case(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION coordination_case(uuid) TO zaedno_node_service;

-- An answer to an invitation hangs on nobody's consent of ours.
CREATE POLICY outbox_answer ON outbox FOR INSERT TO zaedno_node_service
	WITH CHECK (operation = 'answerInvitation' AND consent_id IS NULL
	            AND (SELECT my_role()) = 'supervisor');

-- One at a time for a case, from when it is asked for: the hub, to which each
-- consent is another pseudonym, cannot know. Asked with the case's row locked.
CREATE FUNCTION coordination_under_way(of_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT EXISTS (
	       SELECT FROM coordination_request r JOIN consent c ON c.id = r.consent_id
	              LEFT JOIN mirror m ON m.kind = 'coordination' AND m.id = r.id
	       WHERE c.case_id = of_case
	         AND CASE WHEN m.id IS NOT NULL
	                  THEN m.doc IS NOT NULL
	                       AND m.state NOT IN ('closed', 'advised', 'redirected')
	             ELSE EXISTS (
	                  SELECT FROM outbox o
	                  WHERE o.consent_id = r.consent_id
	                    AND o.operation = 'requestCoordination'
	                    AND o.params->>'id' = r.id::text
	                    AND o.state NOT IN ('refused', 'cancelled')) END)
$$;
REVOKE EXECUTE ON FUNCTION coordination_under_way(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION coordination_under_way(uuid) TO zaedno_node_service;

-- What is sent about a coordination without being a change to shared work.
CREATE FUNCTION coordination_sends(operation text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT operation IN ('answerInvitation', 'nameCaseManager',
	                     'setCoordinationConsent')
$$;
CREATE INDEX outbox_coordination ON outbox ((params->>'id'), id)
	WHERE coordination_sends(operation);

-- Of each operation the last, while it waits and when it was refused: for
-- whoever sees the coordination, by whose row it is asked.
CREATE FUNCTION coordination_sent(ref uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
	       'operation', o.operation,
	       'state', CASE o.state WHEN 'refused' THEN 'refused' ELSE 'queued' END,
	       'at', rfc3339(o.created_at),
	       'problem', CASE WHEN o.state = 'refused' THEN o.last_problem END))
	       ORDER BY o.id)
	FROM (SELECT DISTINCT ON (x.operation) x.id, x.operation, x.state,
	             x.created_at, x.last_problem
	      FROM outbox x
	      WHERE x.params->>'id' = ref::text AND coordination_sends(x.operation)
	      ORDER BY x.operation, x.id DESC) o
	WHERE o.state IN ('queued', 'parked', 'refused')
$$;
REVOKE EXECUTE ON FUNCTION coordination_sent(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION coordination_sent(uuid) TO zaedno_node_service;

-- A refusal is a task of whoever works on the case; without a case here, the
-- organisation's. What the hub takes later settles it.
CREATE FUNCTION coordination_settled() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	ref uuid := (NEW.params->>'id')::uuid;
BEGIN
	IF NEW.state = 'refused' THEN
		INSERT INTO task (kind, subject, case_id, due)
		VALUES ('coordination_refused', ref, coordination_case(ref),
		        statement_timestamp())
		ON CONFLICT DO NOTHING;
	ELSE
		UPDATE task SET done_at = statement_timestamp()
		WHERE kind = 'coordination_refused' AND subject = ref
		  AND done_at IS NULL
		  AND NOT EXISTS (SELECT FROM jsonb_array_elements(
		                       coalesce(coordination_sent(ref), '[]')) x
		                  WHERE x->>'state' = 'refused');
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER coordination_settled AFTER UPDATE OF state ON outbox
	FOR EACH ROW WHEN (NEW.state IN ('delivered', 'refused')
	                   AND NEW.state <> OLD.state
	                   AND coordination_sends(NEW.operation))
	EXECUTE FUNCTION coordination_settled();

-- What lists and pages show: the hub's document where there is one, else what
-- has become of the request.
CREATE FUNCTION coordination_document(r coordination_request, m mirror)
RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object(
	       'id', coalesce(m.id, r.id),
	       'summary_id', coalesce(m.parent, r.summary_id),
	       'role', CASE WHEN r.id IS NOT NULL
	                    OR m.doc->>'holder' = l.organisation_id::text
	                    THEN 'holder' ELSE 'member' END,
	       'state', coalesce(m.state, CASE o.state
	                WHEN 'delivered' THEN 'requested' WHEN 'refused' THEN 'refused'
	                WHEN 'cancelled' THEN 'cancelled' ELSE 'queued' END),
	       'urgency', coalesce(m.doc->>'urgency', r.urgency),
	       'help_wanted', coalesce(m.doc->>'help_wanted', r.help_wanted),
	       'requested_at', coalesce(m.doc->>'requested_at', rfc3339(r.requested_at)),
	       'due', rfc3339(m.due), 'overdue', coalesce(m.due <= statement_timestamp(), false),
	       'problem', CASE WHEN m.id IS NULL AND o.state = 'refused'
	                       THEN o.last_problem END,
	       'sent', CASE WHEN m.id IS NOT NULL THEN coordination_sent(m.id) END))
	FROM hub_link l LEFT JOIN LATERAL (
	     SELECT x.state, x.last_problem FROM outbox x
	     WHERE x.consent_id = r.consent_id AND x.operation = 'requestCoordination'
	       AND x.params->>'id' = r.id::text ORDER BY x.id DESC LIMIT 1) o ON true
$$;

-- Those of a person's cases, for its rights: our own, and others' where the
-- summary is linked to a case of ours.
CREATE FUNCTION subject_coordination_ids(cases uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
	SELECT ARRAY(
	       SELECT r.id FROM coordination_request r
	              JOIN consent c ON c.id = r.consent_id
	       WHERE c.case_id = ANY (cases)
	       UNION
	       SELECT m.id FROM mirror m
	              LEFT JOIN summary s ON s.id = m.parent
	              LEFT JOIN consent c ON c.id = s.consent_id
	              LEFT JOIN received r ON r.summary_id = m.parent
	       WHERE m.kind = 'coordination'
	         AND coalesce(c.case_id, r.case_id) = ANY (cases))
$$;

-- What the audit calls them and their parts by.
CREATE FUNCTION subject_coordination_refs(cases uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
	SELECT ids || ARRAY(SELECT m.id FROM mirror m
	                    WHERE m.parent = ANY (ids) AND m.kind <> 'reminder')
	FROM subject_coordination_ids(cases) ids
$$;

-- The parts of one as the mirror has them.
CREATE FUNCTION subject_parts(coordination uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
	SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
	       'kind', m.kind, 'id', m.id, 'state', m.state, 'title', m.title,
	       'due', rfc3339(m.due))) || jsonb_build_object('document', m.doc)
	       ORDER BY k.n, m.due, m.id), '[]')
	FROM mirror m JOIN unnest(ARRAY['plan', 'action', 'meeting', 'decision',
	     'review', 'keyworker', 'handover']) WITH ORDINALITY k(kind, n)
	     ON k.kind = m.kind
	WHERE m.parent = coordination AND m.doc IS NOT NULL
$$;

-- The hub's documents where this node may still show them.
CREATE FUNCTION subject_coordinations(cases uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
	SELECT coalesce(jsonb_agg(coordination_document(r, m)
	       || CASE WHEN m.doc IS NOT NULL AND (r.id IS NOT NULL
	                    OR EXISTS (SELECT FROM summary s WHERE s.id = m.parent)
	                    OR lease_holds()
	                    AND (m.doc->>'until')::timestamptz > statement_timestamp())
	               THEN jsonb_build_object('coordination', m.doc,
	                    'parts', subject_parts(m.id))
	               ELSE '{}' END ORDER BY k.id), '[]')
	FROM unnest(subject_coordination_ids(cases)) k(id)
	     LEFT JOIN coordination_request r ON r.id = k.id
	     LEFT JOIN mirror m ON m.kind = 'coordination' AND m.id = k.id
	WHERE r.id IS NOT NULL OR m.doc IS NOT NULL
$$;
REVOKE EXECUTE ON FUNCTION subject_coordinations(uuid[]),
	subject_coordination_ids(uuid[]), subject_coordination_refs(uuid[]),
	subject_parts(uuid) FROM PUBLIC;

COMMIT;
