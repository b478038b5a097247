-- Deploy zaedno_node:shared_change to pg
-- requires: coordination subject_records task clock retention
-- Shared work: its parts as the mirror holds them, and what this organisation
-- wants changed in them. A change is an operation of the hub's interface: a
-- draft, or an item of the outbox; what is stale or refused comes back to its
-- author, the hub's document beside it.

BEGIN;

-- Who reads a coordination reads its parts. Asked of the mirror itself, so the
-- policies of coordinations decide; they are not asked of a coordination's row
-- by way of this function, which would not end.
CREATE FUNCTION coordination_seen(ref uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT FROM mirror m
	               WHERE m.kind = 'coordination' AND m.id = ref)
$$;

-- Feed kinds that are no part of shared work.
CREATE FUNCTION shared_kind(kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT kind <> ALL ('{organisation,summary,delivery,consent,audit_head,
	                      family_slip,family_word,reminder,lesson}'::text[])
$$;

-- Without a coordination: what is the organisation's and says nothing of a
-- case. A kind not known here is shown only as part of a coordination.
CREATE POLICY mirror_part ON mirror FOR SELECT TO zaedno_node_service
	USING (CASE
	       WHEN NOT shared_kind(kind) OR kind = 'coordination' OR doc IS NULL
	       THEN false
	       WHEN parent IS NULL
	       THEN kind IN ('meeting', 'question', 'definition', 'hour_promise')
	            AND NOT doc ? 'coordination_id'
	            AND (SELECT my_role()) IN ('practitioner', 'supervisor')
	       ELSE coordination_seen(parent) END);
-- What stays when a consent has ended (CODELISTS 8): our own actions and the
-- decisions that bind us, of a copy that is purged or past its term; to whom
-- what was received was assigned, and to the supervisor. Ours they are without
-- a lease.
CREATE FUNCTION coordination_kept(ref uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT EXISTS (
	       SELECT FROM mirror m JOIN received r ON r.summary_id = m.parent
	       WHERE m.kind = 'coordination' AND m.id = ref
	         AND (m.doc IS NULL
	              OR (m.doc->>'until')::timestamptz <= statement_timestamp())
	         AND (my_role() = 'supervisor'
	              OR my_role() = 'practitioner' AND r.assigned_to = my_user()))
$$;
CREATE POLICY mirror_kept ON mirror FOR SELECT TO zaedno_node_service
	USING (kind IN ('action', 'decision') AND doc IS NOT NULL
	       AND doc->>'organisation_id'
	           = (SELECT l.organisation_id::text FROM hub_link l)
	       AND coordination_kept(parent));
CREATE INDEX mirror_due ON mirror (due) WHERE due IS NOT NULL;

-- Why a part is not shown to somebody who would see it: 'lease', 'purged'.
CREATE FUNCTION shared_hidden(of_kind text, ref uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT coordination_hidden(CASE WHEN m.kind = 'coordination' THEN m.id
	                                ELSE m.parent END)
	FROM mirror m
	WHERE m.kind = of_kind AND m.id = ref AND shared_kind(of_kind)
$$;

-- Which coordination and which document an operation on (kind, id) is about:
-- what the mirror says, else what was given; a path may name the coordination
-- itself. No row where nothing is known; a question is of no coordination, nor is
-- a promise of hours.
CREATE FUNCTION shared_place(of_kind text, ref uuid, given uuid)
RETURNS TABLE (coordination_id uuid, document_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	WITH k AS (
		SELECT coalesce((SELECT id FROM mirror
		                 WHERE kind = 'coordination' AND id = ref), given,
		                -- a goal is known by the plan that it is in
		                (SELECT id FROM mirror WHERE of_kind = 'plan' AND kind = 'plan'
		                 AND doc->'goals' @> jsonb_build_array(
		                     jsonb_build_object('id', ref)))) AS id)
	SELECT CASE WHEN m.kind = 'coordination' THEN m.id
	            WHEN m.id IS NOT NULL THEN m.parent ELSE k.id END,
	       coalesce(m.id, p.id, ref)
	FROM k LEFT JOIN mirror m ON m.kind = of_kind AND m.id = ref
	     LEFT JOIN mirror p ON p.kind = of_kind AND p.id = k.id
	WHERE (m.id IS NOT NULL OR k.id IS NOT NULL OR of_kind IN ('question', 'hour_promise'))
	  AND shared_kind(of_kind)
$$;

-- Which problem such a part is answered with; NULL where its coordination is
-- seen, for then there is no more of it than is shown.
CREATE FUNCTION shared_problem(of_kind text, ref uuid) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT CASE shared_hidden(of_kind, ref) WHEN 'lease' THEN lease_problem()
	            WHEN 'purged' THEN 'consent-withdrawn' END
	WHERE NOT EXISTS (SELECT FROM shared_place(of_kind, ref, NULL) p
	                  WHERE coordination_seen(p.coordination_id))
$$;

-- To read is not to write: our own is the work of whoever works on the case,
-- another's of whom it was assigned to, while it may be shown at all.
CREATE FUNCTION shared_writable(ref uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT CASE WHEN my_role() IS NULL
	                 OR my_role() NOT IN ('practitioner', 'supervisor') THEN false
	       WHEN ref IS NULL THEN true
	       ELSE EXISTS (
	            SELECT FROM mirror m
	            WHERE m.kind = 'coordination' AND m.id = ref AND m.doc IS NOT NULL
	              AND (EXISTS (SELECT FROM summary s
	                           JOIN consent c ON c.id = s.consent_id
	                           WHERE s.id = m.parent AND may_write_case(c.case_id))
	                   OR lease_holds()
	                   AND (m.doc->>'until')::timestamptz > statement_timestamp()
	                   AND EXISTS (SELECT FROM received r
	                               WHERE r.summary_id = m.parent
	                                 AND (my_role() = 'supervisor'
	                                      OR r.assigned_to = my_user())))) END
$$;

-- What is promised speaks for the organisation, as an answer to an invitation
-- does.
CREATE FUNCTION shared_writable(of_kind text, ref uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT shared_writable(ref)
	       AND (of_kind <> 'hour_promise' OR my_role() = 'supervisor')
$$;

-- The consent of ours that a coordination stands on; NULL for another's.
CREATE FUNCTION coordination_consent(ref uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT s.consent_id FROM mirror m JOIN summary s ON s.id = m.parent
	WHERE m.kind = 'coordination' AND m.id = ref
$$;

-- What is sealed of the names held for the case of a coordination, for whoever
-- may write in it: none of them may leave in a text.
CREATE FUNCTION shared_names(ref uuid, OUT person_id uuid, OUT sealed text,
                             OUT signers text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT p.id, p.sealed,
	       (SELECT json_agg(json_build_object(
	               'id', v.consent_id || '/' || v.version, 'sealed', v.sealed))
	        FROM consent o JOIN consent_version v ON v.consent_id = o.id
	        WHERE o.case_id = k.id AND v.sealed IS NOT NULL)::text
	FROM case_file k JOIN person p ON p.id = k.person_id
	WHERE k.id = coordination_case(ref) AND shared_writable(ref)
$$;

CREATE TABLE shared_change (
	id              uuid PRIMARY KEY,
	n               bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	operation       text NOT NULL,
	params          jsonb NOT NULL,
	kind            text NOT NULL,
	document_id     uuid NOT NULL,
	coordination_id uuid,
	case_id         uuid REFERENCES case_file,
	base_version    bigint,
	sealed          text,           -- the body, while it is needed
	content         text,           -- a keyed hash: knows a repeat
	state           text NOT NULL DEFAULT 'draft' CHECK (state IN
	                ('draft', 'queued', 'delivered', 'stale', 'refused', 'cancelled')),
	outbox_id       bigint UNIQUE,
	problem         jsonb,
	current         jsonb,          -- the hub's document, beside a stale one
	author          uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	edited_by       uuid REFERENCES app_user,   -- of the text that stands
	edited_at       timestamptz,
	created_at      timestamptz NOT NULL DEFAULT statement_timestamp(),
	updated_at      timestamptz NOT NULL DEFAULT statement_timestamp(),
	version         bigint NOT NULL DEFAULT 1
) WITH (autovacuum_vacuum_threshold = 50, autovacuum_vacuum_scale_factor = 0);
CREATE INDEX shared_change_coordination ON shared_change (coordination_id, n);
CREATE INDEX shared_change_case ON shared_change (case_id);
INSERT INTO erasure_part VALUES ('shared_change', 'case_id', 'case');

CREATE FUNCTION shared_change_fill() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	NEW.case_id := coordination_case(NEW.coordination_id);
	RETURN NEW;
END $$;
-- By their names the case is filled in first, and then asked whether it takes it.
CREATE TRIGGER shared_change_fill BEFORE INSERT ON shared_change
	FOR EACH ROW EXECUTE FUNCTION shared_change_fill();
CREATE TRIGGER shared_change_takes BEFORE INSERT ON shared_change
	FOR EACH ROW WHEN (NEW.case_id IS NOT NULL) EXECUTE FUNCTION case_takes();

-- The author stays; whoever has written it anew is told beside.
CREATE FUNCTION shared_change_edited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF my_user() IS NOT NULL THEN
		NEW.edited_by := my_user();
		NEW.edited_at := statement_timestamp();
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER shared_change_edited BEFORE UPDATE OF content ON shared_change
	FOR EACH ROW WHEN (NEW.content IS NOT NULL)
	EXECUTE FUNCTION shared_change_edited();

-- A summary that is linked to a case later takes what was written with it,
-- who does what of it here, and what waits for somebody.
CREATE FUNCTION shared_change_linked() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE shared_change c SET case_id = NEW.case_id FROM mirror m
	WHERE m.kind = 'coordination' AND m.parent = NEW.summary_id
	  AND c.coordination_id = m.id;
	UPDATE action_assignee a SET case_id = NEW.case_id FROM mirror m
	WHERE m.kind = 'coordination' AND m.parent = NEW.summary_id
	  AND a.coordination_id = m.id;
	UPDATE task t SET case_id = NEW.case_id FROM mirror m
	WHERE m.kind = 'coordination' AND m.parent = NEW.summary_id
	  AND (t.coordination_id = m.id
	       OR t.kind = 'coordination_refused' AND t.subject = m.id
	       OR t.subject IN (SELECT c.id FROM shared_change c
	                        WHERE c.coordination_id = m.id));
	RETURN NULL;
END $$;
CREATE TRIGGER shared_change_linked AFTER UPDATE OF case_id ON received
	FOR EACH ROW WHEN (NEW.case_id IS DISTINCT FROM OLD.case_id)
	EXECUTE FUNCTION shared_change_linked();

-- The author's own; and all of a coordination to whoever sees that.
ALTER TABLE shared_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY change_read ON shared_change FOR SELECT TO zaedno_node_service
	USING ((SELECT my_role()) IN ('practitioner', 'supervisor')
	       AND (author = (SELECT my_user()) OR coordination_seen(coordination_id)
	            OR (SELECT my_role()) = 'supervisor'));
CREATE POLICY change_new ON shared_change FOR INSERT TO zaedno_node_service
	WITH CHECK (author = (SELECT my_user()) AND state = 'draft'
	            AND outbox_id IS NULL AND shared_writable(kind, coordination_id));
-- What waits is not changed any more; nothing is said to have arrived by hand.
CREATE POLICY change_edit ON shared_change FOR UPDATE TO zaedno_node_service
	USING (state IN ('draft', 'stale', 'refused', 'cancelled')
	       AND (author = (SELECT my_user()) OR (SELECT my_role()) = 'supervisor')
	       AND shared_writable(kind, coordination_id))
	WITH CHECK (state = 'draft' AND outbox_id IS NULL);
CREATE POLICY change_drop ON shared_change FOR DELETE TO zaedno_node_service
	USING (state IN ('draft', 'stale', 'refused', 'cancelled')
	       AND (author = (SELECT my_user()) OR (SELECT my_role()) = 'supervisor'));
GRANT SELECT, DELETE,
	INSERT (id, operation, params, kind, document_id, coordination_id,
	        base_version, sealed, content),
	UPDATE (base_version, sealed, content, state, outbox_id, problem, current,
	        updated_at, version)
	ON shared_change TO zaedno_node_service;

-- "sealed" is opened by the service, as the member body. Beside our text the
-- hub's document, as long as the coordination may be seen.
CREATE FUNCTION shared_change_item(c shared_change) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', c.id,
	       'operation', c.operation, 'params', c.params, 'kind', c.kind,
	       'document_id', c.document_id, 'coordination_id', c.coordination_id,
	       'base_version', c.base_version, 'state', c.state, 'author', c.author,
	       'edited_by', c.edited_by, 'edited_at', rfc3339(c.edited_at),
	       'created_at', rfc3339(c.created_at),
	       'updated_at', rfc3339(c.updated_at), 'version', c.version))
$$;
CREATE FUNCTION shared_change_document(c shared_change) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT shared_change_item(c) || CASE
	       WHEN c.coordination_id IS NULL OR coordination_seen(c.coordination_id)
	       THEN jsonb_strip_nulls(jsonb_build_object('sealed', c.sealed,
	            'problem', c.problem)) || CASE WHEN c.current IS NOT NULL
	            THEN jsonb_build_object('current', c.current) ELSE '{}' END
	       ELSE '{}' END
$$;

-- Puts a draft into the outbox: item is {method, path, body}. An edit of what
-- the same person has changed and not seen again goes after that change, on the
-- version that it will have made; a colleague's is not overwritten unseen.
CREATE FUNCTION shared_change_queue(change uuid, item jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	c shared_change;
	prev bigint;
	made bigint;
BEGIN
	SELECT * INTO c FROM shared_change
	WHERE id = change AND state = 'draft'
	  AND shared_writable(kind, coordination_id)
	  AND (author = my_user() OR my_role() = 'supervisor')
	FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	-- Held until this is there, and its state asked when it is held: who settles
	-- it meanwhile would not find what goes after it.
	SELECT o.id INTO prev
	FROM shared_change p JOIN outbox o ON o.id = p.outbox_id
	WHERE p.kind = c.kind AND p.params->>'id' = c.params->>'id'
	  AND p.base_version = c.base_version AND p.author = my_user()
	  AND p.id <> c.id
	  AND (o.state IN ('queued', 'parked')
	       OR o.state = 'delivered' AND o.etag IS NOT NULL)
	ORDER BY o.id DESC LIMIT 1 FOR NO KEY UPDATE OF o;
	INSERT INTO outbox (operation, method, path, params, body, subject,
	                    if_match, depends_on, consent_id)
	VALUES (c.operation, item->>'method', item->>'path', c.params, item->'body',
	        coalesce(c.coordination_id, c.document_id),
	        CASE WHEN c.base_version IS NULL THEN NULL WHEN prev IS NOT NULL
	             THEN '@' ELSE '"' || c.base_version || '"' END,
	        prev, coordination_consent(c.coordination_id))
	RETURNING id INTO made;
	UPDATE shared_change SET state = 'queued', outbox_id = made WHERE id = c.id;
END $$;

-- What waits and was given up; it counts as delivered if the hub has it.
CREATE FUNCTION shared_change_cancel(change uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	UPDATE outbox o SET state = 'cancelled' FROM shared_change c
	WHERE c.id = change AND c.state = 'queued' AND o.id = c.outbox_id
	  AND o.state IN ('queued', 'parked')
	  AND (c.author = my_user() OR my_role() = 'supervisor')
$$;

-- What becomes of an item becomes of its change. The text and the hub's
-- document do not stay in the outbox, which others list.
CREATE FUNCTION shared_change_settled() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	c shared_change;
BEGIN
	UPDATE shared_change s
	SET state = CASE WHEN NEW.state <> 'refused' THEN NEW.state
	                 WHEN NEW.last_status = 412 THEN 'stale' ELSE 'refused' END,
	    problem = CASE WHEN NEW.state = 'refused'
	                   THEN NEW.last_problem - 'current' END,
	    current = CASE WHEN NEW.state = 'refused' AND NEW.last_status = 412
	                   THEN NEW.last_problem->'current' END,
	    sealed = CASE WHEN NEW.state <> 'delivered' THEN s.sealed END,
	    updated_at = statement_timestamp(), version = s.version + 1
	WHERE s.outbox_id = NEW.id RETURNING * INTO c;
	IF NOT FOUND THEN
		RETURN NEW;
	END IF;
	IF NEW.state = 'refused' THEN
		PERFORM task_raise('change_' || c.state, c.id, statement_timestamp());
	END IF;
	NEW.body := NULL;
	NEW.last_problem := NEW.last_problem - 'current';
	RETURN NEW;
END $$;
CREATE TRIGGER shared_change_settled BEFORE UPDATE OF state ON outbox
	FOR EACH ROW WHEN (NEW.state IN ('delivered', 'refused', 'cancelled')
	                   AND NEW.state <> OLD.state)
	EXECUTE FUNCTION shared_change_settled();

-- An edit of an edit that did not arrive comes back with it: nothing waits for
-- what will not be.
CREATE FUNCTION shared_change_followed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE outbox o SET state = NEW.state, last_status = NEW.last_status,
	       last_code = NEW.last_code,
	       last_problem = c.problem || CASE WHEN c.current IS NULL THEN '{}'
	               ELSE jsonb_build_object('current', c.current) END
	FROM shared_change c, shared_change d
	WHERE c.outbox_id = NEW.id AND d.outbox_id = o.id
	  AND o.depends_on = NEW.id AND o.state IN ('queued', 'parked');
	RETURN NULL;
END $$;
CREATE TRIGGER shared_change_followed AFTER UPDATE OF state ON outbox
	FOR EACH ROW WHEN (NEW.state IN ('refused', 'cancelled')
	                   AND NEW.state <> OLD.state)
	EXECUTE FUNCTION shared_change_followed();

-- The case before the consent: a task is raised when an item is settled.
CREATE OR REPLACE FUNCTION outbox_lock(items bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM FROM case_file k WHERE k.id IN
	    (SELECT c.case_id FROM shared_change c WHERE c.outbox_id = ANY (items)
	     UNION ALL
	     SELECT coordination_case((o.params->>'id')::uuid) FROM outbox o
	     WHERE o.id = ANY (items) AND coordination_sends(o.operation))
	ORDER BY k.id FOR KEY SHARE;
	PERFORM FROM consent c WHERE c.id IN
	    (SELECT o.consent_id FROM outbox o WHERE o.id = ANY (items))
	ORDER BY c.id FOR NO KEY UPDATE;
END $$;

-- What was sent again, or given up, is nobody's task any more.
CREATE FUNCTION shared_change_done() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE task SET done_at = statement_timestamp()
	WHERE kind IN ('change_stale', 'change_refused') AND subject = OLD.id
	  AND done_at IS NULL;
	IF TG_OP = 'DELETE' THEN
		UPDATE outbox SET state = 'cancelled'
		WHERE id = OLD.outbox_id AND state IN ('queued', 'parked');
		UPDATE outbox SET body = NULL, last_problem = NULL
		WHERE id = OLD.outbox_id;
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER shared_change_done AFTER UPDATE OF state ON shared_change
	FOR EACH ROW WHEN (OLD.state IN ('stale', 'refused')
	                   AND NEW.state <> OLD.state)
	EXECUTE FUNCTION shared_change_done();
CREATE TRIGGER shared_change_dropped AFTER DELETE ON shared_change
	FOR EACH ROW EXECUTE FUNCTION shared_change_done();

-- The family has withdrawn, or our part in it has ended: with the copies go
-- the texts that were to be sent, and what waits is not sent.
CREATE FUNCTION shared_change_purged() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE outbox o SET state = 'cancelled' FROM shared_change c
	WHERE c.coordination_id = NEW.id AND o.id = c.outbox_id
	  AND o.state IN ('queued', 'parked');
	UPDATE shared_change
	SET sealed = NULL, content = NULL, problem = NULL, current = NULL,
	    state = CASE WHEN state = 'delivered' THEN state ELSE 'cancelled' END,
	    updated_at = statement_timestamp(), version = version + 1
	WHERE coordination_id = NEW.id;
	RETURN NULL;
END $$;
CREATE TRIGGER shared_change_purged AFTER INSERT OR UPDATE ON mirror
	FOR EACH ROW WHEN (NEW.kind = 'coordination' AND NEW.doc IS NULL)
	EXECUTE FUNCTION shared_change_purged();

-- A delivered change is forgotten with its item.
CREATE FUNCTION shared_change_forgotten() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	DELETE FROM shared_change WHERE outbox_id = OLD.id AND state = 'delivered';
	RETURN NULL;
END $$;
CREATE TRIGGER shared_change_forgotten AFTER DELETE ON outbox
	FOR EACH ROW EXECUTE FUNCTION shared_change_forgotten();

-- Nor is what was answered or given up kept for ever: for as long as what was
-- delivered. Until then its author sees what became of it and may send it
-- again, which begins it anew; a draft is work that goes on.
INSERT INTO retention (rule, days, least) VALUES ('change_settled', 30, 1);
CREATE VIEW due_change_settled AS
	SELECT c.id FROM shared_change c
	WHERE c.state IN ('delivered', 'stale', 'refused', 'cancelled')
	  AND c.updated_at < retention_before('change_settled');

-- Its author is told, whoever's the case is.
CREATE POLICY task_of_author ON task FOR SELECT TO zaedno_node_service
	USING (kind IN ('change_stale', 'change_refused')
	       AND EXISTS (SELECT FROM shared_change c
	                   WHERE c.id = task.subject AND c.author = (SELECT my_user())));
CREATE POLICY task_do_author ON task FOR UPDATE TO zaedno_node_service
	USING (done_at IS NULL AND kind IN ('change_stale', 'change_refused')
	       AND EXISTS (SELECT FROM shared_change c
	                   WHERE c.id = task.subject AND c.author = (SELECT my_user())))
	WITH CHECK (done_by = (SELECT my_user()));

-- For a person's rights: what was written about it here.
CREATE FUNCTION subject_changes(cases uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
	SELECT coalesce(jsonb_agg(shared_change_item(c) || jsonb_strip_nulls(
	       jsonb_build_object('sealed', c.sealed)) ORDER BY c.n), '[]')
	FROM shared_change c WHERE c.case_id = ANY (cases) AND c.sealed IS NOT NULL
$$;

REVOKE EXECUTE ON FUNCTION shared_hidden(text, uuid), coordination_kept(uuid),
	shared_place(text, uuid, uuid),
	shared_writable(uuid), coordination_consent(uuid), shared_names(uuid),
	shared_change_queue(uuid, jsonb), shared_change_cancel(uuid),
	subject_changes(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shared_hidden(text, uuid), coordination_kept(uuid),
	shared_place(text, uuid, uuid), shared_writable(uuid),
	coordination_consent(uuid), shared_names(uuid),
	shared_change_queue(uuid, jsonb), shared_change_cancel(uuid)
	TO zaedno_node_service;

COMMIT;
