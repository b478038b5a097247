-- Deploy zaedno-hub:question to pg
-- requires: coordination_part
-- requires: difficulty_definition
-- Questions to experts: of method, or escalated from a coordination. A question
-- has no case, no pseudonym and no coordination in it; which coordination it
-- came from is in a table that only the coordinators of its region see. So it
-- stays when the coordination's consent ends, and when the coordination goes.
BEGIN;

CREATE TABLE question (
	id uuid PRIMARY KEY,
	kind text NOT NULL CHECK (kind IN ('method', 'escalated')),
	-- An organisation's node; or the regional team, and who of it.
	asker uuid NOT NULL DEFAULT me() REFERENCES organisation,
	asked_by uuid REFERENCES app_user,
	region uuid NOT NULL REFERENCES organisation,
	level text NOT NULL CHECK (level IN ('regional', 'national')),
	text text NOT NULL,
	state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'answered',
	    'adopted', 'not_adopted')),
	version bigint NOT NULL DEFAULT 1,
	asked_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	due timestamptz NOT NULL,
	deadline_set int NOT NULL,
	expert uuid REFERENCES app_user,
	answer text,
	answered_at timestamptz,
	why text,
	decided_at timestamptz,
	CHECK (asked_by IS NULL OR asker = region),
	CHECK (kind = 'method' OR asked_by IS NOT NULL),
	CHECK (num_nonnulls(answer, answered_at)
	    = CASE state WHEN 'open' THEN 0 ELSE 2 END),
	CHECK (state = 'open' OR expert IS NOT NULL),
	CHECK (num_nonnulls(why, decided_at)
	    = CASE WHEN state IN ('open', 'answered') THEN 0 ELSE 2 END)
) WITH (fillfactor = 80);
CREATE INDEX question_region ON question (region, due, id);
CREATE INDEX question_asker ON question (asker, due, id);
CREATE INDEX question_expert ON question (expert, due, id);
CREATE INDEX question_free ON question (level, due, id)
	WHERE expert IS NULL;
CREATE INDEX question_open ON question (due) WHERE state = 'open';

CREATE TABLE question_link (
	question_id uuid PRIMARY KEY REFERENCES question ON DELETE CASCADE,
	coordination_id uuid NOT NULL REFERENCES coordination ON DELETE CASCADE
);
CREATE INDEX question_link_of ON question_link (coordination_id);

ALTER TABLE question ENABLE ROW LEVEL SECURITY;
ALTER TABLE question_link ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION my_level() RETURNS text LANGUAGE sql STABLE AS
$$ SELECT level FROM my_account() $$;

CREATE POLICY question_mine ON question
	USING (((SELECT my_role()) = 'node' AND asker = (SELECT me())
	        AND asked_by IS NULL)
	    OR ((SELECT my_role()) = 'coordinator' AND region = (SELECT me()))
	    OR ((SELECT my_role()) = 'expert' AND (expert = (SELECT my_user())
	        OR expert IS NULL AND level = (SELECT my_level()))));
CREATE POLICY question_ask ON question AS RESTRICTIVE FOR INSERT
	WITH CHECK (asker = me() AND state = 'open' AND expert IS NULL
	    AND CASE my_role() WHEN 'node' THEN asked_by IS NULL
	        WHEN 'coordinator' THEN asked_by = my_user()
	        ELSE false END);
CREATE POLICY question_link_see ON question_link FOR SELECT
	USING (my_role() = 'coordinator' AND EXISTS (
	    SELECT FROM coordination k WHERE k.id = coordination_id
	    AND k.region = me()));
CREATE POLICY question_link_add ON question_link FOR INSERT
	WITH CHECK (my_role() = 'coordinator' AND EXISTS (
	    SELECT FROM coordination k WHERE k.id = coordination_id
	    AND k.region = me()) AND EXISTS (
	    SELECT FROM question q WHERE q.id = question_id
	    AND q.kind = 'escalated'));

-- An expert writes the answer and nothing else, nobody else an answer; what
-- was answered is asked in no other words, what was decided stays.
CREATE FUNCTION question_kept() RETURNS trigger LANGUAGE plpgsql AS
$$
DECLARE
	was jsonb := to_jsonb(OLD) - 'state' - 'version';
	is_now jsonb := to_jsonb(NEW) - 'state' - 'version';
	its text[] := CASE WHEN my_role() = 'expert'
	    THEN '{answer,answered_at,expert}'
	    WHEN OLD.state = 'open' THEN '{text,level,expert}'
	    ELSE '{why,decided_at}' END;
