-- Coordinations: who sees and changes what, what the end of a consent leaves,
-- and that no statement can forget it.
BEGIN;
\ir lib/fixture.psql
\ir lib/coordination.psql
SELECT plan(83);
\set boyan '00000000-0000-4000-8000-0000000000b3'

SELECT pg_temp.new_user(:'boyan', 'boyan', 'coordinator', :'team'),
	pg_temp.consent_names(ARRAY[:'team']::uuid[]) \g /dev/null
SELECT pg_temp.new_coordination(:'k', 'team_forming', 'meeting',
	now() + interval '1 day') \g /dev/null
UPDATE coordination SET family_view = 'Казаното от семейството.';
INSERT INTO coordination_step (coordination_id, step, from_state, to_state,
	role, reason) VALUES (:'k', 'accept', 'requested', 'team_forming',
	'coordinator', 'Дума от случая.');
SELECT pg_temp.add_members(:'k', ARRAY[:'centre']::uuid[], 'invited') \g /dev/null

-- Seeing.
SELECT is((SELECT team FROM coordination), ARRAY[:'centre']::uuid[],
	'an invitation puts the organisation in the team');
SELECT is(pg_temp.ask(who, 'SELECT FROM coordination'), n,
	format('%s sees %s', who, n))
FROM (VALUES ('school', '1'), ('centre', '1'), ('former', '0'), ('ngo', '0'),
	('other team', '0'), ('admin', '0'), ('auditor', '0'), ('nobody', '0'),
	('sweep', '0')) w(who, n);
SELECT is(pg_temp.ask_as(role, 'SELECT FROM coordination', org, :'ani'), n,
	format('a %s of %s sees %s', role, org, n))
FROM (VALUES ('coordinator', :'team'::uuid, '1'), ('coordinator', :'other_team',
	'0'), ('coordinator', NULL, '0'), ('facilitator', :'team', '0'),
	('expert', :'team', '0'), ('board', :'team', '0')) w(role, org, n);
SELECT is(pg_temp.ask(who, t), n, format('%s: %s %s', who, n, t))
FROM (VALUES ('school', '1'), ('centre', '1'), ('ngo', '0'), ('admin', '0'))
	w(who, n), unnest(ARRAY['SELECT FROM coordination_member',
	'SELECT FROM coordination_step']) t;
SELECT is(pg_temp.ask('school', 'SELECT FROM coordination_assignment'), '0',
	'who of the team has it is the team''s');
SELECT is(pg_temp.ask('school', 'SELECT FROM coordinator_absence'), '0',
	'and who of them is away');

-- Changing.
SELECT is(pg_temp.ask(who, 'UPDATE coordination SET state = state'), n,
	format('%s changes %s', who, n))
FROM (VALUES ('school', '1'), ('ngo', '0'), ('former', '0'), ('admin', '0'),
	('nobody', '0')) w(who, n);
SELECT is(pg_temp.ask('school', 'UPDATE coordination SET holder = region'),
	'42501', 'the holder stays');
SELECT is(pg_temp.ask('school', 'UPDATE coordination SET team = ''{}'''),
	'42501', 'the team is the trigger''s');
SELECT is(pg_temp.ask('ngo', format('INSERT INTO coordination (id, holder,
	region, consent_id, summary_id, case_pseudonym, urgency, help_wanted,
	until) SELECT gen_random_uuid(), %L, %L, %L, %L, gen_random_uuid(),
	''soon'', ''meeting'', now()', :'school', :'team', :'consent',
	:'summary')), '42501', 'nobody asks in another''s name');
SELECT is(pg_temp.ask('ngo', format('INSERT INTO coordination (id, holder,
	region, consent_id, summary_id, case_pseudonym, urgency, help_wanted,
	until) SELECT gen_random_uuid(), %L, %L, %L, %L, gen_random_uuid(),
	''soon'', ''meeting'', now()', :'ngo', :'team', :'consent',
	:'summary')), '23503', 'nor under another''s consent');
