-- Deploy zaedno_node:task to pg
-- requires: erasure outbox mirror
-- What waits for a person. A task says its kind and what it is about, never
-- what happened in words; the same one (kind, subject, due, level) is made
-- once, whatever starts anew. Tasks are made by triggers and functions of the
-- owner through task_raise(), and never by the service.

BEGIN;

CREATE TABLE codelist.task_kind (LIKE codelist.consent_category INCLUDING ALL);
GRANT SELECT ON codelist.task_kind TO zaedno_node_service;

CREATE TABLE task (
	id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	n          bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	kind       text NOT NULL REFERENCES codelist.task_kind,
	subject    uuid NOT NULL,
	case_id    uuid REFERENCES case_file,  -- none: the organisation's
	coordination_id uuid,                   -- what the hub reminds of
	due        timestamptz NOT NULL,
	level      int NOT NULL DEFAULT 0 CHECK (level >= 0),
	created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	done_at    timestamptz,
	done_by    uuid REFERENCES app_user,
	UNIQUE (kind, subject, due, level),
	CHECK (done_by IS NULL OR done_at IS NOT NULL)
);
CREATE INDEX task_open ON task (n) WHERE done_at IS NULL;
CREATE INDEX task_case ON task (case_id);

-- A task about a case, a consent, a summary or a change to something shared goes
-- with the case; an erased case takes none, in silence: whoever raises it has
-- other work to finish.
CREATE FUNCTION task_fill() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	NEW.case_id := coalesce(NEW.case_id,
	    (SELECT c.id FROM case_file c WHERE c.id = NEW.subject),
	    (SELECT c.case_id FROM consent c WHERE c.id = NEW.subject),
	    (SELECT c.case_id FROM summary s JOIN consent c ON c.id = s.consent_id
	     WHERE s.id = NEW.subject),
	    (SELECT c.case_id FROM shared_change c WHERE c.id = NEW.subject));
	IF NEW.case_id IS NOT NULL THEN
		PERFORM FROM case_file WHERE id = NEW.case_id AND content <> ''
		FOR KEY SHARE;
		IF NOT FOUND THEN
			RETURN NULL;
		END IF;
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER task_fill BEFORE INSERT ON task
	FOR EACH ROW EXECUTE FUNCTION task_fill();

INSERT INTO erasure_part VALUES ('task', 'case_id', 'case');

CREATE FUNCTION task_raise(kind text, subject uuid, due timestamptz,
                           level int DEFAULT 0) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	INSERT INTO task (kind, subject, due, level)
	VALUES (task_raise.kind, task_raise.subject, task_raise.due, task_raise.level)
	ON CONFLICT DO NOTHING
$$;
REVOKE EXECUTE ON FUNCTION task_raise(text, uuid, timestamptz, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION task_raise(text, uuid, timestamptz, int)
	TO zaedno_node_courier;

ALTER TABLE task ENABLE ROW LEVEL SECURITY;
CREATE POLICY task_of_case ON task FOR SELECT TO zaedno_node_service
	USING (coordination_id IS NULL AND case_id IS NOT NULL
	       AND may_write_case(case_id));
-- What was written of a matter that is no case here is still of a matter.
CREATE FUNCTION task_of_all(kind text) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT (SELECT my_role()) = 'supervisor'
	       OR (SELECT my_role()) IN ('dpo', 'admin')
	          AND kind NOT IN ('change_stale', 'change_refused')
$$;
CREATE POLICY task_of_organisation ON task FOR SELECT TO zaedno_node_service
	USING (coordination_id IS NULL AND case_id IS NULL AND task_of_all(kind));
-- What one sees, once, and in one's own name.
CREATE POLICY task_do ON task FOR UPDATE TO zaedno_node_service
	USING (done_at IS NULL AND coordination_id IS NULL
	       AND CASE WHEN case_id IS NULL
	                THEN task_of_all(kind)
	                ELSE may_write_case(case_id) END)
	WITH CHECK (done_by = (SELECT my_user()));
GRANT SELECT, UPDATE (done_at, done_by) ON task TO zaedno_node_service;

CREATE FUNCTION task_document(t task) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', t.id, 'kind', t.kind,
	       'text', (SELECT k.bg FROM codelist.task_kind k WHERE k.code = t.kind),
	       'subject', t.subject, 'case_id', t.case_id,
	       'coordination_id', t.coordination_id, 'due', rfc3339(t.due),
	       'level', t.level, 'created_at', rfc3339(t.created_at),
	       'done_at', rfc3339(t.done_at), 'done_by', t.done_by))
$$;

COMMIT;
