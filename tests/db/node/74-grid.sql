-- The dis-integration grid, its measures, and connecting conversations.
BEGIN;
\ir lib/fixture.psql
SELECT plan(64);

\set grid_1 '00000000-0000-4000-8000-000000001401'
\set grid_2 '00000000-0000-4000-8000-000000001402'
\set grid_b '00000000-0000-4000-8000-00000000140b'
\set a '00000000-0000-4000-8000-0000000014a1'
\set b '00000000-0000-4000-8000-0000000014a2'
\set c '00000000-0000-4000-8000-0000000014a3'

-- Three columns: source by source of a, b, c; pairs as "level a b value".
CREATE FUNCTION pg_temp.shape(sources text, VARIADIC pairs text[] DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('columns', (
	       SELECT jsonb_agg(jsonb_build_object('id', '00000000-0000-4000-8000-0000000014a' || n,
	              'kind', (ARRAY['child', 'kin', 'professional'])[n],
	              'explanation', s[n * 3 - 2], 'intervention', s[n * 3 - 1], 'responsibility', s[n * 3]) ORDER BY n)
	       FROM generate_series(1, 3) n, (SELECT string_to_array(sources, ' ') AS s) x),
	       'alignments', (SELECT coalesce(jsonb_agg(jsonb_build_object(
	              'level', split_part(p, ' ', 1), 'value', split_part(p, ' ', 4),
	              'a', '00000000-0000-4000-8000-0000000014a' || split_part(p, ' ', 2),
	              'b', '00000000-0000-4000-8000-0000000014a' || split_part(p, ' ', 3)) ORDER BY i), '[]')
	              FROM unnest(pairs) WITH ORDINALITY x(p, i)))
$$;
\set known 'own_words own_words own_words own_words reported own_words reported own_words own_words'
\set unsure 'own_words unknown assumed unknown unknown own_words assumed own_words own_words'
CREATE FUNCTION pg_temp.grid(who text, id text, of_case text, shape jsonb, baseline text DEFAULT NULL)
RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('INSERT INTO grid (id, case_id, on_day, baseline, shape, sealed, content)
		VALUES (%L, %L, ''2026-01-10'', %L, %L, ''z1.00000000.c2VhbGVk'', ''\x01'')',
		coalesce(id, gen_random_uuid()::text), of_case, baseline, shape))
$$;
CREATE FUNCTION pg_temp.connect(who text, grid text, of_case text, held text DEFAULT NULL, outcome text DEFAULT NULL,
                                dropped boolean DEFAULT false)
RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('INSERT INTO connecting (id, case_id, grid_id, level, parties, due,
		held_on, outcome, dropped, sealed, content) VALUES (gen_random_uuid(), %L, %L, ''explanation'',
		''{00000000-0000-4000-8000-0000000014a1,00000000-0000-4000-8000-0000000014a2}'', ''2026-02-01'',
		%L, %L, %L, ''z1.00000000.c2VhbGVk'', ''\x01'')', of_case, grid, held, outcome, dropped))
$$;

SELECT is(pg_temp.grid('anna', :'grid_1', :'case_a', pg_temp.shape(:'unsure',
	'explanation 1 2 opposed', 'intervention 1 2 partly', 'intervention 3 1 opposed')), '1', 'the holder records a grid');
SELECT is(pg_temp.grid('vera', :'grid_2', :'case_a', pg_temp.shape(:'known', 'explanation 2 1 aligned'), :'grid_1'), '1',
	'a supervisor its review');
SELECT is(pg_temp.grid('boris', :'grid_b', :'case_b', pg_temp.shape(:'known')), '1', 'another his own');
SELECT is(pg_temp.grid(who, NULL, :'case_a', pg_temp.shape(:'known')), '42501', who || ' cannot')
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.grid('anna', NULL, :'case_a', pg_temp.shape(:'known'), :'grid_b'), '23503',
	'a grid of another case is no baseline');
SELECT is(pg_temp.connect('anna', :'grid_1', :'case_a'), '1', 'a conversation follows');
SELECT is(pg_temp.connect(who, :'grid_1', :'case_a'), '42501', who || ' plans none')
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.connect('anna', :'grid_b', :'case_a'), '23503', 'nor is one about the grid of another case');
SELECT is(pg_temp.as_user(who, 'SELECT * FROM ' || t), CASE t WHEN 'grid' THEN n ELSE m END,
	format('%s sees of %s what is theirs', who, t))
FROM (VALUES ('anna', '2', '1'), ('vera', '3', '1'), ('boris', '1', '0'), ('dora', '0', '0'), ('emil', '0', '0'),
	('nobody', '0', '0')) v(who, n, m), unnest(ARRAY['grid', 'connecting']) t;
