-- Deploy zaedno_node:difficulty to pg
-- requires: helper continuity grid outcome mirror
-- Is this a difficult case? A definition has criteria and a rule; what this node
-- knows proposes which criteria are met, a person confirms, and may go against
-- proposal or rule with a reason, sealed. No score is made and nothing follows
-- by itself. The first definition is Zaedno's draft and says so; others come
-- by the feed, each text under its number.

BEGIN;

CREATE TABLE codelist.difficulty_criterion (LIKE codelist.need_domain INCLUDING ALL);
GRANT SELECT ON codelist.difficulty_criterion TO zaedno_node_service;

-- "criteria": code → its numbers; "rule": any of its members suffices: all of
-- "all", and "more" others. One that is withdrawn at the hub, or that another
-- has followed there, stays for the checks that were made by it.
CREATE TABLE difficulty_definition (
	version  int PRIMARY KEY CHECK (version > 0),   -- the hub's number
	state    text NOT NULL CHECK (state IN ('draft', 'adopted', 'superseded')),
	source   text NOT NULL CHECK (source IN ('zaedno', 'board')),
	criteria jsonb NOT NULL,
	rule     jsonb NOT NULL,
	hub_id   uuid                                   -- NULL: as it was shipped
);
CREATE INDEX difficulty_definition_hub ON difficulty_definition (hub_id);
INSERT INTO difficulty_definition VALUES (1, 'draft', 'zaedno',
	'{"D1": {"domains": 3}, "D2": {"helpers": 3, "sectors": 2},
	  "D3": {"moves_12m": 2, "moves_ever": 3}, "D4": {}, "D5": {}, "D6": {},
	  "D7": {}, "D8": {}, "D9": {}, "D10": {"reviews": 2}, "D11": {"levels": 2},
	  "D12": {}}',
	'[{"all": ["D4"], "more": 2}, {"all": [], "more": 4}]', NULL);
GRANT SELECT ON difficulty_definition TO zaedno_node_service;

