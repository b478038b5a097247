-- Reminders: at their time, to whom they belong, each once, settled by
-- themselves.
BEGIN;
\ir lib/fixture.psql
\ir lib/coordination.psql
SELECT * FROM no_plan();

SELECT pg_temp.consent_names(ARRAY[:'team', :'ngo']::uuid[]),
	pg_temp.new_coordination(:'k', 'requested', 'screening',
	    now() + interval '9 days') \g /dev/null

-- Kind, level and to whom of what stands, and how often the sweep has moved
-- anything.
CREATE FUNCTION pg_temp.stands() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	n := reminder_sweep();
	IF reminder_sweep() <> 0 THEN
		RETURN 'not once';
	END IF;
	RETURN (SELECT string_agg(r.kind || ' ' || r.level || ' ' || o.name, ', '
	    ORDER BY r.kind, r.level, o.name)
	    FROM reminder r JOIN organisation o ON o.id = r.recipient
	    WHERE r.settled_at IS NULL);
END $$;
CREATE FUNCTION pg_temp.due(at timestamptz) RETURNS void LANGUAGE sql AS $$
	UPDATE coordination SET due = at
$$;
CREATE FUNCTION pg_temp.sofia(at text) RETURNS timestamptz LANGUAGE sql AS $$
	SELECT at::timestamp AT TIME ZONE 'Europe/Sofia'
$$;

-- Days.
SELECT is(reminder_at(pg_temp.sofia('2026-11-28 00:00'), level), pg_temp.sofia(at),
	format('due on a Friday: level %s at %s', level, at))
FROM (VALUES (0, '2026-11-27 00:00'), (3, '2026-12-03 00:00'),
	(7, '2026-12-09 00:00')) w(level, at);
SELECT is(reminder_at(pg_temp.sofia('2026-11-27 14:00'), 0),
	pg_temp.sofia('2026-11-27 00:00'), 'at an hour of it too');
SELECT is(reminder_at(pg_temp.sofia('2026-11-29 00:00'), 0),
	pg_temp.sofia('2026-11-28 00:00'), 'due on a Saturday: on that day');
UPDATE deadline_set SET state = 'superseded';
INSERT INTO deadline_set (id, number, state, note, adopted_at, decided_on,
	decision, adopted_by, deadlines)
SELECT gen_random_uuid(), 2, 'adopted', 'x', now(), current_date, 'x', :'admin',
	deadlines || '{"reminder_owner": {"working_days": 1},
	    "reminder_supervisor": {"calendar_days": 5}}'
FROM deadline_set WHERE number = 1;
SELECT is(reminder_at(pg_temp.sofia('2026-11-28 00:00'), level), pg_temp.sofia(at),
	format('as the board sets it: level %s at %s', level, at))
FROM (VALUES (0, '2026-11-30 00:00'), (3, '2026-12-03 00:00')) w(level, at);
UPDATE deadline_set SET state = 'superseded' WHERE number = 2;
DELETE FROM deadline_set WHERE number = 2;
ALTER TABLE deadline_set DISABLE TRIGGER deadline_set_kept;
UPDATE deadline_set SET state = 'adopted' WHERE number = 1;
ALTER TABLE deadline_set ENABLE TRIGGER deadline_set_kept;

-- A state's deadline.
SELECT is(pg_temp.stands(), NULL, 'nothing is due');
SELECT pg_temp.due(reminder_day(now()) + interval '1 day') \g /dev/null
SELECT is(pg_temp.stands(), 'deadline 0 team', 'on the day: to the coordinators');
SELECT pg_temp.due(now() - interval '20 days') \g /dev/null
SELECT is(pg_temp.stands(), 'deadline 0 team, deadline 7 team', 'late: once more');
UPDATE coordination SET state = 'understanding', deadline = 'meeting',
	case_manager = :'school', version = version + 1;
SELECT is(pg_temp.stands(), 'deadline 0 school, deadline 0 team, '
	'deadline 3 school, deadline 7 team', 'the team''s work: to who leads it');
SELECT is((SELECT count(*) FROM reminder), 5::bigint, 'another day was another reminder');
UPDATE coordination SET state = 'in_action', deadline = 'next_review';
SELECT is(pg_temp.stands(), 'review 0 school, review 0 team, review 3 school, '
	'review 7 team', 'a review');
UPDATE coordination SET case_manager = NULL;
SELECT is(pg_temp.stands(), 'review 0 team, review 7 team',
	'who leads no longer is not reminded');
UPDATE coordination SET case_manager = :'school';
SELECT is(pg_temp.stands(), 'review 0 team, review 7 team',
	'and what was told once is not told again');
