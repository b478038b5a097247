-- Deploy zaedno_node:difficulty to pg
-- requires: helper continuity grid outcome
-- Is this a difficult case? A definition has criteria and a rule; what this node
-- knows proposes which criteria are met, a person confirms, and may go against
-- proposal or rule with a reason, sealed. No score is made and nothing follows
-- by itself. The first definition is a draft of ours and says so; others come
-- from the regional centre, by version.

BEGIN;

CREATE TABLE codelist.difficulty_criterion (LIKE codelist.need_domain INCLUDING ALL);
GRANT SELECT ON codelist.difficulty_criterion TO zaedno_node_service;

-- "rule": any of its members suffices: all of "all", and "more" others.
CREATE TABLE difficulty_definition (
	version  int PRIMARY KEY CHECK (version > 0),
	state    text NOT NULL CHECK (state IN ('draft', 'adopted')),
	source   text NOT NULL CHECK (source IN ('own', 'hub')),
	criteria text[] NOT NULL,
	rule     jsonb NOT NULL
);
INSERT INTO difficulty_definition VALUES (1, 'draft', 'own',
	'{D1,D2,D3,D4,D5,D6,D7,D8,D9,D10,D11,D12}',
	'[{"all": ["D4"], "more": 2}, {"all": [], "more": 4}]');
GRANT SELECT ON difficulty_definition TO zaedno_node_service;

CREATE FUNCTION difficulty_rule_met(rule jsonb, met text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(bool_or(
	       met @> ARRAY(SELECT jsonb_array_elements_text(o->'all'))
	       AND cardinality(met) - jsonb_array_length(o->'all')
	           >= (o->>'more')::int), false)
	FROM jsonb_array_elements(rule) o
$$;

-- The definition in force: the latest that was adopted, else the latest draft.
CREATE FUNCTION difficulty_definition_now() RETURNS difficulty_definition
LANGUAGE sql STABLE AS $$
	SELECT d FROM difficulty_definition d
	ORDER BY d.state = 'adopted' DESC, d.version DESC LIMIT 1
$$;

CREATE TABLE difficulty_check (
	id          uuid PRIMARY KEY,
	n           bigint GENERATED ALWAYS AS IDENTITY,
	case_id     uuid NOT NULL REFERENCES case_file,
	definition  int NOT NULL REFERENCES difficulty_definition,
	proposed    text[] NOT NULL,    -- what the node proposed then
	met         text[] NOT NULL,    -- what the person confirmed
	by_rule     boolean NOT NULL,
	difficult   boolean NOT NULL,
	against     boolean NOT NULL,   -- of proposal or rule: with a reason
	sealed      text NOT NULL,      -- the reason
	content     bytea NOT NULL,
	recorded_by uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at timestamptz NOT NULL DEFAULT statement_timestamp()
);
CREATE INDEX difficulty_check_case ON difficulty_check (case_id, n);

-- Criterion → met, as this node's records say. What they cannot say is null:
-- "no progress at two reviews" (D10) is of the shared plan, and of parents (D9)
-- only a grid without a column for them tells.
CREATE FUNCTION difficulty_known(of_case uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	WITH n AS (SELECT domain, level FROM need WHERE case_id = of_case),
	h AS (SELECT * FROM helper x WHERE x.case_id = of_case AND helps_now(x)),
	o AS (SELECT x FROM jsonb_array_elements(outcomes_current(of_case)) x),
	g AS (SELECT grid_measures(x.shape) AS m FROM grid x
	      WHERE x.case_id = of_case
	      ORDER BY x.on_day DESC, x.recorded_at DESC LIMIT 1)
	SELECT jsonb_build_object(
	  'D1', (SELECT count(*) FILTER (WHERE level = 2) >= 3 FROM n),
	  'D2', (SELECT count(*) >= 3 AND count(DISTINCT sector) >= 2 FROM h),
	  'D3', moves(of_case, today() - 365) >= 2 OR moves(of_case, NULL) >= 3,
	  'D4', EXISTS (SELECT FROM n WHERE domain = 'safety' AND level > 0)
	        OR EXISTS (SELECT FROM o WHERE x->>'kind' = 'violence'
	                      AND x->'violence'->>'ended' <> 'yes'),
	  'D5', EXISTS (SELECT FROM o WHERE x->'school'->>'state'
	                IN ('at_risk', 'dropped_out')),
	  'D6', EXISTS (SELECT FROM o WHERE x->'care'->>'setting'
	                IN ('foster', 'residential', 'other')),
	  'D7', EXISTS (SELECT FROM n WHERE domain IN ('mental', 'substance')
	                   AND level = 2),
	  'D8', EXISTS (SELECT FROM n WHERE domain = 'behaviour' AND level = 2)
	        OR EXISTS (SELECT FROM h WHERE sector = 'JUS'),
	  'D9', CASE WHEN (SELECT m->'without' ? 'parent' FROM g) THEN true END,
	  'D10', NULL::boolean,
	  'D11', (SELECT count(*) >= 2 FROM g, jsonb_each_text(g.m->'opposed') l
	          WHERE l.value::int > 0),
	  'D12', (SELECT count(*) = 1 FROM h WHERE kind = 'professional'))
$$;

CREATE FUNCTION difficulty_proposed(of_case uuid, d difficulty_definition)
RETURNS text[] LANGUAGE sql STABLE AS $$
	SELECT ARRAY(SELECT c FROM unnest(d.criteria) WITH ORDINALITY u(c, i),
	                    difficulty_known(of_case) k(met)
	             WHERE (met->>c)::boolean ORDER BY i)
$$;

CREATE FUNCTION difficulty_picture(of_case uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object(
	       'definition', jsonb_build_object('version', d.version,
	            'state', d.state, 'source', d.source,
	            'criteria', to_jsonb(d.criteria), 'rule', d.rule),
	       'criteria', (SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
	            'code', c, 'met', k.met->c)) ORDER BY i)
	            FROM unnest(d.criteria) WITH ORDINALITY u(c, i)),
	       'proposed', to_jsonb(difficulty_proposed(of_case, d)),
	       'difficult', difficulty_rule_met(d.rule, difficulty_proposed(of_case, d)))
	FROM difficulty_definition_now() d, difficulty_known(of_case) k(met)
