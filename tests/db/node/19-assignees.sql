-- Who of us does an action of a shared plan, and when it is too much on one.
BEGIN;
\ir lib/fixture.psql
SELECT plan(27);
\set ours '00000000-0000-4000-8000-0000000000c1'
CREATE FUNCTION pg_temp.action(n int) RETURNS uuid LANGUAGE sql AS $$
	SELECT ('00000000-0000-4000-8000-0000000000d' || n)::uuid
$$;
CREATE FUNCTION pg_temp.tell(n int, of_org text, state text) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO mirror (kind, id, parent, state, feed_id, seq, version, doc)
	VALUES ('action', pg_temp.action(n), '00000000-0000-4000-8000-0000000000c1',
	        state, '00000000-0000-4000-8000-0000000000fe', n, 1,
	        jsonb_build_object('organisation_id', of_org))
	ON CONFLICT (kind, id) DO UPDATE SET state = EXCLUDED.state
$$;
INSERT INTO mirror (kind, id, parent, state, feed_id, seq, version, doc)
VALUES ('coordination', :'ours', :'summary_a', 'planned', :'feed', 1, 1, '{}');
SELECT pg_temp.tell(n, CASE n WHEN 6 THEN :'other_org' ELSE :'org' END, 'open')
FROM generate_series(1, 6) n \g /dev/null

SELECT is(pg_temp.as_user(who, format('INSERT INTO action_assignee
	(action_id, coordination_id, user_id) VALUES (%L, %L, %L)',
	pg_temp.action(1), :'ours', :'boris')), n, format('%s assigns: %s', who, n))
FROM (VALUES ('boris', '42501'), ('dora', '42501'), ('emil', '42501'),
	('nobody', '42501'), ('anna', '1')) w(who, n);
SELECT is(pg_temp.as_user(who, 'SELECT * FROM action_assignee'), n,
	format('%s sees %s', who, n))
FROM (VALUES ('anna', '1'), ('vera', '1'), ('boris', '0'), ('dora', '0'),
	('emil', '0'), ('nobody', '0')) w(who, n);
SELECT is(pg_temp.as_user('anna', 'UPDATE action_assignee SET assigned_by = '''
	|| :'vera' || ''''), '42501', 'in one''s own name');

CREATE FUNCTION pg_temp.open_tasks() RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM task WHERE kind = 'action_load' AND done_at IS NULL
$$;
INSERT INTO action_assignee (action_id, coordination_id, user_id, assigned_by)
SELECT pg_temp.action(n), :'ours', CASE WHEN n < 4 THEN :'boris' ELSE :'anna' END::uuid,
	:'vera' FROM generate_series(2, 5) n;
SELECT is(pg_temp.open_tasks(), 0::bigint, 'three of five are not more than 60 %');
UPDATE action_assignee SET user_id = :'boris' WHERE action_id = pg_temp.action(4);
SELECT is(pg_temp.open_tasks(), 1::bigint, 'four of five are');
UPDATE action_assignee SET user_id = :'boris' WHERE action_id = pg_temp.action(5);
SELECT is(pg_temp.open_tasks(), 1::bigint, 'it is told once');
SELECT is(pg_temp.as_user(who, 'SELECT * FROM task'), n, format('%s hears: %s', who, n))
FROM (VALUES ('vera', '1'), ('anna', '0'), ('boris', '0'), ('dora', '0'),
	('emil', '0')) w(who, n);
SELECT is(pg_temp.as_user('emil', format('UPDATE task SET done_at = now(), done_by = %L',
	:'emil')), '0', 'whose matter it is not does not do it');
SELECT is(coordination_id || ' ' || case_id, :'ours' || ' ' || :'case_a',
	'it says of what coordination and case') FROM task;
UPDATE action_assignee SET user_id = :'anna'
WHERE action_id IN (pg_temp.action(1), pg_temp.action(2));
SELECT is(pg_temp.open_tasks(), 0::bigint, 'shared out, it is settled');
SELECT pg_temp.tell(n, :'org', 'done') FROM generate_series(1, 2) n \g /dev/null
SELECT is(pg_temp.open_tasks(), 1::bigint, 'what is left counts, as the hub tells it');
SELECT pg_temp.tell(3, :'org', 'done') \g /dev/null
SELECT is(pg_temp.open_tasks(), 0::bigint, 'of two nobody has too much');
UPDATE mirror SET doc = NULL, state = 'purged' WHERE id = pg_temp.action(4);
SELECT is((SELECT count(*) FROM action_assignee), 4::bigint, 'what is purged is nobody''s');
SELECT is((SELECT count(*) FROM action_assignee WHERE case_id = :'case_a'), 4::bigint,
	'the rest hangs on the case');

SELECT * FROM finish();
ROLLBACK;
