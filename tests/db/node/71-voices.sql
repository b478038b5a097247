-- Voices: seen like their case, written by whose work it is, answered in one's
-- own name.
BEGIN;
\ir lib/fixture.psql
SELECT plan(28);

\set voice_1 '00000000-0000-4000-8000-000000001101'

CREATE FUNCTION pg_temp.voice(who text, id text, of_case text, said text DEFAULT 'child',
                              how text DEFAULT 'own_words', refused boolean DEFAULT false)
RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('INSERT INTO voice (id, case_id, who, how, on_day, refused,
		sealed, content) VALUES (%L, %L, %L, %L, ''2026-01-10'', %L,
		''z1.00000000.c2VhbGVk'', ''\x01'')', coalesce(id, gen_random_uuid()::text), of_case, said, how, refused))
$$;
CREATE FUNCTION pg_temp.answer(who text, by_login text, on_day text DEFAULT '2026-01-20')
RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('UPDATE voice SET ans_on = %L, ans_followed = ''no'',
		ans_sealed = ''z1.00000000.c2VhbGVk'', ans_content = ''\x02'', ans_by = %L,
		ans_at = statement_timestamp()', on_day, (SELECT id FROM app_user WHERE login = by_login)))
$$;

SELECT is(pg_temp.voice('anna', :'voice_1', :'case_a'), '1', 'the holder records a voice');
SELECT is(pg_temp.voice(who, NULL, :'case_a'), '42501', who || ' cannot')
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.as_user(who, 'SELECT * FROM voice'), n, format('%s sees %s', who, n))
FROM (VALUES ('anna', '1'), ('vera', '1'), ('boris', '0'), ('dora', '0'), ('emil', '0'), ('nobody', '0')) v(who, n);
SELECT is(pg_temp.as_courier('SELECT id FROM voice'), '42501', 'the courier cannot read one');
SELECT is(pg_temp.voice('anna', NULL, :'case_a', 'child', NULL, true), '1', 'who refuses does so no-how');
SELECT is(pg_temp.voice('anna', NULL, :'case_a', 'child', NULL), '23514', 'who speaks does so somehow');
SELECT is(pg_temp.voice('anna', NULL, :'case_a', 'teacher'), '23503', 'and is of the list');
DELETE FROM voice WHERE id <> :'voice_1';

SELECT is(pg_temp.answer('boris', 'boris'), '0', 'a colleague answers none');
SELECT is(pg_temp.answer('anna', 'vera'), '42501', 'nobody in another''s name');
SELECT is(pg_temp.answer('anna', 'anna', '2026-01-09'), '23514', 'nor before it was raised');
SELECT is(pg_temp.answer('anna', 'anna'), '1', 'the holder answers');
UPDATE voice SET ans_at = ans_at - interval '1 day';
SELECT is(pg_temp.as_user('vera', 'UPDATE voice SET agrees_to_share = ''no'''), '1',
	'another corrects the voice and leaves the answer');
SELECT is(pg_temp.as_user('anna', 'UPDATE voice SET ans_on = NULL'), '23514', 'an answer is whole');
SELECT is(pg_temp.as_user('anna', ask), '42501', 'not even the holder: ' || ask)
FROM unnest(ARRAY['DELETE FROM voice', 'TRUNCATE voice', 'UPDATE voice SET recorded_by = recorded_by',
	format('UPDATE voice SET case_id = %L', :'case_b')]) ask;

SELECT is(voice_document(v)->'answer'->>'followed', 'no', 'a document has its answer') FROM voice v;
SELECT is(voice_document(v) ? 'how', true, 'and how it was said') FROM voice v;
UPDATE case_file SET content = '' WHERE id = :'case_a';
SELECT is(pg_temp.voice('anna', NULL, :'case_a'), '42501', 'an erased case takes none');

SELECT * FROM finish();
ROLLBACK;