BEGIN
	IF OLD.decided_at IS NOT NULL OR was - its <> is_now - its
	    OR NEW.asker IS DISTINCT FROM me() AND my_role() <> 'expert'
	    AND was - '{level,expert}'::text[]
	        <> is_now - '{level,expert}'::text[] THEN
		RAISE EXCEPTION 'this is not changed by them'
		    USING ERRCODE = '42501';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER question_kept BEFORE UPDATE ON question
	FOR EACH ROW EXECUTE FUNCTION question_kept();

CREATE FUNCTION question_json(q question) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', q.id, 'kind', q.kind,
	    'text', q.text, 'level', q.level, 'state', q.state,
	    'version', q.version, 'asked_at', rfc3339(q.asked_at),
	    'due', rfc3339(q.due),
	    'overdue', q.state = 'open' AND q.due <= statement_timestamp(),
	    'answer', q.answer, 'answered_at', rfc3339(q.answered_at),
	    'why', q.why, 'decided_at', rfc3339(q.decided_at))
	    || CASE my_role()
	        WHEN 'node' THEN jsonb_build_object('asker', q.asker,
	            'region', q.region)
	        WHEN 'coordinator' THEN jsonb_build_object('asker', q.asker,
	            'region', q.region, 'expert', q.expert, 'coordination_id', (
	            SELECT l.coordination_id FROM question_link l
	            WHERE l.question_id = q.id))
	        ELSE jsonb_build_object('expert', q.expert) END)
$$;

-- For the feed of an organisation that asked.
CREATE FUNCTION question_event(ref uuid) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('doc', question_json(q), 'envelope',
	    jsonb_build_object('state', q.state, 'title', left(q.text, 100))
	    || CASE q.state WHEN 'open' THEN jsonb_build_object('due',
	        rfc3339(q.due)) ELSE '{}' END)
	FROM question q WHERE q.id = ref
$$;

-- To escalate there is a question that is not decided on; to go on from there
-- one of since then is, and none is left.
CREATE FUNCTION question_met(k coordination) RETURNS text[]
LANGUAGE sql STABLE AS
$$
	SELECT array_remove(ARRAY[
	    CASE WHEN x.waiting > 0 THEN 'question' END,
	    CASE WHEN x.waiting = 0 AND x.decided > 0 THEN 'reply' END], NULL)
	FROM (SELECT count(*) FILTER (WHERE q.decided_at IS NULL) AS waiting,
	        count(*) FILTER (WHERE q.decided_at >= (
	            SELECT max(s.at) FROM coordination_step s
	            WHERE s.coordination_id = k.id AND s.step = 'escalate'))
	        AS decided
	    FROM question_link l JOIN question q ON q.id = l.question_id
	    WHERE l.coordination_id = k.id) x
$$;

-- Before an organisation's status changes, as requeue_summaries() does.
CREATE FUNCTION requeue_questions(org uuid, next text) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	WITH evt AS (
	    INSERT INTO event_queue (recipient, kind, ref, version, op)
	    SELECT org, 'question', q.id, q.version, 'put'
	    FROM organisation o JOIN question q ON q.asker = o.id
	        AND q.asked_by IS NULL
	    WHERE o.id = org AND next = 'active' AND o.status <> next
	    RETURNING 1)
	SELECT count(*) FROM evt
$$;

-- Retention.  What a question says is written in view of some child, and no
-- rule can tell whether it could be known from it; what is to stay of it is in
-- lessons.  So it goes as plans do, 365 days after it was decided on, or, where
-- nobody has, after its answer or the day by which it was due; one that was
-- escalated not before its coordination.
INSERT INTO retention (rule, days) VALUES ('question', 365);

CREATE FUNCTION retention_question(too_old timestamptz, most int)
RETURNS bigint LANGUAGE sql SET search_path = public, pg_temp AS
$$
	WITH gone AS (DELETE FROM question q WHERE q.id IN (
	        SELECT x.id FROM question x
	        WHERE coalesce(x.decided_at, x.answered_at, x.due) < too_old
	        AND NOT EXISTS (SELECT FROM question_link l
	            WHERE l.question_id = x.id) LIMIT most)
	    RETURNING q.id, q.version, q.asker, q.asked_by),
	evt AS (
	    INSERT INTO event_queue (recipient, kind, ref, version, op)
	    SELECT asker, 'question', id, version + 1, 'purge'
	    FROM gone WHERE asked_by IS NULL)
	SELECT count(*) FROM gone
$$;

REVOKE EXECUTE ON FUNCTION requeue_questions(uuid, text),
    retention_question(timestamptz, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION requeue_questions(uuid, text)
    TO zaedno_hub_service;

GRANT SELECT, INSERT ON question, question_link TO zaedno_hub_service;
GRANT UPDATE (text, level, state, version, expert, answer, answered_at, why,
    decided_at) ON question TO zaedno_hub_service;

COMMIT;