SELECT is(pg_temp.ask(who, format('INSERT INTO coordination_member
	(coordination_id, organisation_id, role, due)
	VALUES (%L, %L, ''x'', now())', :'k', :'ngo')), '42501',
	who || ' invites nobody')
FROM unnest('{school,centre,ngo,team}'::text[]) who;
SELECT is(pg_temp.ask('elsewhere', format('INSERT INTO
	coordination_member (coordination_id, organisation_id, role, due)
	VALUES (%L, %L, ''x'', now())', :'k', :'ngo')), '42501',
	'nor another region''s coordinator');
SELECT is(pg_temp.ask('school', 'UPDATE coordination_member
	SET state = ''accepted'', answered_at = now()'), '0',
	'the holder does not answer for another');
SELECT is(pg_temp.ask('centre', format('INSERT INTO coordination_step
	(coordination_id, step, from_state, to_state, role, by_org) VALUES
	(%L, ''close'', ''met'', ''closed'', ''member'', %L)', :'k',
	:'school')), '42501', 'no history in another''s name');
SELECT is(pg_temp.ask('school', 'UPDATE coordination_step SET role = role'),
	'42501', 'the history is not changed');
SELECT is(pg_temp.ask('school', 'DELETE FROM ' || t), '42501',
	'nor is anything deleted from ' || t)
FROM unnest('{coordination,coordination_member,coordination_step,
	coordination_assignment,coordinator_absence}'::text[]) t;
SELECT is(pg_temp.ask('ani', format('INSERT INTO
	coordination_assignment VALUES (%L, %L, now(), %L)', :'k', :'boyan',
	:'boyan')), '42501', 'an assignment says who gave it');
SELECT throws_ok(format('UPDATE coordination SET state = ''suspended''
	WHERE id = %L', :'k'), '23514', NULL,
	'what is suspended knows what it was');
SELECT is(pg_temp.ask('school', format('SELECT coordination_suspend(%L)',
	:'consent')), '42501', 'a suspension is the consent''s, nobody else''s');

SELECT throws_ok(format('INSERT INTO coordination (id, holder, region,
	consent_id, summary_id, case_pseudonym, state, urgency, help_wanted, until)
	SELECT gen_random_uuid(), holder, region, consent_id, summary_id,
	case_pseudonym, ''reviewed'', urgency, help_wanted, until
	FROM coordination WHERE id = %L', :'k'), '23P01', NULL,
	'one case has one coordination under way');
SELECT lives_ok(format('INSERT INTO coordination (id, holder, region,
	consent_id, summary_id, case_pseudonym, state, urgency, help_wanted, until)
	SELECT %L, holder, region, consent_id, summary_id,
	case_pseudonym, ''advised'', urgency, help_wanted, until
	FROM coordination WHERE id = %L; DELETE FROM coordination WHERE id = %L',
	:'pseudonym', :'k', :'pseudonym'), 'and of ended ones any number');

-- Substitution.
INSERT INTO coordinator_absence (id, organisation_id, user_id, first_day,
	last_day, substitute) VALUES (gen_random_uuid(), :'team', :'ani',
	current_date - 1, current_date + 1, :'boyan');
SELECT ok(:'ani' = ANY (stands_for(:'boyan')), 'the substitute stands for it');
SELECT ok(NOT :'boyan' = ANY (stands_for(:'ani')), 'not the other way');
INSERT INTO coordinator_absence (id, organisation_id, user_id, first_day,
	last_day, substitute) VALUES (gen_random_uuid(), :'team', :'boyan',
	current_date - 1, current_date + 1, :'ani');
SELECT is(cardinality(stands_for(:'ani')), 2, 'two for each other: an end');

-- What was said, to the end of the term, though the sweep has yet to come.
CREATE FUNCTION pg_temp.said(who text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.ask(who, 'SELECT FROM (SELECT coordination_json(k) AS doc, k.id
	    FROM coordination k) x, unnest(ARRAY[doc ? ''family_view'',
	    doc #>> ''{members,0,mandate}'' IS NOT NULL, coordination_told(x.id)]) yes
	    WHERE yes')
$$;
UPDATE coordination_member SET mandate = 'Решава.';
SELECT is(pg_temp.said(who), n, format('%s reads %s of what was said', who, n))
FROM (VALUES ('school', '3'), ('team', '3'), ('centre', '1')) w(who, n);
UPDATE coordination SET until = now();
SELECT is(pg_temp.said(who), '0', who || ' reads nothing of it after the term')
FROM unnest('{school,team,centre}'::text[]) who;
UPDATE coordination k SET until = c.until FROM consent c WHERE c.id = k.consent_id;

-- Who leads is given plan and meetings.
CREATE FUNCTION pg_temp.led(given text[]) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.consent_names(ARRAY['00000000-0000-4000-8000-0000000000a2'
	    ]::uuid[], '{plan,meetings}');
	UPDATE coordination SET case_manager = '00000000-0000-4000-8000-0000000000a2';
	DELETE FROM event_queue;
	PERFORM pg_temp.consent_names(ARRAY['00000000-0000-4000-8000-0000000000a2'
	    ]::uuid[], given);
	RETURN (SELECT coalesce(o.name, 'nobody') FROM coordination k
	    LEFT JOIN organisation o ON o.id = k.case_manager);
END $$;
SELECT is(pg_temp.led(given), who, format('given %s %s leads', given, who))
FROM (VALUES ('{basics,plan,meetings}'::text[], 'centre'), ('{plan}', 'nobody'),
	('{meetings,basics}', 'nobody'), ('{}', 'nobody')) w(given, who);
SELECT is((SELECT array_agg(DISTINCT o.name || ' ' || q.op ORDER BY
	o.name || ' ' || q.op) FROM event_queue q
	JOIN organisation o ON o.id = q.recipient WHERE q.kind = 'coordination'),
	ARRAY['centre put', 'school put'], 'holder and team are told');
SELECT is((SELECT count(*)::int FROM audit
	WHERE event = 'coordination.manager'), 3, 'each time it is audited');
SELECT ok(NOT coordination_met(k) @> '{manager}', 'for a step it is missing')
FROM coordination k;
SELECT is((SELECT owner FROM reminder_owed() WHERE kind = 'deadline'),
	NULL::uuid, 'what is due is the coordinators'' to be reminded of');
UPDATE coordination SET case_manager = holder;
SELECT pg_temp.consent_names(ARRAY[:'centre']::uuid[]) \g /dev/null
SELECT is((SELECT case_manager FROM coordination), :'school'::uuid,
	'the holder leads whatever others are given');
UPDATE coordination SET case_manager = NULL;

-- The consent narrows, ends.
DELETE FROM event_queue;
SELECT is(coordination_met(k) @> '{consent,purpose,named}', true,
	'what the consent allows is met') FROM coordination k;
UPDATE consent_recipient SET live_until = '-infinity'
WHERE consent_id = :'consent' AND recipient = :'centre';
SELECT is((SELECT state FROM coordination_member), 'removed',
	'whom it names no longer is out of the team');
SELECT is((SELECT team FROM coordination), '{}', 'and sees it no longer');
SELECT is((SELECT array_agg(o.name || ' ' || q.op ORDER BY q.id)
	FROM event_queue q JOIN organisation o ON o.id = q.recipient),
	ARRAY['school put', 'centre purge'], 'each is told');
UPDATE consent_recipient SET live_until = now() + interval '1 month'
WHERE consent_id = :'consent' AND recipient = :'centre';
UPDATE coordination_member SET state = 'accepted';
DELETE FROM event_queue;
UPDATE consent SET until = until + interval '1 day' WHERE id = :'consent';
SELECT is((SELECT k.until FROM coordination k), (SELECT c.until FROM consent c
	WHERE c.id = :'consent'), 'its term is the consent''s');
SELECT is((SELECT array_agg(o.name || ' ' || q.op ORDER BY o.name)
	FROM event_queue q JOIN organisation o ON o.id = q.recipient
	WHERE q.kind = 'coordination'), ARRAY['centre put', 'school put'],
	'which each is told');
DELETE FROM event_queue;
UPDATE consent SET state = 'withdrawn', ended_at = now()
WHERE id = :'consent';
SELECT is(array[state, before, deadline, family_view], ARRAY['suspended',
	'team_forming', NULL, NULL], 'its end suspends, and what was said goes')
FROM coordination;
SELECT is((SELECT count(*)::int FROM coordination_step
	WHERE reason IS NOT NULL OR because IS NOT NULL), 0, 'in the history too');
SELECT is((SELECT array_agg(o.name || ' ' || q.op ORDER BY o.name)
	FROM event_queue q JOIN organisation o ON o.id = q.recipient
	WHERE q.kind = 'coordination'), ARRAY['centre purge', 'school put'],
	'a purge for the team, the state for the holder');
SELECT is(pg_temp.ask(who, 'SELECT FROM coordination'), n,
	format('suspended: %s sees %s', who, n))
FROM (VALUES ('school', '1'), ('centre', '0')) w(who, n);
SELECT is((SELECT count(*)::int FROM audit
	WHERE event = 'coordination.suspend'), 1, 'audited once');

SELECT * FROM finish();
ROLLBACK;
