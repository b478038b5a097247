-- Questions to experts: who sees and changes what, that no case is in them, and
-- what they mean for a coordination.
BEGIN;
\ir lib/fixture.psql
\ir lib/coordination.psql
SELECT no_plan();
\set expert '00000000-0000-4000-8000-0000000000b3'
\set second '00000000-0000-4000-8000-0000000000b4'
\set national '00000000-0000-4000-8000-0000000000b5'
\set method '00000000-0000-4000-8000-0000000000f1'
\set escalated '00000000-0000-4000-8000-0000000000f2'

SELECT pg_temp.new_user(:'expert', 'e1', 'expert', level => 'regional'),
	pg_temp.new_user(:'second', 'e2', 'expert', level => 'regional'),
	pg_temp.new_user(:'national', 'e3', 'expert', level => 'national'),
	pg_temp.new_coordination(:'k', 'in_action') \g /dev/null
SELECT pg_temp.add_members(:'k', ARRAY[:'centre']::uuid[], 'invited') \g /dev/null
INSERT INTO question (id, kind, asker, asked_by, region, level, text, due,
	deadline_set)
VALUES (:'method', 'method', :'school', NULL, :'team', 'regional', 'Как?',
	    now() + interval '1 day', 1),
	(:'escalated', 'escalated', :'team', :'ani', :'team', 'regional',
	    'Какво да опитаме?', now() + interval '1 day', 1);
INSERT INTO question_link VALUES (:'escalated', :'k');

-- Seeing.
SELECT is(pg_temp.ask(who, 'SELECT FROM question'), n,
	format('%s sees %s questions', who, n))
FROM (VALUES ('school', '1'), ('centre', '0'), ('team', '0'), ('ani', '2'),
	('elsewhere', '0'), ('e1', '2'), ('e2', '2'), ('e3', '0'),
	('board', '0'), ('facilitator', '0'), ('family', '0'),
	('admin-of-test', '0')) w(who, n);
SELECT is(pg_temp.ask(who, 'SELECT FROM question_link'), n,
	format('%s sees %s links', who, n))
FROM (VALUES ('ani', '1'), ('elsewhere', '0'), ('school', '0'),
	('centre', '0'), ('team', '0'), ('e1', '0'), ('e3', '0'),
	('admin-of-test', '0'), ('board', '0')) w(who, n);

-- Asking.
SELECT is(pg_temp.ask(who, format('INSERT INTO question (id, kind, asker,
	asked_by, region, level, text, due, deadline_set) VALUES (
	gen_random_uuid(), %L, %L, %L, %L, ''regional'', ''x'', now(), 1)', kind,
	asker, asked_by, :'team')), n, format('%s asks as %s: %s', who, what, n))
FROM (VALUES ('school', 'itself', 'method', :'school', NULL, '1'),
	('school', 'another', 'method', :'centre', NULL, '42501'),
	('school', 'a coordinator', 'method', :'school', :'ani', '42501'),
	('school', 'one who escalates', 'escalated', :'school', NULL, '23514'),
	('ani', 'herself', 'method', :'team', :'ani', '1'),
	('ani', 'her team''s node', 'method', :'team', NULL, '42501'),
	('ani', 'the school', 'method', :'school', NULL, '42501'),
	('elsewhere', 'another team', 'method', :'team', :'ani', '42501'),
	('e1', 'an expert', 'method', :'team', NULL, '42501'),
	('board', 'the board', 'method', :'team', NULL, '42501'))
	w(who, what, kind, asker, asked_by, n);
