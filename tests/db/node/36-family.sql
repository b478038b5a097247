-- The family's page, from the holder's side: slips, words that are sealed as
-- they arrive, and what a child does not want shared.
BEGIN;
\ir lib/fixture.psql
SELECT plan(76);
\set slip '00000000-0000-4000-8000-000000000901'
\set word '00000000-0000-4000-8000-000000000902'
\set fact '00000000-0000-4000-8000-000000000903'

CREATE FUNCTION pg_temp.slip(who text, id text, capacity text DEFAULT 'parent', signer int DEFAULT 0)
RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('INSERT INTO family_slip (id, consent_id, capacity, signer)
		VALUES (%L, ''00000000-0000-4000-8000-0000000003a0'', %L, %s)', id, capacity, signer))
$$;
SELECT is(pg_temp.slip(who, gen_random_uuid()::text), '42501', who || ' makes no slip')
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.slip('anna', :'slip'), '1', 'whose work it is does');
SELECT is(pg_temp.slip('vera', gen_random_uuid()::text), '23505', 'one at a time for one signer');
SELECT is(pg_temp.as_user(who, 'SELECT * FROM family_slip'), n, format('%s sees %s slips', who, n))
FROM (VALUES ('anna', '1'), ('vera', '1'), ('boris', '0'), ('dora', '0'), ('emil', '0'), ('nobody', '0')) w(who, n);
SELECT is(pg_temp.as_user('anna', ask), '42501', 'the holder cannot: ' || ask)
FROM unnest(ARRAY['UPDATE family_slip SET revoked_at = NULL', 'DELETE FROM family_slip',
	'DELETE FROM family_word', $$UPDATE family_word SET sealed = 'x'$$,
	'INSERT INTO family_word (id) VALUES (gen_random_uuid())', 'SELECT family_revoke(ARRAY[gen_random_uuid()])']) ask;
SELECT is(pg_temp.as_courier('SELECT * FROM ' || t), '42501', 'the courier cannot read ' || t)
FROM unnest(ARRAY['family_slip', 'family_word', 'child_limit']) t;

-- How often it was used is the hub's to say.
SELECT is(pg_temp.apply(pg_temp.event(5, 0, 'put', :'slip', 2, 'family_slip', doc =>
	'{"used": 2, "first_used_at": "2026-11-22T10:00:00.000Z"}')), '1', 'the hub tells of a visit');
SELECT is(pg_temp.as_user(who, $$SELECT * FROM mirror WHERE kind = 'family_slip'$$), n, format('%s sees %s of it', who, n))
FROM (VALUES ('anna', '1'), ('boris', '0'), ('dora', '0')) w(who, n);
SELECT is(family_slip_document(s)->>'used', '2', 'the list counts') FROM family_slip s;

-- Words.
CREATE FUNCTION pg_temp.said(id text, consent text, seq bigint, kind text DEFAULT 'words') RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.apply(pg_temp.event(seq, seq - 1, 'put', id, 1, 'family_word', doc => jsonb_strip_nulls(
		jsonb_build_object('id', id, 'kind', kind, 'consent_id', consent, 'capacity', 'parent',
		'said_at', '2026-11-22T10:00:0' || seq % 10 || '.000Z',
		'text', CASE kind WHEN 'words' THEN 'open words' END,
		'summary_id', CASE kind WHEN 'words' THEN NULL ELSE '00000000-0000-4000-8000-0000000004a0' END,
		'organisation_id', CASE kind WHEN 'words' THEN NULL ELSE '00000000-0000-4000-8000-0000000000f1' END,
		'category', CASE kind WHEN 'words' THEN NULL ELSE 'basics' END))))
