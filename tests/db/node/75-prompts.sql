-- The two questions that a case may be asked.
BEGIN;
\ir lib/fixture.psql
SELECT plan(20);

CREATE FUNCTION pg_temp.answer(who text, of_case text, prompt text DEFAULT 'child_would_say')
RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('INSERT INTO prompt_answer (id, case_id, prompt, sealed, content)
		VALUES (gen_random_uuid(), %L, %L, ''z1.00000000.c2VhbGVk'', ''\x01'')', of_case, prompt))
$$;
SELECT is(pg_temp.answer('anna', :'case_a'), '1', 'the holder answers');
SELECT is(pg_temp.answer('vera', :'case_a'), '1', 'and a supervisor later');
SELECT is(pg_temp.answer(who, :'case_a'), '42501', who || ' cannot')
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.answer('anna', :'case_a', 'weather'), '23503', 'a question is of the list');
SELECT is(pg_temp.as_user(who, 'SELECT * FROM prompt_answer'), n, format('%s sees %s', who, n))
FROM (VALUES ('anna', '2'), ('vera', '2'), ('boris', '0'), ('dora', '0'), ('emil', '0'), ('nobody', '0')) v(who, n);
SELECT is(pg_temp.as_courier('SELECT id FROM prompt_answer'), '42501', 'the courier sees none');
SELECT is(pg_temp.as_user('anna', ask), '42501', 'nobody: ' || ask)
FROM unnest(ARRAY['DELETE FROM prompt_answer', 'UPDATE prompt_answer SET prompt = prompt',
	'UPDATE prompt_answer SET sealed = sealed', 'TRUNCATE prompt_answer']) ask;
SELECT is((SELECT array_agg((prompt_answer_document(a)->>'latest')::boolean ORDER BY a.n) FROM prompt_answer a),
	'{f,t}', 'the latest is told');
UPDATE case_file SET content = '' WHERE id = :'case_a';
SELECT is(pg_temp.answer('anna', :'case_a'), '42501', 'an erased case takes none');

SELECT * FROM finish();
ROLLBACK;