$$;

CREATE FUNCTION difficulty_check_document(c difficulty_check) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('id', c.id, 'definition_version', c.definition,
	       'proposed', to_jsonb(c.proposed), 'met', to_jsonb(c.met),
	       'by_rule', c.by_rule, 'difficult', c.difficult, 'against', c.against,
	       'recorded_by', c.recorded_by, 'recorded_at', rfc3339(c.recorded_at),
	       'sealed', c.sealed)
$$;

-- The check as it would be recorded now. "against": a criterion that the node
-- knows was confirmed otherwise, or the outcome is not the rule's.
CREATE FUNCTION difficulty_draft(of_case uuid, definition int, met text[],
                                 difficult boolean)
RETURNS TABLE (proposed text[], by_rule boolean, says boolean, against boolean,
               wrong text[]) LANGUAGE sql STABLE AS $$
	SELECT difficulty_proposed(of_case, d), r.by_rule,
	       coalesce(difficult, r.by_rule),
	       coalesce(difficult, r.by_rule) <> r.by_rule
	       OR EXISTS (SELECT FROM unnest(d.criteria) c
	                  WHERE (k.met->>c)::boolean <> (c = ANY (difficulty_draft.met))),
	       CASE WHEN d.version IS NULL
	            THEN ARRAY['/definition_version', 'not-found']
	            WHEN NOT difficulty_draft.met <@ d.criteria
	            THEN ARRAY['/met', 'not-declared'] END
	FROM (VALUES (1)) one(n)
	     LEFT JOIN difficulty_definition d ON d.version = definition
	     CROSS JOIN LATERAL (SELECT coalesce(difficulty_rule_met(d.rule,
	                difficulty_draft.met), false) AS by_rule) r
	     CROSS JOIN difficulty_known(of_case) k(met)
$$;

SELECT case_part('difficulty_check', 'difficulty_checks', 'difficulty_check_document');
GRANT SELECT, INSERT (id, case_id, definition, proposed, met, by_rule, difficult,
	against, sealed, content)
	ON difficulty_check TO zaedno_node_service;

COMMIT;
