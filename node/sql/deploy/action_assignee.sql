-- Deploy zaedno_node:action_assignee to pg
-- requires: shared_change
-- Who of us does what the organisation has taken on in a shared plan. It stays
-- here. More than 60 % of our open actions of one case on one person is told to
-- the supervisor; nobody is counted against anybody.

BEGIN;

CREATE TABLE action_assignee (
	action_id       uuid PRIMARY KEY,
	coordination_id uuid NOT NULL,
	case_id         uuid REFERENCES case_file,
	user_id         uuid NOT NULL REFERENCES app_user,
	assigned_by     uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	assigned_at     timestamptz NOT NULL DEFAULT statement_timestamp()
);
CREATE INDEX action_assignee_coordination ON action_assignee (coordination_id);
CREATE INDEX action_assignee_case ON action_assignee (case_id);
INSERT INTO erasure_part VALUES ('action_assignee', 'case_id', 'case');
CREATE TRIGGER action_assignee_fill BEFORE INSERT ON action_assignee
	FOR EACH ROW EXECUTE FUNCTION shared_change_fill();
CREATE TRIGGER action_assignee_takes BEFORE INSERT ON action_assignee
	FOR EACH ROW WHEN (NEW.case_id IS NOT NULL) EXECUTE FUNCTION case_takes();

ALTER TABLE action_assignee ENABLE ROW LEVEL SECURITY;
CREATE POLICY assignee_read ON action_assignee FOR SELECT TO zaedno_node_service
	USING (coordination_seen(coordination_id));
CREATE POLICY assignee_new ON action_assignee FOR INSERT TO zaedno_node_service
	WITH CHECK (shared_writable(coordination_id)
	            AND assigned_by = (SELECT my_user()));
CREATE POLICY assignee_change ON action_assignee FOR UPDATE TO zaedno_node_service
	USING (shared_writable(coordination_id))
	WITH CHECK (assigned_by = (SELECT my_user()));
GRANT SELECT, INSERT (action_id, coordination_id, user_id),
	UPDATE (user_id, assigned_by, assigned_at)
	ON action_assignee TO zaedno_node_service;

-- Has somebody more than 60 % of our open actions of it, three of them at
-- least? Told once while it is so.
CREATE FUNCTION action_load(coordination uuid) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	much boolean;
BEGIN
	SELECT sum(n) >= 3 AND max(n) FILTER (WHERE user_id IS NOT NULL) > 0.6 * sum(n)
	INTO much
	FROM (SELECT a.user_id, count(*) AS n
	      FROM mirror m CROSS JOIN hub_link l
	           LEFT JOIN action_assignee a ON a.action_id = m.id
	      WHERE m.kind = 'action' AND m.parent = coordination
	        AND m.doc->>'organisation_id' = l.organisation_id::text
	        AND m.state IN ('proposed', 'open')
	      GROUP BY a.user_id) s;
	IF NOT coalesce(much, false) THEN
		UPDATE task SET done_at = statement_timestamp()
		WHERE kind = 'action_load' AND subject = coordination
		  AND done_at IS NULL;
	ELSIF NOT EXISTS (SELECT FROM task t WHERE t.kind = 'action_load'
	                  AND t.subject = coordination AND t.done_at IS NULL) THEN
		INSERT INTO task (kind, subject, coordination_id, case_id, due)
		VALUES ('action_load', coordination, coordination,
		        coordination_case(coordination), statement_timestamp())
		ON CONFLICT DO NOTHING;
	END IF;
END $$;

CREATE FUNCTION action_load_assigned() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM action_load(coalesce(NEW.coordination_id, OLD.coordination_id));
	RETURN NULL;
END $$;
CREATE TRIGGER action_load_assigned AFTER INSERT OR UPDATE OR DELETE
	ON action_assignee FOR EACH ROW EXECUTE FUNCTION action_load_assigned();

-- What is gone has nobody to do it.
CREATE FUNCTION action_load_told() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF NEW.doc IS NULL THEN
		DELETE FROM action_assignee WHERE action_id = NEW.id;
	END IF;
	IF NEW.parent IS NOT NULL THEN
		PERFORM action_load(NEW.parent);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER action_load_told AFTER INSERT OR UPDATE ON mirror
	FOR EACH ROW WHEN (NEW.kind = 'action')
	EXECUTE FUNCTION action_load_told();
REVOKE EXECUTE ON FUNCTION action_load(uuid) FROM PUBLIC;

COMMIT;
