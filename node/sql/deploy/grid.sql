-- Deploy zaedno_node:grid to pg
-- requires: helper
-- The dis-integration grid: key people, the child and the parents among them,
-- by three questions: what is the problem and why, what to do, who does what.
-- Of each cell it is told how it is known; whether two people's views agree is
-- a person's judgement. Words and names are sealed; "shape" holds codes only,
-- and from it the measures are made. Connecting conversations follow from it,
-- at most three open at a time.

BEGIN;

CREATE TABLE codelist.grid_level (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.grid_source (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.grid_alignment (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.connecting_outcome (LIKE codelist.need_domain INCLUDING ALL);
GRANT SELECT ON codelist.grid_level, codelist.grid_source,
	codelist.grid_alignment, codelist.connecting_outcome TO zaedno_node_service;

-- What is wrong with a grid's codes: {"columns": [{"id", "kind", "explanation",
-- "intervention", "responsibility"}], "alignments": [{"level", "a", "b",
-- "value"}]}. A column is there once, and a pair is judged once at a level.
CREATE FUNCTION grid_shape_wrong(shape jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
	WITH col AS (
	     SELECT x->>'id' AS id, n - 1 AS n
	     FROM jsonb_array_elements(shape->'columns') WITH ORDINALITY c(x, n)),
	pair AS (
	     SELECT x->>'level' AS level, x->>'a' AS a, x->>'b' AS b, n - 1 AS n
	     FROM jsonb_array_elements(shape->'alignments') WITH ORDINALITY p(x, n)),
	wrong AS (
	     SELECT 1 AS sort, c.n, format('/columns/%s/id', c.n) AS at,
	            'duplicate' AS why
	     FROM col c WHERE EXISTS (SELECT FROM col o WHERE o.id = c.id AND o.n < c.n)
	     UNION ALL
	     SELECT 2, p.n, format('/alignments/%s/a', p.n), 'not-found'
	     FROM pair p WHERE p.a NOT IN (SELECT id FROM col)
	     UNION ALL
	     SELECT 2, p.n, format('/alignments/%s/b', p.n),
	            CASE WHEN p.a = p.b THEN 'conflict' ELSE 'not-found' END
	     FROM pair p WHERE p.a = p.b OR p.b NOT IN (SELECT id FROM col)
	     UNION ALL
	     SELECT 3, p.n, format('/alignments/%s', p.n), 'duplicate'
	     FROM pair p WHERE EXISTS (
	          SELECT FROM pair o WHERE o.n < p.n AND o.level = p.level
	             AND least(o.a, o.b) = least(p.a, p.b)
	             AND greatest(o.a, o.b) = greatest(p.a, p.b)))
	SELECT ARRAY[w.at, w.why] FROM wrong w ORDER BY w.sort, w.n, w.at LIMIT 1
$$;

CREATE TABLE grid (
	id          uuid PRIMARY KEY,
	case_id     uuid NOT NULL REFERENCES case_file,
	on_day      date NOT NULL,
	baseline    uuid CHECK (baseline <> id),   -- of which it is the review
	shape       jsonb NOT NULL CHECK (grid_shape_wrong(shape) IS NULL),
	sealed      text NOT NULL,   -- facilitator, columns, alignments in words
	content     bytea NOT NULL,
	recorded_by uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	version     bigint NOT NULL DEFAULT 1,
	UNIQUE (id, case_id),
	FOREIGN KEY (baseline, case_id) REFERENCES grid (id, case_id)
);
CREATE INDEX grid_case ON grid (case_id, on_day);

CREATE TABLE connecting (
	id          uuid PRIMARY KEY,
	case_id     uuid NOT NULL REFERENCES case_file,
	grid_id     uuid NOT NULL,
	level       text NOT NULL REFERENCES codelist.grid_level,
	parties     uuid[] NOT NULL CHECK (cardinality(parties) >= 2),
	due         date NOT NULL,
	held_on     date,
	outcome     text REFERENCES codelist.connecting_outcome,
	dropped     boolean NOT NULL DEFAULT false,
	sealed      text NOT NULL,   -- broker, intention, new action
	content     bytea NOT NULL,
	recorded_by uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	version     bigint NOT NULL DEFAULT 1,
	FOREIGN KEY (grid_id, case_id) REFERENCES grid (id, case_id)
		ON DELETE CASCADE,
	CHECK ((held_on IS NULL) = (outcome IS NULL)),
	CHECK (NOT (dropped AND held_on IS NOT NULL))
);
CREATE INDEX connecting_case ON connecting (case_id, grid_id);

-- How much is not really known, and where people pull against each other. A
-- pair that nobody judged is not "unknown": that too is a judgement.
CREATE FUNCTION grid_measures(shape jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
	WITH level AS (
	     SELECT unnest(ARRAY['explanation', 'intervention', 'responsibility']) AS name),
	cell AS (
	     SELECT c->>l.name AS source
	     FROM jsonb_array_elements(shape->'columns') c, level l),
	share AS (
	     SELECT count(*) AS cells,
	            count(*) FILTER (WHERE source = 'unknown') AS unknown,
	            count(*) FILTER (WHERE source = 'assumed') AS assumed FROM cell),
	pair AS (
	     SELECT p->>'level' AS level, p->>'value' AS value
	     FROM jsonb_array_elements(shape->'alignments') p),
	size AS (SELECT jsonb_array_length(shape->'columns') AS n)
	SELECT jsonb_build_object('columns', size.n, 'cells', share.cells,
	       'unknown', share.unknown, 'assumed', share.assumed,
	       'unsure_share', round((share.unknown + share.assumed)::numeric
	                             / greatest(share.cells, 1), 3),
	       'opposed', (SELECT jsonb_object_agg(l.name, (
	                          SELECT count(*) FROM pair p
	                          WHERE p.level = l.name AND p.value = 'opposed'))
	                   FROM level l),
	       'opposed_total', (SELECT count(*) FROM pair WHERE value = 'opposed'),
	       'unjudged', size.n * (size.n - 1) / 2 * 3 - (SELECT count(*) FROM pair),
	       'without', (SELECT coalesce(jsonb_agg(k.kind ORDER BY k.kind), '[]')
	                   FROM unnest(ARRAY['child', 'parent']) k(kind)
	                   WHERE NOT EXISTS (
	                         SELECT FROM jsonb_array_elements(shape->'columns') c
	                         WHERE c->>'kind' = k.kind)))
	FROM share, size
$$;

-- Review − baseline.
CREATE FUNCTION grid_change(g grid) RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT (SELECT jsonb_object_agg(name, (now->>name)::numeric
	                                      - (was->>name)::numeric)
	        FROM unnest(ARRAY['unknown', 'assumed', 'unsure_share',
	                          'opposed_total']) m(name))
	    || jsonb_build_object('opposed', (
	        SELECT jsonb_object_agg(key, value::int
	                                     - (was->'opposed'->>key)::int)
	        FROM jsonb_each_text(now->'opposed')))
	FROM grid b, grid_measures(g.shape) now, grid_measures(b.shape) was
	WHERE b.id = g.baseline
$$;

-- Is the one the baseline of the other, or of its baseline, and so on?
CREATE FUNCTION grid_follows(review uuid, grid uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
	WITH RECURSIVE before AS (
	     SELECT g.baseline FROM grid g WHERE g.id = review
	     UNION
	     SELECT g.baseline FROM before b JOIN grid g ON g.id = b.baseline)
	SELECT EXISTS (SELECT FROM before b WHERE b.baseline = grid_follows.grid)
$$;

CREATE FUNCTION grid_item(g grid) RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', g.id,
	       'version', g.version, 'on', g.on_day, 'baseline', g.baseline,
	       'measures', grid_measures(g.shape), 'change', grid_change(g),
	       'recorded_by', g.recorded_by, 'recorded_at', rfc3339(g.recorded_at)))
$$;

-- "sealed" is opened by the service.
CREATE FUNCTION grid_document(g grid) RETURNS jsonb LANGUAGE sql STABLE AS
	$$ SELECT grid_item(g) || jsonb_build_object('sealed', g.sealed) $$;

CREATE FUNCTION connecting_document(k connecting) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', k.id,
	       'version', k.version, 'grid_id', k.grid_id, 'level', k.level,
	       'between', to_jsonb(k.parties), 'due', k.due, 'held_on', k.held_on,
	       'outcome', k.outcome, 'dropped', k.dropped,
	       'open', k.held_on IS NULL AND NOT k.dropped,
	       'overdue', k.held_on IS NULL AND NOT k.dropped AND k.due < today(),
	       'recorded_by', k.recorded_by, 'recorded_at', rfc3339(k.recorded_at),
	       'sealed', k.sealed))