-- The codes of a definition in their order.
CREATE FUNCTION difficulty_codes(criteria jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(array_agg(c ORDER BY substr(c, 2)::int), '{}')
	FROM jsonb_object_keys(criteria) c
$$;

-- What is wrong with a definition of the feed; NULL: nothing.
CREATE FUNCTION definition_fault(d jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
	IF coalesce(jsonb_typeof(d->'criteria') <> 'object'
	       OR jsonb_typeof(d->'rule') <> 'array'
	       OR d->>'state' NOT IN ('draft', 'adopted')
	       OR d->>'source' NOT IN ('zaedno', 'board')
	       OR d->>'number' !~ '^[1-9]\d{0,8}$', true)
	    OR EXISTS (SELECT FROM jsonb_each(d->'criteria') c
	               WHERE jsonb_typeof(c.value) <> 'object' OR NOT EXISTS (
	                     SELECT FROM codelist.difficulty_criterion l
	                     WHERE l.code = c.key))
	    OR jsonb_path_exists(d, '$.criteria.*.* ? (@.type() != "number" || @ < 1 || @ > 1000 || @ % 1 != 0)')
	    OR jsonb_path_exists(d, '$.rule[*] ? (@.type() != "object")')
	    OR EXISTS (SELECT FROM jsonb_array_elements(d->'rule') o
	               WHERE coalesce(jsonb_typeof(o->'all') <> 'array'
	                     OR o->>'more' !~ '^\d{1,3}$', true))
	    OR jsonb_path_exists(d, '$.rule[*].all[*] ? (@.type() != "string")') THEN
		RETURN 'document';
	END IF;
	RETURN NULL;
END $$;

-- As the feed tells: a text is under its number for good; what the hub shows no
-- longer, and an earlier text of a draft, are superseded here. Zaedno's is a
-- draft at the least, so that there always is one to go by.
CREATE FUNCTION difficulty_definition_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE difficulty_definition
	SET state = CASE source WHEN 'zaedno' THEN 'draft' ELSE 'superseded' END
	WHERE hub_id = NEW.id
	  AND version IS DISTINCT FROM (NEW.doc->>'number')::int;
	IF NEW.doc IS NOT NULL THEN
		INSERT INTO difficulty_definition AS d (version, state, source,
		       criteria, rule, hub_id)
		VALUES ((NEW.doc->>'number')::int, NEW.doc->>'state',
		        NEW.doc->>'source', NEW.doc->'criteria', NEW.doc->'rule', NEW.id)
		ON CONFLICT (version) DO UPDATE SET state = EXCLUDED.state,
		       source = EXCLUDED.source, criteria = EXCLUDED.criteria,
		       rule = EXCLUDED.rule, hub_id = EXCLUDED.hub_id;
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER difficulty_definition_follow
	AFTER INSERT OR UPDATE OF doc ON mirror
	FOR EACH ROW WHEN (NEW.kind = 'definition')
	EXECUTE FUNCTION difficulty_definition_follow();
REVOKE EXECUTE ON FUNCTION difficulty_definition_follow(), definition_fault(jsonb)
	FROM PUBLIC;

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
	SELECT d FROM difficulty_definition d WHERE d.state <> 'superseded'
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

-- Criterion → met, as this node's records say, by the definition's numbers. What
-- they cannot say is null: "no progress at two reviews" (D10) is of the shared
-- plan, and of parents (D9) only a grid without a column for them tells.
CREATE FUNCTION difficulty_known(of_case uuid, criteria jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	WITH n AS (SELECT domain, level FROM need WHERE case_id = of_case),
	h AS (SELECT * FROM helper x WHERE x.case_id = of_case AND helps_now(x)),
	o AS (SELECT x FROM jsonb_array_elements(outcomes_current(of_case)) x),
	g AS (SELECT grid_measures(x.shape) AS m FROM grid x
	      WHERE x.case_id = of_case
	      ORDER BY x.on_day DESC, x.recorded_at DESC LIMIT 1)
	SELECT jsonb_build_object(
	  'D1', (SELECT count(*) FILTER (WHERE level = 2)
	         >= (criteria->'D1'->>'domains')::int FROM n),
	  'D2', (SELECT count(*) >= (criteria->'D2'->>'helpers')::int AND
	         count(DISTINCT sector) >= (criteria->'D2'->>'sectors')::int FROM h),
	  'D3', moves(of_case, today() - 365) >= (criteria->'D3'->>'moves_12m')::int
	        OR moves(of_case, NULL) >= (criteria->'D3'->>'moves_ever')::int,
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
	  'D11', (SELECT count(*) >= (criteria->'D11'->>'levels')::int
	          FROM g, jsonb_each_text(g.m->'opposed') l
	          WHERE l.value::int > 0),
	  'D12', (SELECT count(*) = 1 FROM h WHERE kind = 'professional'))
$$;

CREATE FUNCTION difficulty_proposed(of_case uuid, d difficulty_definition)
RETURNS text[] LANGUAGE sql STABLE AS $$
	SELECT ARRAY(SELECT c FROM unnest(difficulty_codes(d.criteria))
	                    WITH ORDINALITY u(c, i),
	                    difficulty_known(of_case, d.criteria) k(met)
	             WHERE (met->>c)::boolean ORDER BY i)
$$;

CREATE FUNCTION difficulty_picture(of_case uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object(
	       'definition', jsonb_build_object('version', d.version,
	            'state', d.state, 'source', d.source,
	            'criteria', to_jsonb(difficulty_codes(d.criteria)), 'rule', d.rule),
	       'criteria', (SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
	            'code', c, 'met', k.met->c)) || jsonb_build_object('numbers',
	            d.criteria->c) ORDER BY i)
	            FROM unnest(difficulty_codes(d.criteria)) WITH ORDINALITY u(c, i)),
	       'proposed', to_jsonb(difficulty_proposed(of_case, d)),
	       'difficult', difficulty_rule_met(d.rule, difficulty_proposed(of_case, d)))
	FROM difficulty_definition_now() d,
	     difficulty_known(of_case, d.criteria) k(met)
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
	       OR EXISTS (SELECT FROM unnest(difficulty_codes(d.criteria)) c
	                  WHERE (k.met->>c)::boolean <> (c = ANY (difficulty_draft.met))),
	       CASE WHEN d.version IS NULL
	            THEN ARRAY['/definition_version', 'not-found']
	            WHEN d.version <> (difficulty_definition_now()).version
	            THEN ARRAY['/definition_version', 'conflict']
	            WHEN NOT difficulty_draft.met <@ difficulty_codes(d.criteria)
	            THEN ARRAY['/met', 'not-declared'] END
	FROM (VALUES (1)) one(n)
	     LEFT JOIN difficulty_definition d ON d.version = definition
	     CROSS JOIN LATERAL (SELECT coalesce(difficulty_rule_met(d.rule,
	                difficulty_draft.met), false) AS by_rule) r
	     CROSS JOIN LATERAL difficulty_known(of_case, d.criteria) k(met)
$$;

SELECT case_part('difficulty_check', 'difficulty_checks', 'difficulty_check_document');
GRANT SELECT, INSERT (id, case_id, definition, proposed, met, by_rule, difficult,
	against, sealed, content)
	ON difficulty_check TO zaedno_node_service;

COMMIT;
