-- The path through services: moves, their question, and the tasks they make.
BEGIN;
\ir lib/fixture.psql
SELECT plan(45);

\set e0 '00000000-0000-4000-8000-000000001300'
\set e1 '00000000-0000-4000-8000-000000001301'
\set e2 '00000000-0000-4000-8000-000000001302'
\set e3 '00000000-0000-4000-8000-000000001303'
\set eb '00000000-0000-4000-8000-00000000130b'
DELETE FROM episode;
DELETE FROM task;

CREATE FUNCTION pg_temp.stay(id text, kind text, start int, until int, of_case text DEFAULT '00000000-0000-4000-8000-0000000002a0')
RETURNS void LANGUAGE sql AS $$
	INSERT INTO episode (id, case_id, kind, service, start_on, end_on)
	VALUES (id::uuid, of_case::uuid, kind, 's', today() + start, today() + until)
$$;
CREATE FUNCTION pg_temp.tasks() RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(string_agg(kind || to_char((due AT TIME ZONE 'Europe/Sofia')::date - today(), '990')
	       || CASE WHEN done_at IS NULL THEN '' ELSE ' done' END, ', ' ORDER BY due, kind), '-')
	FROM task WHERE subject = '00000000-0000-4000-8000-0000000002a0'
$$;
CREATE FUNCTION pg_temp.answer(who text, episode text, of_case text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('INSERT INTO continuity (episode_id, case_id, lost, stays, sealed, content)
		VALUES (%L, %L, 1, 2, ''z1.00000000.c2VhbGVk'', ''\x01'')', episode, of_case))
$$;

SELECT pg_temp.stay(:'e0', 'social', -900, -800) \g /dev/null
SELECT pg_temp.stay(:'eb', 'social', -900, -800, :'case_b') \g /dev/null
SELECT is(pg_temp.tasks(), '-', 'a first stay is no move');
SELECT pg_temp.stay(:'e1', 'social', -799, -200) \g /dev/null
SELECT is(pg_temp.tasks(), '-', 'a move of long ago is no task');
SELECT pg_temp.stay(:'e2', 'social', -199, NULL) \g /dev/null
SELECT is(pg_temp.tasks(), 'continuity_missing-199', 'a move of this year asks who is lost');
SELECT is((SELECT array_agg(is_move(e) ORDER BY start_on) FROM episode e WHERE case_id = :'case_a'), '{f,t,t}', 'moves');
SELECT is(moves_unanswered(:'case_a', NULL), 2::bigint, 'two of them have no answer');
UPDATE episode SET end_on = today() - 20 WHERE id = :'e2';
SELECT pg_temp.stay(:'e3', 'education', -19, NULL) \g /dev/null
SELECT is(pg_temp.tasks(), 'continuity_missing-199', 'another kind is not moved to');
UPDATE episode SET kind = 'social' WHERE id = :'e3';
SELECT is(pg_temp.tasks(), 'continuity_missing-199, continuity_missing -19, second_move -19',
	'the second move within a year is told');
UPDATE episode SET service = 'x' WHERE id = :'e3';
UPDATE episode SET service = 'x' WHERE id = :'e2';
SELECT is(pg_temp.tasks(), 'continuity_missing-199, continuity_missing -19, second_move -19',
	'each once, however often a stay is written');
SELECT is(case_id, :'case_a', 'a task about its case') FROM task LIMIT 1;
SELECT is(count(*), 0::bigint, 'nothing of it is queued for the hub') FROM outbox WHERE operation LIKE '%pisode%';

SELECT is(pg_temp.answer(who, :'e3', :'case_a'), '42501', who || ' answers none')
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.answer('anna', :'eb', :'case_a'), '42501', 'nobody of a stay in another case');
SELECT is(pg_temp.answer('boris', :'e3', :'case_b'), '42501', 'nor under another case');
SELECT is(pg_temp.answer('vera', :'e3', :'case_b'), '42501', 'not even who sees both');
SELECT is(pg_temp.answer('anna', :'e3', :'case_a'), '1', 'the holder answers');
SELECT is(pg_temp.tasks(), 'continuity_missing-199, continuity_missing -19 done, second_move -19',
	'and has done the task of that day');
SELECT is(pg_temp.answer('anna', :'e3', :'case_a'), '23505', 'once');
SELECT is(pg_temp.as_user(who, 'SELECT * FROM continuity'), n, format('%s sees %s', who, n))
FROM (VALUES ('anna', '1'), ('vera', '1'), ('boris', '0'), ('dora', '0'), ('emil', '0'), ('nobody', '0')) v(who, n);
SELECT is(pg_temp.as_courier('SELECT lost FROM continuity'), '42501', 'the courier sees none');
SELECT is(pg_temp.as_user('boris', 'UPDATE continuity SET lost = 0'), '0', 'a colleague changes none');
SELECT is(pg_temp.as_user('anna', ask), '42501', 'nobody: ' || ask)
FROM unnest(ARRAY['DELETE FROM continuity', 'UPDATE continuity SET recorded_at = now()']) ask;

SELECT is(path_document(e)->'continuity'->>'stays_total', '2', 'the path shows it') FROM episode e WHERE id = :'e3';
SELECT is(path_document(e) ? 'continuity', false, 'or that it is missing') FROM episode e WHERE id = :'e2';
SELECT is(path_document(e)->>'days', '179', 'and how long a stay was') FROM episode e WHERE id = :'e2';
-- A stay that is corrected takes its tasks along.
UPDATE episode SET start_on = today() - 17 WHERE id = :'e3';
SELECT is(pg_temp.tasks(), 'continuity_missing-199, continuity_missing -19 done, second_move -19 done, second_move -17',
	'a move of another day, of which the question is answered');
UPDATE episode SET start_on = today() - 195 WHERE id = :'e2';
SELECT is(pg_temp.tasks(), 'continuity_missing-199 done, continuity_missing-195, continuity_missing -19 done, '
	|| 'second_move -19 done, second_move -17', 'or is not');
UPDATE episode SET start_on = today() - 199 WHERE id = :'e2';
SELECT is(pg_temp.tasks(), 'continuity_missing-199, continuity_missing-195 done, continuity_missing -19 done, '
	|| 'second_move -19 done, second_move -17', 'and back');
UPDATE episode SET kind = 'education' WHERE id = :'e2';
SELECT is(pg_temp.tasks(), 'continuity_missing-199 done, continuity_missing-195 done, continuity_missing -19 done, '
	|| 'second_move -19 done, second_move -17 done', 'one that is none asks nothing, nor makes a second');
UPDATE task SET done_by = :'anna' WHERE kind = 'continuity_missing' AND done_at IS NOT NULL;
UPDATE episode SET kind = 'social' WHERE id = :'e2';
SELECT is(pg_temp.tasks(), 'continuity_missing-199 done, continuity_missing-195 done, continuity_missing -19 done, '
	|| 'second_move -19 done, second_move -17', 'what a person has done is not asked again');
UPDATE episode SET start_on = today() - 19 WHERE id = :'e3';
-- Two moves on one day are one task, done when both are answered.
INSERT INTO episode (id, case_id, kind, service, start_on, end_on) VALUES
	(:'org', :'case_b', 'education', 's', today() - 900, today() - 5),
	(:'other_org', :'case_b', 'education', 't', today() - 5, NULL),
	(:'feed', :'case_b', 'social', 't', today() - 5, NULL);
SELECT is(pg_temp.answer('boris', :'other_org', :'case_b'), '1', 'one of two moves on a day');
SELECT is(done_at, NULL, 'leaves the task') FROM task WHERE subject = :'case_b' AND kind = 'continuity_missing';
SELECT is(pg_temp.answer('boris', :'feed', :'case_b'), '1', 'the other');
SELECT isnt(done_at, NULL, 'does it') FROM task WHERE subject = :'case_b' AND kind = 'continuity_missing';


-- Twelve months are 365 days, as everywhere: today counts, and the day itself.
DELETE FROM continuity;
DELETE FROM episode;
DELETE FROM task;
SELECT pg_temp.stay(:'e0', 'social', -900, -366) \g /dev/null
SELECT pg_temp.stay(:'e1', 'social', -366, -10) \g /dev/null
SELECT pg_temp.stay(:'e2', 'social', -10, NULL) \g /dev/null
SELECT is(pg_temp.tasks(), 'continuity_missing -10', 'a move 366 days ago is not of these months');
UPDATE episode SET end_on = today() - 365 WHERE id = :'e0';
UPDATE episode SET start_on = today() - 365 WHERE id = :'e1';
SELECT is(pg_temp.tasks(), 'continuity_missing-365, continuity_missing -10, second_move -10',
	'one of 365 is');
DELETE FROM task;
UPDATE episode SET end_on = today() - 364 WHERE id = :'e0';
UPDATE episode SET start_on = today() - 364 WHERE id = :'e1';
SELECT is(pg_temp.tasks(), 'continuity_missing-364, continuity_missing -10, second_move -10',
	'and one of 364');

SELECT * FROM finish();
ROLLBACK;
