-- Outcome records: by the holder, never changed, corrected by a new row.
BEGIN;
\ir lib/fixture.psql
SELECT plan(26);

\set school_1 '00000000-0000-4000-8000-000000000701'
\set school_2 '00000000-0000-4000-8000-000000000702'

CREATE FUNCTION pg_temp.record(who text, id text, of_case text, kind text, on_day text,
                               columns text, vals text, replaces text DEFAULT NULL)
RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('INSERT INTO outcome (id, case_id, kind,
		on_day, replaces, %s) VALUES (%L, %L, %L, %L, %L, %s)', columns,
		coalesce(id, gen_random_uuid()::text), of_case, kind, on_day, replaces, vals))
$$;

SELECT is(pg_temp.record('anna', :'school_1', :'case_a', 'school', '2026-01-10', 'school', $$'attending'$$),
	'1', 'the holder records an outcome');
SELECT is(pg_temp.record(who, NULL, :'case_a', 'school', '2026-01-10', 'school', $$'attending'$$),
	'42501', who || ' cannot')
FROM unnest(ARRAY['boris', 'vera', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.as_user('anna', 'SELECT * FROM outcome'), '1', 'the holder sees it');
SELECT is(pg_temp.as_user('vera', 'SELECT * FROM outcome'), '1', 'and a supervisor');
SELECT is(pg_temp.as_user(who, 'SELECT * FROM outcome'), '0', who || ' does not')
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.as_courier('SELECT * FROM outcome'), '42501', 'nor the courier');
SELECT is(pg_temp.as_user('anna', ask), '42501', 'not even the holder: ' || ask)
FROM unnest(ARRAY[$$UPDATE outcome SET school = 'returned'$$, 'DELETE FROM outcome', 'TRUNCATE outcome',
	format($$INSERT INTO outcome (id, case_id, kind, on_day, school, recorded_by)
	VALUES (gen_random_uuid(), %L, 'school', '2026-01-11', 'attending', %L)$$, :'case_a', :'boris')]) ask;

SELECT is(pg_temp.record('anna', :'school_2', :'case_a', 'school', '2026-01-10', 'school', $$'at_risk'$$,
	:'school_1'), '1', 'a correction is a new row');
SELECT is(pg_temp.record('anna', NULL, :'case_a', 'school', '2026-01-10', 'school', $$'returned'$$,
	:'school_1'), '23505', 'and the only one of its row');
SELECT is(pg_temp.record('anna', NULL, :'case_a', 'care', '2026-01-10', 'care_setting', $$'kin'$$,
	:'school_2'), '23503', 'it is of the same kind');
SELECT is(pg_temp.record('boris', NULL, :'case_b', 'school', '2026-01-10', 'school', $$'returned'$$,
	:'school_2'), '23503', 'and in the same case');
SELECT is(pg_temp.record('anna', NULL, :'case_a', 'school', '2026-02-10', 'school', $$'nowhere'$$), '23503',
	'a code that is not on the list');
SELECT is(pg_temp.record('anna', NULL, :'case_a', 'school', '2026-02-10', 'care_setting', $$'kin'$$), '23514',
	'a kind with the values of another');
SELECT is(pg_temp.record('anna', NULL, :'case_a', 'violence', '2026-02-10', 'violence_form', $$'neglect'$$),
	'23514', 'violence without setting and end');

SELECT is(pg_temp.record('anna', NULL, :'case_a', 'keyworker', '2026-01-01', 'keyworker_to',
	$$'2026-02-01'$$), '1', 'a nomination that has ended');
SELECT is((SELECT jsonb_agg(o->'school'->>'state') FROM jsonb_array_elements(outcomes_current(:'case_a')) o),
	'["at_risk"]', 'what holds now: the correction, and no ended nomination');

SELECT * FROM finish();
ROLLBACK;