$$;
SELECT is(pg_temp.said(:'word', :'consent_a', 6), '1', 'words arrive');
SELECT is(pg_temp.as_user(who, $$SELECT * FROM mirror WHERE kind = 'family_word'$$), '0', who || ' does not see them open')
FROM unnest(ARRAY['anna', 'vera', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.as_user('anna', 'SELECT * FROM family_words_arrived(9)'), '0', 'nor by the service''s own function');
SELECT is(pg_temp.as_user('nobody', 'SELECT * FROM family_words_arrived(9)'), '1', 'which is the service''s');
SELECT is(pg_temp.as_user('anna', format('SELECT family_word_take(%L, ''z1'')', :'word')), '1', 'a person who asks');
SELECT is((SELECT count(*)::int FROM family_word), 0, 'takes none');
SELECT is(pg_temp.as_user('nobody', format('SELECT family_word_take(%L, ''z1.00000000.c2VhbGVk'')', :'word')), '1',
	'the service seals it');
SELECT is((SELECT doc FROM mirror WHERE id = :'word'), NULL, 'nothing open is left');
SELECT is((SELECT count(*)::int FROM outbox WHERE operation = 'takeFamilyWord' AND consent_id IS NULL), 1,
	'the hub is told that it may forget, whatever becomes of the consent');
SELECT is((SELECT count(*)::int FROM task WHERE kind = 'family_word' AND subject = :'consent_a'), 1, 'a person is told');
SELECT is(pg_temp.said(:'word', :'consent_a', 7), '1', 'the same once more, as after a resynchronisation');
SELECT is(pg_temp.as_user('nobody', format('SELECT family_word_take(%L, ''z1.00000000.c2VhbGVk'')', :'word')), '1', 'is taken');
SELECT is((SELECT count(*)::int FROM family_word) + (SELECT count(*)::int FROM task), 2, 'and kept once');
SELECT is(pg_temp.said(:'fact', :'consent_a', 8, 'disagreement'), '1', 'a disagreement arrives');
SELECT is(pg_temp.as_user('nobody', format('SELECT family_word_take(%L, NULL)', :'fact')), '1', 'without words');
SELECT is(pg_temp.said('00000000-0000-4000-8000-000000000904', gen_random_uuid()::text, 9), '1', 'of a consent that is none of ours');
SELECT is(pg_temp.as_user('nobody', 'SELECT family_word_take(''00000000-0000-4000-8000-000000000904'', ''z1'')'), '1', 'nothing');
SELECT is(pg_temp.as_user(who, 'SELECT * FROM family_word'), n, format('%s sees %s words', who, n))
FROM (VALUES ('anna', '2'), ('vera', '2'), ('boris', '0'), ('dora', '0'), ('emil', '0'), ('nobody', '0')) w(who, n);
CREATE FUNCTION pg_temp.answer(who text, by_user text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('UPDATE family_word SET answer_sealed = ''z1'', answer_content = ''\x01'',
		answered_at = statement_timestamp(), answered_by = %L WHERE id = %L', by_user,
		'00000000-0000-4000-8000-000000000902'))
$$;
SELECT is(pg_temp.answer('boris', :'boris'), '0', 'a colleague does not answer');
SELECT is(pg_temp.answer('anna', :'boris'), '42501', 'nobody answers in another''s name');
SELECT is(pg_temp.answer('anna', :'anna'), '1', 'whose work it is does');
SELECT is(pg_temp.answer('anna', :'anna'), '0', 'once');

-- Who is suspected, and who has come of age.
SELECT ok(NOT family_suspected(:'consent_a', 'parent'), 'nobody is suspected');
INSERT INTO consent (id, case_id, case_pseudonym, purpose, rule, child_opinion, text_version, text_sha256, language,
	valid_from, until, content, created_by)
VALUES (gen_random_uuid(), :'case_a', gen_random_uuid(), 'joint_assessment', 'other_representative', 'recorded', '1',
	'\x00', 'bg', statement_timestamp(), statement_timestamp() + interval '1 month', '\x02', :'anna');
SELECT ok(revoked_at IS NOT NULL, 'another signs for the child: the parent''s slip ends') FROM family_slip WHERE id = :'slip';
SELECT is((SELECT lane FROM outbox WHERE operation = 'revokeFamilyCodes' AND params->>'id' = :'slip'), 'withdrawal',
	'at the hub, before all else');
SELECT ok(family_suspected(:'consent_a', 'parent'), 'and there is no new one');
SELECT ok(NOT family_suspected(:'consent_a', 'young_person'), 'but for the child');

-- What a child does not want shared.
SELECT is(pg_temp.as_user(who, format('INSERT INTO child_limit (case_id, sealed, content) VALUES (%L, ''z1'', ''\x01'')', :'case_a')),
	'42501', who || ' records none')
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.as_user('anna', format('INSERT INTO child_limit (case_id, sealed, content) VALUES (%L, ''z1'', ''\x01'')', :'case_a')),
	'1', 'whose work it is does');
SELECT is(pg_temp.as_user(who, 'SELECT * FROM child_limit'), n, format('%s sees %s', who, n))
FROM (VALUES ('anna', '1'), ('vera', '1'), ('boris', '0'), ('dora', '0'), ('emil', '0'), ('nobody', '0')) w(who, n);
SELECT is((SELECT count(*)::int FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
	WHERE NOT t.tgisinternal AND t.tgrelid = 'child_limit'::regclass AND p.prosrc ~* 'outbox|mirror|notify'), 0,
	'no trigger leads from it to the hub');

-- An erasure takes all of it.
UPDATE consent SET state = 'withdrawn', withdrawn_at = statement_timestamp();
SELECT set_config('zaedno.user', :'dora', true), set_config('zaedno.role', 'dpo', true) \g /dev/null
SELECT is(subject_erase(:'person_a', 'request'), 'erased', 'a person is erased');
SELECT is((SELECT count(*)::int FROM family_slip) + (SELECT count(*)::int FROM family_word)
	+ (SELECT count(*)::int FROM child_limit), 0, 'with slips, words and limits');

SELECT * FROM finish();
ROLLBACK;