$$;

CREATE FUNCTION grid_wrong(of_case uuid, grid uuid, on_day date, baseline uuid,
                           shape jsonb) RETURNS text[] LANGUAGE sql STABLE AS $$
	SELECT coalesce(days_wrong('on', on_day, '', NULL),
	       CASE WHEN grid_wrong.baseline IS NULL THEN NULL
	            WHEN NOT EXISTS (SELECT FROM grid b
	                 WHERE b.id = grid_wrong.baseline AND b.case_id = of_case
	                   AND b.id <> grid_wrong.grid)
	            THEN ARRAY['/baseline', 'not-found']
	            WHEN EXISTS (SELECT FROM grid b
	                 WHERE b.id = grid_wrong.baseline
	                   AND b.on_day > grid_wrong.on_day)
	            THEN ARRAY['/on', 'too-early']
	            WHEN grid_follows(grid_wrong.baseline, grid_wrong.grid)
	            THEN ARRAY['/baseline', 'conflict'] END,
	       CASE WHEN EXISTS (SELECT FROM grid r
	                 WHERE r.baseline = grid_wrong.grid
	                   AND r.on_day < grid_wrong.on_day)
	            THEN ARRAY['/on', 'too-late'] END,
	       grid_shape_wrong(shape),
	       -- A column that a conversation is about stays.
	       CASE WHEN EXISTS (
	            SELECT FROM connecting k, unnest(k.parties) b(id)
	            WHERE k.grid_id = grid_wrong.grid AND b.id::text NOT IN (
	                  SELECT c->>'id' FROM jsonb_array_elements(shape->'columns') c))
	            THEN ARRAY['/columns', 'conflict'] END)
