-- What arrives of shared work waits to be looked through: of a case here, by the
-- service alone, each telling of it once.
BEGIN;
\ir lib/fixture.psql
SELECT * FROM no_plan();
\ir lib/entrusted.psql
\set other '00000000-0000-4000-8000-000000000702'
INSERT INTO mirror (kind, id, parent, state, feed_id, seq, version, doc) VALUES
	('coordination', :'other', NULL, 'in_action', :'feed', 3, 1,
	 pg_temp.received_doc(now() + interval '9 days')),
	('action', :'act', :'k', 'open', :'feed', 4, 1, '{"what": "x"}');
CREATE FUNCTION pg_temp.waits() RETURNS text LANGUAGE sql AS $$
	SELECT set_config('zaedno.user', '', true);
	SELECT string_agg(kind || ' ' || seq, ', ' ORDER BY seq) FROM arrivals(20)
$$;
CREATE FUNCTION pg_temp.seen(seq bigint, named boolean) RETURNS void LANGUAGE sql AS $$
	SELECT set_config('zaedno.user', '', true);
	SELECT arrival_seen('action', '00000000-0000-4000-8000-000000000704', seq, named)
$$;

SELECT is((SELECT count(*) FROM arrival), 3::bigint, 'what is told of shared work waits');
SELECT is(pg_temp.waits(), 'coordination 2, action 4', 'of a case here');
SELECT is((SELECT count(*) FROM arrival), 2::bigint, 'and nothing else');
SELECT ok(bool_and(person_id IS NOT NULL AND sealed IS NOT NULL), 'with whose names are looked for')
FROM arrivals(20);
SELECT is(pg_temp.as_user('boris', 'SELECT * FROM arrivals(20)'), '0', 'nobody asks');
SELECT is(pg_temp.as_user('boris', format('SELECT arrival_seen(''action'', %L, 4, true)', :'act')), '1',
	'nor says that it was seen');
SELECT is(pg_temp.as_user('boris', 'SELECT * FROM arrival'), '42501', 'nor sees the list');
SELECT is(pg_temp.waits(), 'coordination 2, action 4', 'it still waits');

SELECT pg_temp.seen(3, true) \g /dev/null
SELECT is((SELECT count(*) FROM task), 0::bigint, 'what was told anew meanwhile waits');
SELECT pg_temp.seen(4, true), pg_temp.seen(4, true) \g /dev/null
SELECT is((SELECT string_agg(kind || ' ' || (case_id = :'case_b') || ' ' || (coordination_id = :'k'), ', ')
	FROM task), 'name_in_shared true true', 'a name is one task, of the case and its shared work');
SELECT is(pg_temp.as_user(who, 'SELECT * FROM task'), n, format('%s sees %s', who, n))
FROM (VALUES ('boris', '1'), ('anna', '0'), ('vera', '1'), ('dora', '0'), ('emil', '0')) w(who, n);
UPDATE mirror SET doc = '{"what": "y"}', seq = 5 WHERE id = :'act';
SELECT is(pg_temp.waits(), 'coordination 2, action 5', 'a change waits again');
SELECT pg_temp.seen(5, true) \g /dev/null
SELECT is((SELECT count(*) FROM task), 1::bigint, 'and is no second task');
UPDATE mirror SET doc = '{"what": "z"}', seq = 6 WHERE id = :'act';
SELECT pg_temp.seen(6, false) \g /dev/null
SELECT is((SELECT count(*) FROM task WHERE done_at IS NULL), 0::bigint, 'without the name it is done');
UPDATE mirror SET doc = '{"what": "y"}', seq = 7 WHERE id = :'act';
SELECT pg_temp.seen(7, true) \g /dev/null
SELECT is((SELECT count(*) FROM task WHERE done_at IS NULL), 1::bigint, 'and with it again is another');
UPDATE mirror SET doc = NULL, seq = 8 WHERE id = :'act';
SELECT is(pg_temp.waits(), 'coordination 2', 'what is purged is not waited for');

SELECT * FROM finish();
ROLLBACK;
