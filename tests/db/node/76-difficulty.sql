-- Is this a difficult case? Proposed from what is known, confirmed by a person.
BEGIN;
\ir lib/fixture.psql
SELECT plan(66);
DELETE FROM need;
DELETE FROM episode;

SELECT is(difficulty_rule_met(rule, met::text[]), yes, met || ': ' || yes)
FROM difficulty_definition, (VALUES ('{}', false), ('{D4}', false), ('{D4,D1}', false), ('{D4,D1,D2}', true),
	('{D1,D2,D3}', false), ('{D1,D2,D3,D5}', true), ('{D12,D11,D4}', true)) v(met, yes);
SELECT is(difficulty_rule_met('[]', '{D4,D5,D6,D7}'), false, 'a definition without a rule finds none');
SELECT is(state || ' ' || source, 'draft zaedno', 'the first definition is Zaedno''s draft')
FROM difficulty_definition_now();
SELECT is(difficulty_codes(criteria), '{D1,D2,D3,D4,D5,D6,D7,D8,D9,D10,D11,D12}', 'codes in their order')
FROM difficulty_definition_now();

-- As the feed brings them.
CREATE FUNCTION pg_temp.told(id text, number int, state text, source text DEFAULT 'board',
	criteria text DEFAULT '{"D1": {"domains": 1}, "D4": {}}', rule text DEFAULT '[{"all": ["D4"], "more": 0}]')
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	said text;
BEGIN
	INSERT INTO mirror (kind, id, feed_id, seq, version, doc, state)
	VALUES ('definition', ('00000000-0000-4000-8000-0000000009' || id)::uuid, gen_random_uuid(), 1, 1,
	        CASE WHEN number > 0 THEN jsonb_build_object('number', number, 'state', state, 'source', source,
	        'criteria', criteria::jsonb, 'rule', rule::jsonb) END, state)
	ON CONFLICT ON CONSTRAINT mirror_pkey DO UPDATE SET doc = EXCLUDED.doc, state = EXCLUDED.state;
	SELECT d.version || ' ' || d.state || ' ' || d.source INTO said FROM difficulty_definition_now() d;
	RETURN said;
END $$;
SELECT is(pg_temp.told(id, number, state, source), says, what) FROM (VALUES
	(1, '01', 1, 'draft', 'zaedno', '1 draft zaedno', 'ours comes by the feed, too'),
	(2, '02', 2, 'draft', 'board', '2 draft board', 'a draft of the board, while nothing is adopted'),
	(3, '02', 3, 'draft', 'board', '3 draft board', 'its next text has another number'),
	(4, '04', 5, 'adopted', 'board', '5 adopted board', 'what was adopted goes before every draft'),
	(5, '02', 6, 'draft', 'board', '5 adopted board', 'a later one, too'),
	(6, '04', 0, 'purged', 'board', '6 draft board', 'what another has followed is gone by no longer'),
	(7, '02', 6, 'adopted', 'board', '6 adopted board', 'the one that did'),
	(8, '02', 0, 'purged', 'board', '1 draft zaedno', 'and where the hub has none there is ours'),
	(9, '01', 0, 'purged', 'zaedno', '1 draft zaedno', 'for ever'))
	t(n, id, number, state, source, says, what);
SELECT is(array_agg(version || ' ' || state ORDER BY version), '{1 draft,2 superseded,3 superseded,5 superseded,6 superseded}',
	'all stay for the checks that were made by them') FROM difficulty_definition;
SELECT is(definition_fault('{"number": 7, "state": "draft", "source": "board", "criteria": {"D3": {"moves_12m": 1, "moves_ever": 2}},
	"rule": [{"all": ["D3"], "more": 0}]}'::jsonb || d::jsonb), fault, d || ': ' || coalesce(fault, 'good'))
FROM (VALUES ('{}', NULL), ('{"number": 0}', 'document'), ('{"state": "superseded"}', 'document'),
	('{"criteria": {"D99": {}}}', 'document'), ('{"criteria": {"D1": {"domains": "x"}}}', 'document'),
	('{"criteria": []}', 'document'), ('{"rule": [{"all": ["D4"]}]}', 'document'), ('{"rule": [7]}', 'document'),
	('{"source": "own"}', 'document')) v(d, fault);
DELETE FROM difficulty_definition WHERE version > 1;
UPDATE difficulty_definition SET criteria = '{"D1": {"domains": 3}, "D2": {"helpers": 3, "sectors": 2},
	"D3": {"moves_12m": 2, "moves_ever": 3}, "D4": {}, "D5": {}, "D6": {}, "D7": {}, "D8": {}, "D9": {},
	"D10": {"reviews": 2}, "D11": {"levels": 2}, "D12": {}}', rule = '[{"all": ["D4"], "more": 2}, {"all": [], "more": 4}]';

