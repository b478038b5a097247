-- Meetings: who sees what of them, by consent and by invitation, and what the
-- end of a consent leaves.
BEGIN;
\ir lib/fixture.psql
\ir lib/coordination.psql
SELECT * FROM no_plan();
\set m '00000000-0000-4000-8000-0000000000f1'
\set talk '00000000-0000-4000-8000-0000000000f2'
\set d '00000000-0000-4000-8000-0000000000f3'
\set fani '00000000-0000-4000-8000-0000000000b3'
\set fili '00000000-0000-4000-8000-0000000000b4'

INSERT INTO codelist.meeting_kind VALUES ('case', 'случай', 'case', 1)
ON CONFLICT DO NOTHING;
UPDATE organisation SET sectors = '{SOC}' WHERE id = :'centre';
SELECT pg_temp.new_user(:'fani', 'fani', 'facilitator'),
	pg_temp.new_user(:'fili', 'fili', 'facilitator'),
	pg_temp.consent_names(ARRAY[:'team']::uuid[]),
	pg_temp.consent_names(ARRAY[:'ngo']::uuid[], '{basics,meetings}'),
	pg_temp.new_coordination(:'k', 'understanding') \g /dev/null
SELECT pg_temp.add_members(:'k', ARRAY[:'centre', :'ngo']::uuid[]) \g /dev/null
INSERT INTO meeting (id, coordination_id, region, kind, state, starts_at,
	minutes, place, agenda, recorded_at, facilitators)
VALUES (:'m', :'k', :'team', 'case', 'held', now(), 60, 'Зала 1',
	'{Гласът на детето}', now(), ARRAY[:'fani']::uuid[]);
INSERT INTO meeting (id, region, kind, starts_at, minutes, agenda)
VALUES (:'talk', :'team', 'discussion', now(), 60, '{Тема}');
INSERT INTO meeting_invitation (meeting_id, organisation_id, role, reason)
VALUES (:'m', :'centre', 'подкрепа', 'Познава училището.'),
	(:'m', :'ngo', 'подкрепа', 'Работи с родителите.'),
	(:'talk', :'former', 'опит', 'Имат опит.');
INSERT INTO meeting_attendance (meeting_id, n, organisation_id, role, minutes)
VALUES (:'m', 1, :'school', 'учител', 60), (:'m', 2, :'centre', 'психолог', 60);
INSERT INTO meeting_voice VALUES (:'m', 'child', true, 'Искам да рисувам.', NULL),
	(:'m', 'parents', false, NULL, 'На работа са.');
INSERT INTO meeting_decision (id, meeting_id, coordination_id, organisation_id,
	what, due, how_known) VALUES (:'d', :'m', :'k', :'centre',
	'Групова работа', current_date + 7, 'Записан график');

