-- Deploy zaedno_node:continuity to pg
-- requires: case_part episode task
-- The path through services, and at each move the question that must not be
-- passed over: whom does the child lose, and who stays? A move without its
-- answer is a task, and so is each move from the second within 12 months on.
-- The answer, names and all, is sealed; how many are lost and stay is counted.

BEGIN;

CREATE TABLE continuity (
	episode_id  uuid PRIMARY KEY REFERENCES episode ON DELETE CASCADE,
	case_id     uuid NOT NULL REFERENCES case_file,
	lost        int NOT NULL CHECK (lost >= 0),
	stays       int NOT NULL CHECK (stays >= 0),
	sealed      text NOT NULL,   -- who is lost, who stays, goodbye, plan
	content     bytea NOT NULL,
	recorded_by uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	version     bigint NOT NULL DEFAULT 1
);
CREATE INDEX continuity_case ON continuity (case_id);

-- Does the episode begin when or after another of its kind has ended? As
-- moves() counts.
CREATE FUNCTION is_move(e episode) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT FROM episode p
	               WHERE p.case_id = e.case_id AND p.kind = e.kind
	                 AND p.end_on <= e.start_on
	                 AND (p.start_on, p.id) < (e.start_on, e.id))
$$;

CREATE FUNCTION day_begins(d date) RETURNS timestamptz LANGUAGE sql STABLE AS
	$$ SELECT d::timestamp AT TIME ZONE 'Europe/Sofia' $$;

-- A stay with what it means on the path. "continuity" is opened by the service.
CREATE FUNCTION path_document(e episode) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT episode_document(e) || jsonb_build_object('move', is_move(e),
	       'days', coalesce(e.end_on, greatest(today(), e.start_on)) - e.start_on)
	    || coalesce((SELECT jsonb_build_object('continuity', jsonb_build_object(
	            'version', t.version, 'lost_total', t.lost, 'stays_total', t.stays,
	            'recorded_by', t.recorded_by,
	            'recorded_at', rfc3339(t.recorded_at), 'sealed', t.sealed))
	        FROM continuity t WHERE t.episode_id = e.id), '{}')
$$;

CREATE FUNCTION continuity_document(t continuity) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT path_document(e) FROM episode e WHERE e.id = t.episode_id
$$;

-- Moves of a case on one day whose question is not answered yet.
CREATE FUNCTION moves_unanswered(of_case uuid, on_day date) RETURNS bigint
LANGUAGE sql STABLE AS $$
	SELECT count(*) FROM episode e
	WHERE e.case_id = of_case AND (on_day IS NULL OR e.start_on = on_day)
	  AND is_move(e)
	  AND NOT EXISTS (SELECT FROM continuity t WHERE t.episode_id = e.id)
$$;

SELECT case_part('continuity', 'continuity', 'continuity_document');
SELECT case_part_changes('continuity', 'content');
GRANT SELECT, INSERT (episode_id, case_id, lost, stays, sealed, content),
	UPDATE (lost, stays, sealed, content, version)
	ON continuity TO zaedno_node_service;
-- It belongs to a stay of the same case.
CREATE POLICY continuity_of_episode ON continuity AS RESTRICTIVE FOR INSERT
	TO zaedno_node_service WITH CHECK (EXISTS (
	SELECT FROM episode e
	WHERE e.id = continuity.episode_id AND e.case_id = continuity.case_id));

-- The moves of the year before one, and itself.
CREATE FUNCTION moves_until(e episode) RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT count(*) FROM episode p
	WHERE p.case_id = e.case_id AND p.start_on >= e.start_on - 365
	  AND (p.start_on, p.id) <= (e.start_on, e.id) AND is_move(p)
$$;

-- A task about a day's moves: anew, or again if it was settled by itself.
CREATE FUNCTION path_raise(of_kind text, of_case uuid, on_day date) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
	UPDATE task SET done_at = NULL
	WHERE kind = of_kind AND subject = of_case AND due = day_begins(on_day)
	  AND done_at IS NOT NULL AND done_by IS NULL;
	SELECT task_raise(of_kind, of_case, day_begins(on_day))
$$;
REVOKE EXECUTE ON FUNCTION path_raise(text, uuid, date) FROM PUBLIC;

-- A stay that was written may be a move, and make one of the stay after it:
-- tasks for moves of the last 12 months, each once however often it is written.
CREATE FUNCTION path_tell() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	m record;
BEGIN
	-- A stay that was corrected may be a move no more, or of another day.
	UPDATE task t SET done_at = statement_timestamp()
	WHERE t.subject = NEW.case_id AND t.done_at IS NULL
	  AND CASE t.kind
	      WHEN 'continuity_missing' THEN NOT EXISTS (
	           SELECT FROM episode e
	           WHERE e.case_id = NEW.case_id AND day_begins(e.start_on) = t.due
	             AND moves_unanswered(e.case_id, e.start_on) > 0)
	      WHEN 'second_move' THEN NOT EXISTS (
	           SELECT FROM episode e
	           WHERE e.case_id = NEW.case_id AND day_begins(e.start_on) = t.due
	             AND is_move(e) AND moves_until(e) >= 2)
	      ELSE false END;
	FOR m IN
		SELECT e.start_on, row_number() OVER (ORDER BY e.start_on, e.id) AS n
		FROM episode e
		WHERE e.case_id = NEW.case_id AND e.start_on >= today() - 365
		  AND is_move(e)
	LOOP
		IF m.n >= 2 THEN
			PERFORM path_raise('second_move', NEW.case_id, m.start_on);
		END IF;
		IF moves_unanswered(NEW.case_id, m.start_on) > 0 THEN
			PERFORM path_raise('continuity_missing', NEW.case_id,
			    m.start_on);
		END IF;
	END LOOP;
	RETURN NULL;
END $$;
CREATE TRIGGER path_tell AFTER INSERT OR UPDATE ON episode
	FOR EACH ROW EXECUTE FUNCTION path_tell();

-- The answer does the task of its day, once no move of that day lacks one.
CREATE FUNCTION continuity_tell() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE task t SET done_at = statement_timestamp(), done_by = my_user()
	FROM episode e
	WHERE e.id = NEW.episode_id AND t.kind = 'continuity_missing'
	  AND t.subject = e.case_id AND t.due = day_begins(e.start_on)
	  AND t.done_at IS NULL AND moves_unanswered(e.case_id, e.start_on) = 0;
	RETURN NULL;
END $$;
CREATE TRIGGER continuity_tell AFTER INSERT ON continuity
	FOR EACH ROW EXECUTE FUNCTION continuity_tell();

COMMIT;