CREATE FUNCTION pg_temp.met() RETURNS text LANGUAGE sql AS $$
	SELECT array_to_string(difficulty_proposed('00000000-0000-4000-8000-0000000002a0', d), ' ')
	FROM difficulty_definition_now() d
$$;
CREATE FUNCTION pg_temp.need(d text, l int) RETURNS void LANGUAGE sql AS $$
	INSERT INTO need (case_id, domain, level) VALUES ('00000000-0000-4000-8000-0000000002a0', d, l)
	ON CONFLICT (case_id, domain) DO UPDATE SET level = EXCLUDED.level
$$;
CREATE FUNCTION pg_temp.helper(k text, s text) RETURNS void LANGUAGE sql AS $$
	INSERT INTO helper (id, case_id, kind, sector, domains, since, sealed, content, recorded_by)
	VALUES (gen_random_uuid(), '00000000-0000-4000-8000-0000000002a0', k, s, '{}', '2026-01-01', 'z', '\x01',
	        '00000000-0000-4000-8000-00000000000a')
$$;
CREATE FUNCTION pg_temp.outcome(columns text, vals text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('INSERT INTO outcome (id, case_id, on_day, recorded_by, %s) VALUES (gen_random_uuid(),
		''00000000-0000-4000-8000-0000000002a0'', ''2026-01-10'', ''00000000-0000-4000-8000-00000000000a'', %s)', columns, vals);
END $$;
CREATE FUNCTION pg_temp.stay(s int, e int) RETURNS void LANGUAGE sql AS $$
	INSERT INTO episode (id, case_id, kind, service, start_on, end_on)
	VALUES (gen_random_uuid(), '00000000-0000-4000-8000-0000000002a0', 'social', 's', today() + s, today() + e)
$$;

SELECT is(pg_temp.met(), '', 'of a new case nothing is known');
SELECT is(difficulty_known(:'case_a', criteria)->'D10', 'null', 'nor ever of progress at reviews')
FROM difficulty_definition_now();
SELECT pg_temp.need('mental', 2), pg_temp.need('behaviour', 2) \g /dev/null
SELECT is(pg_temp.met(), 'D7 D8', 'significant needs of mind and behaviour');
SELECT pg_temp.need('safety', 1) \g /dev/null
SELECT is(pg_temp.met(), 'D4 D7 D8', 'some risk to safety');
SELECT pg_temp.need('family', 2) \g /dev/null
SELECT is(pg_temp.met(), 'D1 D4 D7 D8', 'three significant needs');
SELECT is(difficulty_known(:'case_a', '{"D1": {"domains": 4}}')->>'D1', 'false', 'or as many as the definition says');
SELECT pg_temp.helper('professional', 'SOC') \g /dev/null
SELECT is(pg_temp.met(), 'D1 D4 D7 D8 D12', 'one professional alone');
SELECT pg_temp.helper('professional', 'SOC'), pg_temp.helper('kin', NULL) \g /dev/null
SELECT is(pg_temp.met(), 'D1 D4 D7 D8', 'three of one sector');
SELECT pg_temp.helper('professional', 'EDU') \g /dev/null
SELECT is(pg_temp.met(), 'D1 D2 D4 D7 D8', 'and of a second');
DELETE FROM need;
SELECT pg_temp.helper('professional', 'JUS') \g /dev/null
SELECT is(pg_temp.met(), 'D2 D8', 'justice helps');
DELETE FROM helper;
SELECT pg_temp.outcome('kind, violence_form, violence_setting, violence_ended', $$'violence', 'neglect', 'family', 'no'$$) \g /dev/null
SELECT is(pg_temp.met(), 'D4', 'violence that has not ended');
SELECT pg_temp.outcome('kind, school', $$'school', 'at_risk'$$), pg_temp.outcome('kind, care_setting', $$'care', 'foster'$$) \g /dev/null
SELECT is(pg_temp.met(), 'D4 D5 D6', 'school at risk, and foster care');
DELETE FROM outcome;
SELECT pg_temp.stay(-100, -50), pg_temp.stay(-49, -20) \g /dev/null
SELECT is(pg_temp.met(), '', 'one move');
SELECT pg_temp.stay(-19, 0) \g /dev/null
SELECT is(pg_temp.met(), 'D3', 'two within a year');
DELETE FROM episode;
INSERT INTO grid (id, case_id, on_day, sealed, content, recorded_by, shape)
SELECT gen_random_uuid(), :'case_a', '2026-01-10', 'z', '\x01', :'anna', jsonb_build_object('columns', jsonb_agg(
	jsonb_build_object('id', 'c' || i, 'kind', 'professional', 'explanation', 'unknown', 'intervention', 'unknown',
	'responsibility', 'unknown')), 'alignments', '[{"a": "c1", "b": "c2", "level": "explanation", "value": "opposed"},
	{"a": "c1", "b": "c2", "level": "intervention", "value": "opposed"}]'::jsonb)
FROM generate_series(1, 2) i;
SELECT is(pg_temp.met(), 'D9 D11', 'no parent in the grid, and opposed at two levels');

-- What a person says of it.
SELECT is(to_jsonb(d) - 'proposed' - 'wrong', w::jsonb, what)
FROM (VALUES ('{D9,D11}', NULL, '{"says": false, "by_rule": false, "against": false}', 'as proposed'),
	('{D9,D11,D10}', NULL, '{"says": false, "by_rule": false, "against": false}', 'more, where nothing is known'),
	('{D9}', NULL, '{"says": false, "by_rule": false, "against": true}', 'less than is known goes against it'),
	('{D4,D9,D11}', NULL, '{"says": true, "by_rule": true, "against": true}', 'and so does more'),
	('{D9,D11}', true, '{"says": true, "by_rule": false, "against": true}', 'or another outcome'))
	v(met, says, w, what), LATERAL difficulty_draft(:'case_a', 1, v.met::text[], v.says) d;
SELECT is(wrong, '{/definition_version,not-found}', 'a definition must be there')
FROM difficulty_draft(:'case_a', 9, '{}', NULL);
INSERT INTO difficulty_definition VALUES
	(2, 'superseded', 'board', '{"D4": {}}', '[{"all": ["D4"], "more": 0}]', NULL),
	(3, 'adopted', 'board', '{"D4": {}}', '[{"all": ["D4"], "more": 0}]', NULL);
SELECT is(wrong, w::text[], what) FROM (VALUES
	(1, '{/definition_version,conflict}', 'and in force, which a draft is not beside one adopted'),
	(2, '{/definition_version,conflict}', 'nor one that another has followed'),
	(3, NULL, 'the one that is')) v(n, w, what), LATERAL difficulty_draft(:'case_a', n, '{}', NULL);
DELETE FROM difficulty_definition WHERE version > 1;

CREATE FUNCTION pg_temp.check(who text, of_case text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('INSERT INTO difficulty_check (id, case_id, definition, proposed, met,
		by_rule, difficult, against, sealed, content) VALUES (gen_random_uuid(), %L, 1, ''{}'', ''{D4}'',
		false, false, false, ''z1.00000000.c2VhbGVk'', ''\x01'')', of_case))
$$;
SELECT is(pg_temp.check('anna', :'case_a'), '1', 'the holder records a check');
SELECT is(pg_temp.check(who, :'case_a'), '42501', who || ' cannot')
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.as_user(who, 'SELECT * FROM difficulty_check'), n, format('%s sees %s', who, n))
FROM (VALUES ('anna', '1'), ('vera', '1'), ('boris', '0'), ('dora', '0')) v(who, n);
SELECT is(pg_temp.as_courier('SELECT id FROM difficulty_check'), '42501', 'the courier sees none');
SELECT is(pg_temp.as_user('vera', ask), '42501', 'nobody: ' || ask)
FROM unnest(ARRAY['DELETE FROM difficulty_check', 'UPDATE difficulty_check SET difficult = true',
	'UPDATE difficulty_definition SET state = ''adopted''']) ask;

SELECT * FROM finish();
ROLLBACK;
