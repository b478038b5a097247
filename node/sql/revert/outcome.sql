-- Revert zaedno_node:outcome from pg

BEGIN;

CREATE OR REPLACE FUNCTION case_document(c case_file) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object(
	       'id', c.id, 'number', case_number(c), 'person_id', c.person_id,
	       'holder', c.holder, 'opened_on', c.opened_on,
	       'closed_on', c.closed_on, 'state', c.state, 'sealed', c.sealed,
	       'version', c.version,
	       'needs', (SELECT coalesce(jsonb_agg(jsonb_build_object(
	                        'domain', n.domain, 'level', n.level)
	                        ORDER BY n.domain), '[]')
	                 FROM need n WHERE n.case_id = c.id AND n.level IS NOT NULL),
	       'strengths', (SELECT coalesce(jsonb_agg(n.domain ORDER BY n.domain), '[]')
	                     FROM need n WHERE n.case_id = c.id AND n.strength),
	       'moves_total', moves(c.id, NULL),
	       'moves_12m', moves(c.id, today() - 365)))
$$;
DROP FUNCTION outcomes_current(uuid), outcome_document(outcome);
DROP TABLE outcome;
DROP TABLE codelist.violence_ended, codelist.violence_setting,
	codelist.violence_form, codelist.outcome_care_setting,
	codelist.outcome_care_event, codelist.outcome_school,
	codelist.outcome_record;

COMMIT;