SELECT is(pg_temp.as_courier('SELECT id FROM ' || t), '42501', 'the courier cannot read ' || t)
FROM unnest(ARRAY['grid', 'connecting']) t;
SELECT is(pg_temp.as_user('anna', ask), '42501', 'nobody: ' || ask)
FROM unnest(ARRAY['DELETE FROM grid', 'DELETE FROM connecting', 'UPDATE grid SET recorded_by = recorded_by']) ask;
SELECT is(pg_temp.as_user('boris', 'UPDATE grid SET on_day = ''2026-01-09'' WHERE id = ''' || :'grid_1' || ''''), '0',
	'a colleague changes none');

-- Measures: 9 cells, of which 3 unknown and 2 assumed; 9 pairs, of which 3 judged.
SELECT is(grid_measures(shape) - 'opposed' - 'without', '{"cells": 9, "columns": 3, "unknown": 3, "assumed": 2,
	"unsure_share": 0.556, "opposed_total": 2, "unjudged": 6}', 'how much is not really known')
FROM grid WHERE id = :'grid_1';
SELECT is(grid_measures(shape)->'opposed', '{"explanation": 1, "intervention": 1, "responsibility": 0}',
	'where views are opposed, by level') FROM grid WHERE id = :'grid_1';
SELECT is(grid_measures(shape)->'without', '["parent"]', 'and that no parent has a column') FROM grid WHERE id = :'grid_1';
SELECT is(grid_change(g), '{"unknown": -3, "assumed": -2, "unsure_share": -0.556, "opposed_total": -2,
	"opposed": {"explanation": -1, "intervention": -1, "responsibility": 0}}',
	'a review against its baseline') FROM grid g WHERE id = :'grid_2';
SELECT is(grid_change(g), NULL, 'which has none itself') FROM grid g WHERE id = :'grid_1';
SELECT is(shape::text ~ '[а-я]', false, 'codes only') FROM grid WHERE id = :'grid_1';

SELECT is(grid_shape_wrong(pg_temp.shape(:'known', VARIADIC p::text[])), w::text[], what)
FROM (VALUES ('{explanation 1 2 opposed,intervention 1 2 opposed}', NULL, 'a pair once at each level'),
	('{explanation 1 1 aligned}', '{/alignments/0/b,conflict}', 'nobody is opposed to oneself'),
	('{explanation 1 2 aligned,explanation 2 1 opposed}', '{/alignments/1,duplicate}', 'a pair is judged once'),
	('{explanation 1 9 aligned}', '{/alignments/0/b,not-found}', 'a column that is not there'),
	('{explanation 9 1 aligned}', '{/alignments/0/a,not-found}', 'on either side')) v(p, w, what);
SELECT is(grid_shape_wrong(jsonb_set(pg_temp.shape(:'known'), '{columns,2,id}', to_jsonb(:'a'::text))),
	'{/columns/2/id,duplicate}', 'a column is there once');
SELECT is(pg_temp.grid('anna', NULL, :'case_a', pg_temp.shape(:'known', 'explanation 1 1 aligned')), '23514',
	'the table refuses it too');
SELECT is(grid_wrong(:'case_a', g::uuid, d::date, base::uuid, s), w::text[], what)
FROM (VALUES (:'grid_2', '2026-01-10', :'grid_1', pg_temp.shape(:'known'), NULL, 'a review may be of the same day'),
	(:'grid_2', '2026-01-09', :'grid_1', pg_temp.shape(:'known'), '{/on,too-early}', 'and not before'),
	(:'grid_1', '2026-01-10', :'grid_1', pg_temp.shape(:'known'), '{/baseline,not-found}', 'nor of itself'),
	(:'grid_1', '2026-01-10', :'grid_2', pg_temp.shape(:'known'), '{/baseline,conflict}', 'nor of its own review'),
	(:'grid_1', '2026-01-10', NULL, pg_temp.shape(:'known'), NULL, 'a baseline is written again'),
	(:'grid_1', '2026-01-11', NULL, pg_temp.shape(:'known'), '{/on,too-late}', 'and not moved behind its review'),
	(:'grid_1', '2026-01-09', NULL, pg_temp.shape(:'known'), NULL, 'but before it'),
	(:'grid_2', '2999-01-10', NULL, pg_temp.shape(:'known'), '{/on,in-future}', 'no grid is in the future'),
	(:'grid_1', '2026-01-10', NULL, pg_temp.shape(:'known') #- '{columns,1}', '{/columns,conflict}',
		'a column that a conversation is about stays')) v(g, d, base, s, w, what);

SELECT is(pg_temp.connect('anna', :'grid_1', :'case_a', '2026-02-01'), '23514', 'what was held has an outcome');
SELECT is(pg_temp.connect('anna', :'grid_1', :'case_a', '2026-02-01', 'closer', true), '23514', 'and was not dropped');
SELECT is(pg_temp.connect('anna', :'grid_1', :'case_a', '2026-02-01', 'closer'), '1', 'held');
SELECT is(pg_temp.connect('anna', :'grid_1', :'case_a', NULL, NULL, true), '1', 'dropped');
SELECT is(pg_temp.connect('anna', :'grid_1', :'case_a'), '1', 'a second open');
SELECT is(connecting_full(:'case_a', gen_random_uuid()), false, 'leaves room');
SELECT is(pg_temp.connect('anna', :'grid_2', :'case_a'), '1', 'a third, of another grid of the case');
SELECT is(connecting_full(:'case_a', gen_random_uuid()), true, 'does not');
SELECT is(connecting_full(:'case_a', id), false, 'but for its own change') FROM connecting
WHERE grid_id = :'grid_2';

UPDATE case_file SET content = '' WHERE id = :'case_a';
SELECT is(pg_temp.grid('anna', NULL, :'case_a', pg_temp.shape(:'known')), '42501', 'an erased case takes none');

SELECT * FROM finish();
ROLLBACK;