UPDATE coordination SET due = 'infinity', deadline = NULL;
SELECT is(pg_temp.stands(), NULL, 'what is settled goes');

-- Invitations, and nothing that moves.
SELECT pg_temp.add_members(:'k', ARRAY[:'centre']::uuid[], 'invited',
	    now() + interval '2 days'),
	pg_temp.add_members(:'k', ARRAY[:'ngo']::uuid[], 'invited',
	    now() - interval '20 days') \g /dev/null
SELECT is(pg_temp.stands(), 'invitation 0 ngo, invitation 3 ngo, '
	'invitation 7 team', 'an invitation that nobody answers');
SELECT is(pg_temp.ask(who, 'SELECT FROM reminder WHERE settled_at IS NULL'), n,
	format('%s sees %s', who, n))
FROM (VALUES ('ngo', '2'), ('centre', '0'), ('school', '0'), ('team', '0'),
	('former', '0'), ('admin', '0'), ('auditor', '0'), ('nobody', '0'),
	('coordinator', '0')) w(who, n);
CREATE TEMP TABLE told AS SELECT r.id, o.name FROM reminder r
	JOIN organisation o ON o.id = r.recipient
	WHERE r.kind = 'invitation' AND r.level = 3;
SELECT is(pg_temp.ask(who, format('SELECT WHERE part_event(''reminder'', %L)
	IS NOT NULL', (SELECT id FROM told))), n, format('the feed gives %s %s', who, n))
FROM (VALUES ('ngo', '1'), ('centre', '0'), ('team', '0'), ('school', '0')) w(who, n);
SELECT is((SELECT array_agg(DISTINCT o.name) FROM event_queue q
	JOIN organisation o ON o.id = q.recipient WHERE q.kind = 'reminder'),
	'{ngo,school}', 'those of the region have no event');
DELETE FROM event_queue;
UPDATE coordination_member SET state = 'accepted', answered_at = now()
WHERE organisation_id = :'ngo';
SELECT is(pg_temp.stands(), NULL, 'the answer settles it');
SELECT is((SELECT count(*) FROM event_queue WHERE kind = 'reminder'), 2::bigint,
	'and its mirror is told');
SELECT is(pg_temp.ask('ngo', format('SELECT WHERE part_event(''reminder'', %L)
	IS NOT NULL', (SELECT id FROM told))), '0', 'a purge');
UPDATE coordination SET entered_at = now() - interval '31 days';
INSERT INTO coordination_step (coordination_id, step, from_state, to_state,
	role, at) VALUES (:'k', 'start', 'planned', 'in_action', 'coordinator',
	now() - interval '29 days');
UPDATE reminder_run SET idle_at = '-infinity';
SELECT is(pg_temp.stands(), NULL, 'a step of 29 days ago is a move');
UPDATE coordination_step SET at = now() - interval '31 days';
SELECT is(pg_temp.stands(), NULL, 'where nothing moves is looked for once an hour');
UPDATE reminder_run SET idle_at = now() - interval '1 hour';
SELECT is(pg_temp.stands(), 'inactivity 7 team', '30 days without any');
SELECT is(pg_temp.stands(), 'inactivity 7 team', 'stands until the next look');
INSERT INTO review (id, coordination_id, result, by_org)
VALUES (gen_random_uuid(), :'k', 'continue', :'team');
UPDATE reminder_run SET idle_at = '-infinity';
SELECT is(pg_temp.stands(), NULL, 'a review is a move');

-- Actions and decisions.
\set act '00000000-0000-4000-8000-0000000000f3'
\set meet '00000000-0000-4000-8000-0000000000f4'
INSERT INTO plan (id) VALUES (:'k') ON CONFLICT DO NOTHING;
INSERT INTO action (id, coordination_id, organisation_id, what, due, evidence_wanted)
VALUES (:'act', :'k', :'centre', 'x', now() - interval '20 days', 'x');
INSERT INTO action_progress (action_id, coordination_id, organisation_id, state)
VALUES (:'act', :'k', :'centre', 'open')
ON CONFLICT (action_id) DO UPDATE SET state = 'open';
SELECT is(pg_temp.stands(), 'action 0 centre, action 3 centre, action 7 team',
	'an action: its owner, the supervisor, the coordinators');
UPDATE action_progress SET state = 'done', evidence = 'x', reported_at = now();
SELECT is(pg_temp.stands(), NULL, 'its report settles it');
SELECT pg_temp.held_meeting(:'meet', :'k') \g /dev/null
INSERT INTO meeting_decision (id, meeting_id, coordination_id, organisation_id, what, due,
	how_known)
VALUES (gen_random_uuid(), :'meet', :'k', :'ngo', 'x', current_date - 20, 'x');
SELECT is(pg_temp.stands(), 'decision 0 ngo, decision 3 ngo, decision 7 team',
	'a decision, as it is written');
UPDATE meeting_decision SET state = 'done', text = 'x', reported_at = now();
SELECT is(pg_temp.stands(), NULL, 'and done');
UPDATE action_progress SET state = 'open', evidence = NULL, reported_at = NULL;
SELECT is(pg_temp.stands(), NULL, 'what was told of the same day is not told again');

-- What has no case: a decision of a supervision, a question of method.
\set free '00000000-0000-4000-8000-0000000000f5'
INSERT INTO meeting (id, region, kind, supervision_kind, state, starts_at, minutes, place,
	agenda, recorded_at)
VALUES (:'free', :'team', 'supervision', 'group', 'held', now(), 60, 'x', '{}', now());
INSERT INTO meeting_invitation (meeting_id, organisation_id, role) VALUES (:'free', :'ngo', 'x');
INSERT INTO meeting_decision (id, meeting_id, organisation_id, what, due, how_known)
VALUES (gen_random_uuid(), :'free', :'ngo', 'x', current_date - 20, 'x');
SELECT is(pg_temp.stands(), 'decision 0 ngo, decision 3 ngo, decision 7 team',
	'a decision without a case');
SELECT is(pg_temp.ask('ngo', format('SELECT WHERE part_event(''reminder'', %L) #>> ''{doc,kind}''
	= ''decision''', r.id)), '1', 'is told by the feed') FROM reminder r
WHERE r.coordination_id IS NULL AND level = 3;
DELETE FROM event_queue;
SELECT is(requeue_reminders(:'ngo', 'suspended') + requeue_meetings(:'ngo', 'suspended'), 0::bigint,
	'who is suspended is told nothing again');
UPDATE organisation SET status = 'suspended' WHERE id = :'ngo';
DELETE FROM event_queue;
SELECT is(requeue_reminders(:'ngo', 'active') + requeue_meetings(:'ngo', 'active'), 4::bigint,
	'whose suspension ends is told again what has no case');
SELECT is((SELECT string_agg(DISTINCT kind, ' ' ORDER BY kind) FROM event_queue
	WHERE recipient = :'ngo'), 'decision meeting reminder', 'of each kind');
UPDATE organisation SET status = 'active' WHERE id = :'ngo';
UPDATE meeting_decision SET state = 'done', text = 'x', reported_at = now()
WHERE meeting_id = :'free';
INSERT INTO question (id, kind, asker, region, level, text, due, deadline_set)
VALUES (gen_random_uuid(), 'method', :'ngo', :'team', 'regional', 'x', now() - interval '20 days', 1);
SELECT is(pg_temp.stands(), 'question 0 team, question 7 team',
	'a question of method that nobody answers: the coordinators');
ALTER TABLE question DISABLE TRIGGER question_kept;
UPDATE question SET state = 'answered', expert = :'admin', answer = 'x', answered_at = now();
SELECT is(pg_temp.stands(), NULL, 'its answer settles it');

-- The consent ends.
UPDATE coordination_member SET state = 'invited', answered_at = NULL,
	due = now() - interval '2 minutes' WHERE organisation_id = :'ngo';
SELECT is(pg_temp.stands(), 'invitation 0 ngo', 'one that stands');
DELETE FROM event_queue;
UPDATE consent SET state = 'withdrawn', ended_at = now() WHERE id = :'consent';
SELECT is((SELECT count(*) FROM reminder WHERE settled_at IS NULL), 0::bigint,
	'is settled by the end of the consent itself');
SELECT is((SELECT count(*) FROM event_queue WHERE kind = 'reminder'), 1::bigint,
	'which its recipient is told');
SELECT is(pg_temp.stands(), NULL, 'nobody is reminded of what is suspended');

SELECT is(pg_temp.ask('school', 'SELECT WHERE reminder_sweep() > 0'), '0',
	'who asks for the sweep raises nothing by it');
SELECT is(pg_temp.ask(who, ask), '42501', who || ' does not: ' || ask)
FROM unnest('{school,admin}'::text[]) who, unnest(ARRAY['DELETE FROM reminder',
	'UPDATE reminder SET settled_at = now()', 'SELECT reminder_now(true)',
	'SELECT FROM reminder_run', format('INSERT INTO reminder (kind, subject,
	coordination_id, recipient, to_region, due, level) VALUES (''action'', %L, %L,
	%L, false, now(), 0)', :'k', :'k', :'ngo')]) ask;

SELECT * FROM finish();
ROLLBACK;