$$;

CREATE FUNCTION connecting_wrong(of_case uuid, grid uuid, parties uuid[],
                                 held_on date, outcome text, dropped boolean)
RETURNS text[] LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN NOT EXISTS (SELECT FROM grid g
	                 WHERE g.id = connecting_wrong.grid AND g.case_id = of_case)
	            THEN ARRAY['/grid_id', 'not-found']
	            WHEN EXISTS (
	                 SELECT FROM unnest(parties) b(id)
	                 WHERE b.id::text NOT IN (
	                       SELECT c->>'id' FROM grid g,
	                              jsonb_array_elements(g.shape->'columns') c
	                       WHERE g.id = connecting_wrong.grid))
	            THEN ARRAY['/between', 'not-found']
	            WHEN held_on > today() THEN ARRAY['/held_on', 'in-future']
	            WHEN held_on IS NULL AND outcome IS NOT NULL
	            THEN ARRAY['/held_on', 'required']
	            WHEN held_on IS NOT NULL AND outcome IS NULL
	            THEN ARRAY['/outcome', 'required']
	            WHEN held_on IS NOT NULL AND dropped
	            THEN ARRAY['/dropped', 'conflict'] END
$$;

-- Would one more be too many? Asked with the case's row locked.
CREATE FUNCTION connecting_full(of_case uuid, connection uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT count(*) >= 3 FROM connecting k
	WHERE k.case_id = of_case AND k.id <> connection
	  AND k.held_on IS NULL AND NOT k.dropped
$$;

SELECT case_part('grid', 'grids', 'grid_document'),
       case_part('connecting', 'connections', 'connecting_document');
SELECT case_part_changes('grid', 'content'),
       case_part_changes('connecting', 'content');
GRANT SELECT, INSERT (id, case_id, on_day, baseline, shape, sealed, content),
	UPDATE (on_day, baseline, shape, sealed, content, version)
	ON grid TO zaedno_node_service;
GRANT SELECT, INSERT (id, case_id, grid_id, level, parties, due, held_on, outcome,
	dropped, sealed, content),
	UPDATE (grid_id, level, parties, due, held_on, outcome, dropped, sealed,
	content, version)
	ON connecting TO zaedno_node_service;

COMMIT;
