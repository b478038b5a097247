-- Deploy zaedno_node:outcome to pg
-- requires: case_write episode codelists
-- What became of the child, dated, by the case's holder: the keyworker, school,
-- care, violence. A row is never changed; a correction is a new row that points
-- to the one it replaces, which stays as history.
--
-- Retention: part of the case record, which the organisation's own rule ends
-- (code list "retention", case_record); so nothing here stands against the
-- owner's DELETE, while the service can only add.

BEGIN;

CREATE TABLE codelist.outcome_record (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.outcome_school (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.outcome_care_event (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.outcome_care_setting (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.violence_form (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.violence_setting (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.violence_ended (LIKE codelist.need_domain INCLUDING ALL);
GRANT SELECT ON codelist.outcome_record, codelist.outcome_school,
	codelist.outcome_care_event, codelist.outcome_care_setting,
	codelist.violence_form, codelist.violence_setting, codelist.violence_ended
	TO zaedno_node_service;

CREATE TABLE outcome (
	id               uuid PRIMARY KEY,
	case_id          uuid NOT NULL REFERENCES case_file,
	kind             text NOT NULL REFERENCES codelist.outcome_record,
	on_day           date NOT NULL,
	keyworker_to     date CHECK (keyworker_to >= on_day),
	school           text REFERENCES codelist.outcome_school,
	care_event       text REFERENCES codelist.outcome_care_event,
	care_setting     text REFERENCES codelist.outcome_care_setting,
	violence_form    text REFERENCES codelist.violence_form,
	violence_setting text REFERENCES codelist.violence_setting,
	violence_ended   text REFERENCES codelist.violence_ended,
	replaces         uuid UNIQUE,
	recorded_by      uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at      timestamptz NOT NULL DEFAULT statement_timestamp(),
	UNIQUE (id, case_id, kind),
	-- A correction is of the same kind in the same case.
	FOREIGN KEY (replaces, case_id, kind) REFERENCES outcome (id, case_id, kind),
	CHECK (replaces <> id),
	CHECK ((kind = 'school') = (school IS NOT NULL)),
	CHECK ((kind = 'care') = (care_setting IS NOT NULL)),
	CHECK (kind = 'care' OR care_event IS NULL),
	CHECK (kind = 'keyworker' OR keyworker_to IS NULL),
	CHECK (num_nonnulls(violence_form, violence_setting, violence_ended)
	       = CASE kind WHEN 'violence' THEN 3 ELSE 0 END)
);
CREATE INDEX outcome_case ON outcome (case_id, on_day);

ALTER TABLE outcome ENABLE ROW LEVEL SECURITY;
CREATE POLICY outcome_of_case ON outcome FOR SELECT TO zaedno_node_service
	USING (EXISTS (SELECT FROM case_file c WHERE c.id = outcome.case_id));
CREATE POLICY outcome_by_holder ON outcome FOR INSERT TO zaedno_node_service
	WITH CHECK (may_write_case(case_id) AND EXISTS (
	            SELECT FROM case_file c
	            WHERE c.id = outcome.case_id AND c.holder = (SELECT my_user())));
GRANT SELECT, INSERT (id, case_id, kind, on_day, keyworker_to, school, care_event,
	care_setting, violence_form, violence_setting, violence_ended, replaces)
	ON outcome TO zaedno_node_service;

CREATE FUNCTION outcome_document(o outcome) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object(
	       'id', o.id, 'case_id', o.case_id, 'kind', o.kind, 'on', o.on_day,
	       'recorded_by', o.recorded_by, 'recorded_at', rfc3339(o.recorded_at),
	       'replaces', o.replaces,
	       'replaced_by', (SELECT r.id FROM outcome r WHERE r.replaces = o.id)))
	    || jsonb_build_object(o.kind, jsonb_strip_nulls(CASE o.kind
	       WHEN 'keyworker' THEN jsonb_build_object('to', o.keyworker_to)
	       WHEN 'school' THEN jsonb_build_object('state', o.school)
	       WHEN 'care' THEN jsonb_build_object('event', o.care_event,
	                                           'setting', o.care_setting)
	       ELSE jsonb_build_object('form', o.violence_form,
	                               'setting', o.violence_setting,
	                               'ended', o.violence_ended) END))
$$;

-- What holds now: of what was not replaced the latest of each kind, and of
-- violence the latest of each form and setting; a nomination while it lasts.
CREATE FUNCTION outcomes_current(of_case uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT coalesce(jsonb_agg(outcome_document(o) ORDER BY o.kind, o.on_day, o.id), '[]')
	FROM outcome o
	WHERE o.id IN (
	      SELECT DISTINCT ON (x.kind, x.violence_form, x.violence_setting) x.id
	      FROM outcome x
	      WHERE x.case_id = of_case
	        AND NOT EXISTS (SELECT FROM outcome r WHERE r.replaces = x.id)
	      ORDER BY x.kind, x.violence_form, x.violence_setting, x.on_day DESC,
	               x.recorded_at DESC, x.id)
	  AND (o.keyworker_to IS NULL OR o.keyworker_to >= today())
$$;

-- As before, with the outcomes that hold now.
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
	       'moves_12m', moves(c.id, today() - 365),
	       'outcomes', outcomes_current(c.id)))
$$;

COMMIT;