SELECT is(pg_temp.ask(who, format('INSERT INTO question_link
	VALUES (%L, %L)', :'method', :'k')), '42501',
	who || ' ties no question of method to a coordination')
FROM unnest(ARRAY['ani', 'elsewhere', 'school', 'e1']) who;

-- Changing: each its own part.
SELECT is(pg_temp.ask(who, format('UPDATE question SET %s WHERE id = %L',
	change, :'method')), n, format('%s: %s: %s', who, change, n))
FROM (VALUES ('school', 'text = ''y''', '1'), ('centre', 'text = ''y''', '0'),
	('ani', 'text = ''z''', '42501'), ('e1', 'text = ''z''', '42501'),
	('school', 'answer = ''z''', '42501'), ('ani', 'answer = ''z''', '42501'),
	('school', 'region = asker', '42501'),
	('ani', format('expert = %L', :'expert'), '1'),
	('e2', 'version = version', '0'),
	('e1', 'answer = ''да'', answered_at = now(), state = ''answered''', '1'),
	('school', 'text = ''y2''', '42501'),
	('ani', 'expert = NULL', '42501'),
	('ani', 'why = ''z'', decided_at = now(), state = ''adopted''', '42501'),
	('e1', 'why = ''z'', decided_at = now(), state = ''adopted''', '42501'),
	('school', 'why = ''z'', decided_at = now(), state = ''adopted''', '1'),
	('e1', 'answer = ''не''', '42501'),
	('school', 'why = ''друго''', '42501')) w(who, change, n);
SELECT is(pg_temp.ask('e2', format('SELECT FROM question WHERE id = %L',
	:'method')), '0',
	'what was given to another an expert sees no longer');
SELECT is(pg_temp.ask('ani', 'DELETE FROM question'), '42501',
	'nothing is deleted');

-- What is told to whom.
SELECT set_config('zaedno.role', 'expert', true);
SELECT ok(NOT question_json(q) ?| ARRAY['asker', 'region', 'coordination_id'],
	'an expert is not told whose it is')
FROM question q WHERE q.id = :'escalated';
SELECT set_config('zaedno.role', 'node', true);
SELECT ok(NOT question_json(q) ?| ARRAY['expert', 'coordination_id'],
	'nor an organisation who answers')
FROM question q WHERE q.id = :'escalated';
SELECT set_config('zaedno.role', '', true);
SELECT ok(strpos(to_jsonb(q)::text, :'k') = 0
	AND strpos(to_jsonb(q)::text, k.case_pseudonym::text) = 0,
	'no case and no coordination is in the row')
FROM question q, coordination k WHERE q.id = :'escalated';

-- The guards.
CREATE FUNCTION pg_temp.met() RETURNS text LANGUAGE sql AS
$$ SELECT array_to_string(question_met(k), ',') FROM coordination k $$;
SELECT is(pg_temp.met(), 'question', 'one that waits lets it be escalated');
INSERT INTO coordination_step (coordination_id, step, from_state, to_state,
	role, by_org, at)
VALUES (:'k', 'escalate', 'in_action', 'escalated', 'coordinator', :'team',
	now() - interval '1 hour');
CREATE FUNCTION pg_temp.settle(which uuid, at timestamptz) RETURNS void
LANGUAGE sql AS $$
	ALTER TABLE question DISABLE TRIGGER question_kept;
	UPDATE question SET state = 'adopted', answer = 'x', answered_at = now(),
	    expert = '00000000-0000-4000-8000-0000000000b3', why = 'y',
	    decided_at = at WHERE id = which;
	ALTER TABLE question ENABLE TRIGGER question_kept;
$$;
SELECT pg_temp.settle(:'escalated', now() - interval '2 hours');
SELECT is(pg_temp.met(), '', 'one of before counts for nothing');
SELECT pg_temp.settle(:'escalated', now());
SELECT is(pg_temp.met(), 'reply', 'one decided on since is the reply');
INSERT INTO question (id, kind, asker, asked_by, region, level, text, due,
	deadline_set)
VALUES ('00000000-0000-4000-8000-0000000000f3', 'escalated', :'team', :'ani',
	:'team', 'regional', 'И още?', now(), 1);
INSERT INTO question_link
VALUES ('00000000-0000-4000-8000-0000000000f3', :'k');
SELECT is(pg_temp.met(), 'question', 'unless another waits');

-- The coordination goes, the question stays without it.
DELETE FROM coordination_step;
DELETE FROM coordination_member;
DELETE FROM coordination;
SELECT is((SELECT count(*) FROM question_link), 0::bigint, 'no link is left');
SELECT isnt((SELECT count(*) FROM question WHERE kind = 'escalated'), 0::bigint,
	'the question without a case is');

-- A year after it was decided on, answered or due, it goes; the escalated one
-- not before its coordination.
DELETE FROM question;
DELETE FROM event_queue;
SELECT pg_temp.new_coordination(:'k', 'in_action') \g /dev/null
INSERT INTO question (id, kind, asker, asked_by, region, level, text, due,
	deadline_set, state, expert, answer, answered_at, why, decided_at)
SELECT gen_random_uuid(), 'method', :'school', NULL, :'team', 'regional', name,
	now() - due, 1, state, CASE WHEN answered IS NOT NULL
	    THEN :'expert'::uuid END, CASE WHEN answered IS NOT NULL THEN 'x' END,
	now() - answered, CASE WHEN decided IS NOT NULL THEN 'y' END,
	now() - decided
FROM (VALUES ('decided, old', 'adopted', 800, 700, 366),
	('decided, young', 'not_adopted', 800, 700, 364),
	('answered, old', 'answered', 800, 366, NULL),
	('answered, young', 'answered', 800, 364, NULL),
	('open, old', 'open', 366, NULL, NULL),
	('open, young', 'open', 364, NULL, NULL)) x(name, state, d, a, e),
	LATERAL (SELECT make_interval(days => d) AS due,
	    make_interval(days => a) AS answered,
	    make_interval(days => e) AS decided) y;
INSERT INTO question (id, kind, asker, asked_by, region, level, text, due,
	deadline_set)
VALUES (:'escalated', 'escalated', :'team', :'ani', :'team', 'regional',
	'escalated, old', now() - interval '366 days', 1);
INSERT INTO question_link VALUES (:'escalated', :'k');
SELECT is((retention_run() ->> 'question')::int, 3, 'three have had their time');
SELECT is((SELECT array_agg(text ORDER BY text) FROM question),
	ARRAY['answered, young', 'decided, young', 'escalated, old',
	'open, young'], 'the others stay, and whose coordination is there');
SELECT is((SELECT array_agg(DISTINCT recipient || ' ' || kind || ' ' || op)
	FROM event_queue), ARRAY[:'school' || ' question purge'],
	'who asked is told');
DELETE FROM coordination;
SELECT is((retention_run() ->> 'question')::int, 1, 'which then goes as well');
SELECT is((SELECT count(*)::int FROM event_queue), 3,
	'of what a coordinator asked no node is told');

SELECT throws_ok(format('UPDATE app_user SET level = %L WHERE login = %L', l,
	who), '23514', NULL, who || ' has no level ' || coalesce(l, 'at all'))
FROM (VALUES ('ani', 'regional'), ('e1', NULL), ('e1', 'galactic')) w(who, l);

SELECT * FROM finish();
ROLLBACK;
