-- Deploy zaedno_node:subject_records to pg
-- requires: subject outcome statutory emergency guard task
-- What an export holds besides the case itself: outcomes with their history,
-- statutory signals and team records, emergency readings, names that were let
-- pass, tasks. subject_export() asks for it, and so has asked who asks.

BEGIN;

-- "sealed", at both levels, is opened by the service. hidden: tasks that are not
-- told to whoever asks.
CREATE FUNCTION subject_records(cases uuid[], hidden uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
	SELECT jsonb_build_object(
	'outcomes', (SELECT coalesce(jsonb_agg(outcome_document(o)
	                    ORDER BY o.on_day, o.recorded_at, o.id), '[]')
	             FROM outcome o WHERE o.case_id = ANY (cases)),
	'signals', (SELECT coalesce(jsonb_agg(signal_document(s)
	                   ORDER BY s.made_at, s.id), '[]')
	            FROM signal s WHERE s.case_id = ANY (cases)),
	'team_records', (SELECT coalesce(jsonb_agg(team_record_document(t)
	                        ORDER BY t.held_at, t.id), '[]')
	                 FROM team_record t WHERE t.case_id = ANY (cases)),
	'emergency_readings', (SELECT coalesce(jsonb_agg(emergency_document(e)
	                              ORDER BY e.n), '[]')
	                       FROM emergency_reading e WHERE e.case_id = ANY (cases)),
	'overrules', (SELECT coalesce(jsonb_agg(jsonb_build_object(
	                     'id', o.summary_id || '/' || o.version,
	                     'summary_id', o.summary_id, 'version', o.version,
	                     'sealed', o.sealed, 'by', o.by, 'at', rfc3339(o.at))
	                     ORDER BY o.at, o.summary_id, o.version), '[]')
	              FROM summary_overrule o JOIN summary s ON s.id = o.summary_id
	                   JOIN consent c ON c.id = s.consent_id
	              WHERE c.case_id = ANY (cases)),
	'tasks', (SELECT coalesce(jsonb_agg(task_document(t) ORDER BY t.n), '[]')
	          FROM task t WHERE t.case_id = ANY (cases) AND t.id <> ALL (hidden)))
$$;

-- What the audit calls them by.
CREATE FUNCTION subject_record_refs(cases uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
	SELECT ARRAY(SELECT id FROM outcome WHERE case_id = ANY (cases)
	       UNION ALL SELECT id FROM signal WHERE case_id = ANY (cases)
	       UNION ALL SELECT id FROM team_record WHERE case_id = ANY (cases)
	       UNION ALL SELECT id FROM emergency_reading WHERE case_id = ANY (cases)
	       UNION ALL SELECT id FROM task WHERE case_id = ANY (cases))
$$;

REVOKE EXECUTE ON FUNCTION subject_records(uuid[], uuid[]), subject_record_refs(uuid[])
	FROM PUBLIC;

COMMIT;