-- meeting, invitations, attendance, voices, decisions: how many rows.
CREATE FUNCTION pg_temp.counts(who text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(pg_temp.ask(who, 'SELECT FROM ' || t), ' ' ORDER BY n)
	FROM unnest('{meeting,meeting_invitation,meeting_attendance,meeting_voice,
	meeting_decision}'::text[]) WITH ORDINALITY x(t, n)
$$;
CREATE FUNCTION pg_temp.counts_as(who uuid, role text, org uuid)
RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(pg_temp.ask_as(role, 'SELECT FROM ' || t, org, who),
	    ' ' ORDER BY n)
	FROM unnest('{meeting,meeting_invitation,meeting_attendance,meeting_voice,
	meeting_decision}'::text[]) WITH ORDINALITY x(t, n)
$$;

SELECT is(pg_temp.counts(who), n, format('%s sees %s', who, n))
FROM (VALUES ('school', '1 2 2 2 1'), -- holds the case
	('ngo', '1 2 2 2 1'),         -- invited, and given the meetings
	('centre', '1 2 1 0 1'),      -- invited: its own presence and decision
	('former', '1 1 0 0 0'),      -- a discussion without a case
	('other team', '0 0 0 0 0'), ('admin', '0 0 0 0 0'),
	('auditor', '0 0 0 0 0'), ('nobody', '0 0 0 0 0'),
	('sweep', '0 0 0 0 0')) w(who, n);
SELECT is(pg_temp.counts_as(who, role, org), n,
	format('a %s of %s sees %s', role, org, n))
FROM (VALUES (:'ani'::uuid, 'coordinator', :'team'::uuid, '2 3 2 2 1'),
	(:'ani', 'coordinator', :'other_team', '0 0 0 0 0'),
	(:'fani', 'facilitator', NULL, '1 2 2 2 1'),
	(:'fili', 'facilitator', NULL, '0 0 0 0 0'),
	(:'fani', 'expert', :'team', '0 0 0 0 0'),
	(:'fani', 'board', :'team', '0 0 0 0 0'),
	(:'fani', 'family', NULL, '0 0 0 0 0')) w(who, role, org, n);
UPDATE meeting SET coordination_id = NULL, kind = 'discussion'
WHERE id = :'m';
UPDATE meeting SET coordination_id = :'k', kind = 'case', invited =
	array_remove(invited, :'ngo'::uuid) WHERE id = :'m';
SELECT is(pg_temp.ask('ngo', 'SELECT FROM meeting'), '0',
	'who was not invited sees no meeting of its team');
UPDATE coordination SET case_manager = :'ngo' WHERE id = :'k';
SELECT is(pg_temp.counts('ngo'), '1 2 2 2 1', 'who leads the case does');
UPDATE consent_recipient SET categories = '{basics,plan}'
WHERE consent_id = :'consent' AND recipient = :'ngo';
SELECT is(pg_temp.ask('ngo', 'SELECT FROM meeting'), '0',
	'but not whom the consent does not give the meetings');
UPDATE consent_recipient SET categories = '{basics,meetings}'
WHERE consent_id = :'consent' AND recipient = :'ngo';
UPDATE coordination SET case_manager = NULL WHERE id = :'k';
UPDATE meeting SET invited = invited || :'ngo'::uuid WHERE id = :'m';
UPDATE organisation SET status = 'blocked' WHERE id = :'school';
SELECT is(pg_temp.ask('ngo', 'SELECT FROM meeting'), '0',
	'nobody sees a meeting of a blocked holder');
UPDATE organisation SET status = 'active' WHERE id = :'school';

-- Changing.
SELECT is(pg_temp.ask(who, 'UPDATE meeting SET state = state'), '0',
	who || ' changes no meeting')
FROM unnest('{school,centre,ngo,admin,nobody}'::text[]) who;
SELECT is(pg_temp.ask(who, format('INSERT INTO meeting (id, region, kind,
	starts_at, minutes, agenda) VALUES (gen_random_uuid(), %L,
	''discussion'', now(), 60, ''{}'')', :'team')), '42501',
	who || ' convenes none') FROM unnest('{school,centre,admin}'::text[]) who;
SELECT is(pg_temp.ask('elsewhere', format('INSERT INTO
	meeting (id, coordination_id, kind, starts_at, minutes, agenda)
	VALUES (gen_random_uuid(), %L, ''case'', now(), 60, ''{}'')', :'k')),
	'42501', 'nor another region''s coordinator on this case');
SELECT is(pg_temp.ask('school', 'UPDATE meeting_invitation
	SET state = ''accepted'', answered_at = now()'), '0',
	'the holder does not answer for another');
SELECT is(pg_temp.ask(who, format('INSERT INTO meeting_decision (id,
	meeting_id, coordination_id, organisation_id, what, due, how_known) VALUES
	(gen_random_uuid(), %L, %L, %L, ''x'', now(), ''x'')', :'m', :'k',
	:'centre')), '42501', who || ' decides nothing for others')
FROM unnest('{school,centre,ngo}'::text[]) who;
SELECT is(pg_temp.ask('fili', format('INSERT INTO
	meeting_decision (id, meeting_id, coordination_id, organisation_id, what,
	due, how_known) VALUES (gen_random_uuid(), %L, %L, %L, ''x'', now(),
	''x'')', :'m', :'k', :'centre')), '42501',
	'nor a facilitator of another meeting');
SELECT is(pg_temp.ask('ngo', 'UPDATE meeting_decision SET text = text'), '0',
	'nobody reports another''s decision');
SELECT is(pg_temp.ask('centre', 'UPDATE meeting_decision SET what = what'),
	'1', 'one''s own, yes');
SELECT is(pg_temp.ask('school', 'DELETE FROM ' || t), CASE WHEN t IN
	('meeting_invitation', 'meeting_attendance', 'meeting_voice') THEN '0'
	ELSE '42501' END,
	'nothing is deleted from ' || t)
FROM unnest('{meeting,meeting_invitation,meeting_attendance,meeting_voice,
	meeting_decision}'::text[]) t;
SELECT is(pg_temp.ask_as(role, 'DELETE FROM meeting_invitation', org, who),
	'0', format('%s takes no invitation back', role))
FROM (VALUES (:'ani'::uuid, 'coordinator', :'other_team'::uuid),
	(:'fani', 'facilitator', NULL), (:'fani', 'expert', :'team'),
	(:'fani', 'board', :'team'), (:'fani', 'family', NULL))
	w(who, role, org);
SAVEPOINT invited;
DELETE FROM event_queue;
SELECT is(pg_temp.ask_as('coordinator', format('DELETE FROM
	meeting_invitation WHERE meeting_id = %L AND organisation_id = %L', :'m',
	:'ngo'), :'team', :'ani'), '1', 'a coordinator of the region does');
SELECT is(pg_temp.counts('ngo'), '0 0 0 0 0', 'whose it was sees nothing of it');
SELECT is((SELECT array_agg(kind ORDER BY kind) FROM event_queue
	WHERE recipient = :'ngo'), '{decision,meeting}', 'and is told, once');
SELECT ok(:'ngo' <> ALL (invited), 'nor is it among the invited')
FROM meeting WHERE id = :'m';
ROLLBACK TO invited;
SELECT throws_ok(format('INSERT INTO meeting_decision (id, meeting_id,
	organisation_id, what, due, how_known) VALUES (gen_random_uuid(), %L, %L,
	%s)', :'m', :'centre', v), NULL, NULL, 'no decision with ' || v)
FROM unnest(ARRAY['''x'', NULL, ''x''', 'NULL, now(), ''x''',
	'''x'', now(), NULL', ''''', now(), ''x''', '''x'', now(), ''''']) v;

-- The guards.
SELECT is(meeting_met(k), '{attended,voices,decisions}', 'all three are met')
FROM coordination k WHERE id = :'k';
UPDATE meeting_voice SET why_not = NULL WHERE who = 'parents';
SELECT is(meeting_met(k), '{attended,decisions}', 'parents, or why not')
FROM coordination k WHERE id = :'k';
UPDATE meeting_attendance SET organisation_id = :'ngo' WHERE n = 2;
SELECT is(meeting_met(k), '{decisions}', 'two of one sector are one')
FROM coordination k WHERE id = :'k';
UPDATE meeting_attendance SET organisation_id = :'centre' WHERE n = 2;
SELECT ok(meeting_attended(:'k', :'centre', (SELECT starts_at FROM meeting WHERE id = :'m')
	+ interval '1 minute'), 'it was there, on that day');
SELECT ok(NOT meeting_attended(:'k', :'centre', (SELECT starts_at FROM meeting WHERE id = :'m')
	+ interval '1 day'), 'and not since the next');
SELECT ok(NOT meeting_attended(:'k', :'ngo', '-infinity'), 'it was not');
UPDATE coordination SET counted_from = now() + interval '1 second';
SELECT is(meeting_met(k), '{}', 'what was before it began again is past')
FROM coordination k WHERE id = :'k';

-- The consent ends.
INSERT INTO meeting (id, coordination_id, region, kind, starts_at, minutes,
	agenda) VALUES (gen_random_uuid(), :'k', :'team', 'case',
	now() + interval '1 day', 60, '{Дума}');
DELETE FROM event_queue;
UPDATE consent SET state = 'withdrawn', ended_at = now()
WHERE id = :'consent';
SELECT is((SELECT count(*)::int FROM meeting_voice), 0, 'what they said goes');
SELECT is((SELECT array_agg(DISTINCT state ORDER BY state) FROM meeting
	WHERE coordination_id = :'k'), '{cancelled,held}',
	'what was planned is cancelled');
SELECT is((SELECT count(*)::int FROM meeting WHERE coordination_id = :'k'
	AND (agenda <> '{}' OR place IS NOT NULL)), 0, 'no text is left in it');
SELECT is(pg_temp.counts(who), n, format('ended: %s sees %s', who, n))
FROM (VALUES ('school', '2 2 2 0 1'), ('centre', '0 1 1 0 1'),
	('ngo', '0 1 0 0 0')) w(who, n);
SELECT is(pg_temp.counts_as(:'fani', 'facilitator', NULL), '0 0 0 0 0',
	'a facilitator nothing');
SELECT set_config('zaedno.org', :'centre', true),
	set_config('zaedno.role', 'node', true) \g /dev/null
SELECT is(decision_event(:'d') -> 'doc' ->> 'what', 'Групова работа',
	'whom it binds keeps its words');
SELECT set_config('zaedno.org', :'school', true) \g /dev/null
SELECT is(decision_event(:'d') -> 'doc' ->> 'what', NULL,
	'the holder has its date alone');
SELECT is(meeting_event(id) -> 'envelope' ? 'due', due,
	format('a %s meeting is due: %s', state, due))
FROM (VALUES (:'m'::uuid, false), (:'talk', true)) w(id, due)
JOIN meeting USING (id);
SELECT is(decision_event(:'d') -> 'envelope' ? 'due', true,
	'an open decision is due');
UPDATE meeting_decision SET state = 'done', text = 'x', reported_at = now()
WHERE id = :'d';
SELECT is(decision_event(:'d') -> 'envelope' ? 'due', false,
	'a reported one is not');
UPDATE meeting_decision SET state = 'open', text = NULL, reported_at = NULL
WHERE id = :'d';
SELECT is(decision_event(:'d') -> 'doc' ->> 'due',
	to_char(current_date + 7, 'YYYY-MM-DD'), 'and that');
SELECT set_config('zaedno.org', '', true), set_config('zaedno.role', '', true)
	\g /dev/null
SELECT is((SELECT count(DISTINCT o.name)::int FROM event_queue q
	JOIN organisation o ON o.id = q.recipient
	WHERE q.kind = 'decision'), 3, 'each is told');
SELECT * FROM finish();
ROLLBACK;
