-- Tasks: each once, seen by whose work it is, done in one's own name.
BEGIN;
\ir lib/fixture.psql
SELECT plan(37);

\set due '2026-12-01T08:00:00Z'
CREATE FUNCTION pg_temp.raise(about text, level int DEFAULT 0, kind text DEFAULT 'consent_renewal')
RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_courier(format('SELECT task_raise(%L, %L, ''2026-12-01T08:00:00Z'', %s)', kind, about, level))
$$;

SELECT is(pg_temp.raise(:'consent_a', 30), '1', 'the courier raises one');
SELECT is(pg_temp.raise(:'consent_a', 30), '1', 'and again');
SELECT is(count(*), 1::bigint, 'which is the same') FROM task;
SELECT is(pg_temp.raise(:'consent_a', 7), '1', 'another level');
SELECT is(pg_temp.raise(:'summary_a', 24, 'erasure_overdue'), '1', 'another kind');
SELECT is(pg_temp.raise(:'org', 0, 'hub_untrusted'), '1', 'and one about no case');
SELECT is(count(*), 4::bigint, 'are four') FROM task;
SELECT is(pg_temp.raise(:'org', 0, 'anything'), '23503', 'a kind is of the list');
SELECT is(array_agg(DISTINCT case_id), ARRAY[:'case_a'::uuid], 'consent and summary name their case')
FROM task WHERE subject IN (:'consent_a', :'summary_a');

SELECT is(pg_temp.as_user(who, 'SELECT * FROM task'), n, format('%s sees %s', who, n))
FROM (VALUES ('anna', '3'), ('boris', '0'), ('vera', '4'), ('dora', '1'), ('emil', '1'), ('nobody', '0')) v(who, n);
SELECT is(pg_temp.as_courier('SELECT * FROM task'), '42501', 'the courier sees none');

SELECT is(pg_temp.as_user('vera', $$SELECT task_raise('consent_renewal', gen_random_uuid(), now(), 0)$$), '42501',
	'the service raises none');
SELECT is(pg_temp.as_user('vera', ask), '42501', 'nor does it ' || ask)
FROM unnest(ARRAY[$$INSERT INTO task (kind, subject, due) VALUES ('family_word', gen_random_uuid(), now())$$,
	'DELETE FROM task', 'UPDATE task SET due = now()']) ask;

CREATE FUNCTION pg_temp.done(who text, by_login text, subject text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('UPDATE task SET done_at = now(), done_by = %L WHERE subject = %L AND level <> 7',
		(SELECT id FROM app_user WHERE login = by_login), subject))
$$;
SELECT is(pg_temp.done('boris', 'boris', :'consent_a'), '0', 'a colleague does not do it');
SELECT is(pg_temp.done('emil', 'emil', :'consent_a'), '0', 'nor the administrator');
SELECT is(pg_temp.done('anna', 'boris', :'consent_a'), '42501', 'nobody in another''s name');
SELECT is(pg_temp.done('anna', 'anna', :'consent_a'), '1', 'who holds the case does');
SELECT is(pg_temp.done('vera', 'vera', :'consent_a'), '0', 'once');
SELECT is(pg_temp.done('dora', 'dora', :'org'), '1', 'the officer does the organisation''s');
SELECT is(pg_temp.raise(:'consent_a', 30), '1', 'what is done');
SELECT is(count(*), 1::bigint, 'is not raised anew') FROM task WHERE subject = :'consent_a' AND done_at IS NULL;

-- What one has written in a matter that is no case of ours is not everybody's.
INSERT INTO shared_change (id, operation, params, kind, document_id, author)
VALUES (:'feed', 'putAction', '{}', 'action', gen_random_uuid(), :'boris');
SELECT is(pg_temp.raise(:'feed', 0, 'change_refused'), '1', 'one change was refused');
SELECT is(pg_temp.as_user(who, $$SELECT * FROM task WHERE kind = 'change_refused'$$), n, format('%s: %s', who, n))
FROM (VALUES ('boris', '1'), ('anna', '0'), ('vera', '1'), ('dora', '0'), ('emil', '0')) v(who, n);
SELECT is(pg_temp.done('dora', 'dora', :'feed'), '0', 'nor does the officer do it');
DELETE FROM task WHERE kind = 'change_refused';

UPDATE case_file SET content = '' WHERE id = :'case_a';
SELECT is(pg_temp.raise(:'consent_a', 1), '1', 'an erased case');
SELECT is((SELECT count(*) FROM task), 4::bigint, 'takes none, in silence');

SELECT * FROM finish();
ROLLBACK;
