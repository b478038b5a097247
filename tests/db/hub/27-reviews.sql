-- Reviews, keyworkers and handovers: who sees and writes them, which guards
-- they meet, what the end of a consent leaves of them.
BEGIN;
\ir lib/fixture.psql
\ir lib/coordination.psql
SELECT * FROM no_plan();
\set v '00000000-0000-4000-8000-0000000000f1'
\set w '00000000-0000-4000-8000-0000000000f2'

SELECT pg_temp.consent_names(ARRAY[:'team', :'ngo']::uuid[]),
	pg_temp.consent_names(ARRAY[:'centre']::uuid[], '{basics,plan}'),
	pg_temp.new_coordination(:'k', 'in_action') \g /dev/null
SELECT pg_temp.add_members(:'k', ARRAY[:'centre', :'ngo']::uuid[], 'invited')
	\g /dev/null
INSERT INTO coordination_step (coordination_id, step, from_state, to_state,
	role, at) VALUES (:'k', 'start', 'planned', 'in_action', 'coordinator',
	now() - interval '20 days');
INSERT INTO review (id, coordination_id, result, changed_for_child,
	voices_answered, next_review, by_org, at) VALUES (:'v', :'k', 'continue',
	'Ходи на училище.', 'Срещата е по-късно.', current_date + 20, :'team',
	now() - interval '21 days');
INSERT INTO keyworker (id, coordination_id, organisation_id, role,
	nominated_by, from_on, by_org) VALUES (:'w', :'k', :'centre', 'психолог',
	'child', current_date, :'team');
INSERT INTO handover (id, receiver, loses, stays, by_org)
VALUES (:'k', :'centre', 'Учителката.', 'Психологът.', :'team');

CREATE FUNCTION pg_temp.met() RETURNS text LANGUAGE sql AS $$
	SELECT array_to_string(review_met(k), ',') FROM coordination k
$$;
CREATE FUNCTION pg_temp.doc(who text, kind text, ref uuid) RETURNS text
LANGUAGE sql AS $$
	SELECT pg_temp.ask(who, format('SELECT WHERE part_event(%L, %L)
	    #>> ''{doc}'' IS NOT NULL', kind, ref))
$$;

-- Seeing.
SELECT is(pg_temp.ask(who, 'SELECT FROM ' || t), n, format('%s: %s %s', who, n, t))
FROM (VALUES ('school', '1'), ('team', '1'), ('centre', '0'), ('ngo', '0'),
	('former', '0'), ('admin', '0'), ('auditor', '0'), ('nobody', '0'),
	('sweep', '0')) w(who, n), unnest('{review,keyworker,handover}'::text[]) t;
UPDATE coordination_member SET state = 'accepted', answered_at = now();
SELECT is(pg_temp.ask(who, 'SELECT FROM ' || t), n,
	format('of the team, %s plan: %s', CASE n WHEN '1' THEN 'with' ELSE 'without' END, t))
FROM (VALUES ('centre', '1'), ('ngo', '0')) w(who, n),
	unnest('{review,keyworker,handover}'::text[]) t;
SELECT is(pg_temp.doc(who, kind, ref), n, format('the feed gives %s %s %s', who, n, kind))
FROM (VALUES ('school', '1'), ('centre', '1'), ('ngo', '0'), ('former', '0')) w(who, n),
	(VALUES ('review', :'v'::uuid), ('keyworker', :'w'), ('handover', :'k')) p(kind, ref);
UPDATE coordination SET case_manager = :'ngo';
SELECT is(pg_temp.ask('ngo', 'SELECT FROM review'), '0',
	'who leads the case sees it by the category as well');
SELECT is(pg_temp.ask('ngo', format('INSERT INTO review (id, coordination_id,
	result) VALUES (gen_random_uuid(), %L, ''close'')', :'k')), '42501',
	'and writes by it');
UPDATE consent_recipient SET categories = '{basics,plan,meetings}'
WHERE consent_id = :'consent' AND recipient = :'ngo';
SELECT is(pg_temp.ask('ngo', 'SELECT FROM review'), '1', 'with it, it does');

-- Writing.
SELECT is(pg_temp.ask(who, format('INSERT INTO %s', c)), a, format('%s: %s', who, c))
FROM (VALUES ('ngo', '1'), ('centre', '42501'), ('school', '42501'),
	('former', '42501'), ('team', '42501'), ('admin', '42501')) w(who, a),
	(VALUES (format('review (id, coordination_id, result) VALUES
	(gen_random_uuid(), %L, ''close'')', :'k'))) s(c);
SELECT is(pg_temp.ask('ngo', format('INSERT INTO review (id, coordination_id,
	result, by_org) VALUES (gen_random_uuid(), %L, ''close'', %L)', :'k',
	:'centre')), '42501', 'not in another''s name');
SELECT is(pg_temp.ask(who, 'UPDATE review SET result = result'), a,
	format('%s changes %s', who, a))
FROM (VALUES ('ngo', '2'), ('centre', '0'), ('school', '0'), ('former', '0'))
	w(who, a);
SELECT is(pg_temp.ask(who, 'UPDATE keyworker SET role = role'), a,
	format('%s changes %s keyworkers', who, a))
FROM (VALUES ('ngo', '1'), ('school', '1'), ('centre', '0'), ('former', '0'))
	w(who, a);
SELECT is(pg_temp.ask(who, 'UPDATE handover SET receiver = receiver'), a,
	format('%s changes %s handovers', who, a))
FROM (VALUES ('ngo', '1'), ('school', '0'), ('centre', '0')) w(who, a);
SELECT is(pg_temp.ask('ngo', format('UPDATE %s SET %s = %s', t, c, c)),
	'42501', format('%s.%s stays', t, c))
FROM (VALUES ('review', 'coordination_id'), ('review', 'at'),
	('keyworker', 'coordination_id'), ('handover', 'by_org')) w(t, c);
SELECT is(pg_temp.ask('ngo', 'DELETE FROM ' || t), '42501', t || ' is not deleted')
FROM unnest('{review,keyworker,handover}'::text[]) t;
DELETE FROM review WHERE id <> :'v';

-- The guards.
SELECT is(pg_temp.met(), 'goodbye', 'a review of another round meets nothing');
UPDATE review SET at = now() - interval '19 days';
SELECT is(pg_temp.met(), 'changed,voices_met,next_review,goodbye',
	'one of this round meets all three');
SELECT is(coordination_met(k) @> '{changed,voices_met,next_review,goodbye}',
	true, 'which the step asks for') FROM coordination k;
UPDATE review SET changed_for_child = NULL;
SELECT is(pg_temp.met(), 'voices_met,next_review,goodbye', 'not what was not said');
UPDATE review SET next_review = current_date - 2;
SELECT is(pg_temp.met(), 'voices_met,goodbye', 'nor a day that has passed');
UPDATE review SET next_review = current_date + 20;
INSERT INTO review (id, coordination_id, result, by_org) VALUES
	(gen_random_uuid(), :'k', 'replan', :'team');
SELECT is(pg_temp.met(), 'goodbye', 'the last review is the one that counts');
DELETE FROM review WHERE id <> :'v';
SELECT pg_temp.held_meeting('00000000-0000-4000-8000-0000000000f9', :'k') \g /dev/null
INSERT INTO meeting_attendance (meeting_id, n, organisation_id, role, minutes)
VALUES ('00000000-0000-4000-8000-0000000000f9', 1, :'ngo', 'x', 60);
SELECT is(pg_temp.met(), 'voices_met,next_review,goodbye', 'another was at the meeting');
UPDATE meeting_attendance SET organisation_id = :'centre';
SELECT is(pg_temp.met(), 'voices_met,next_review,receiver,goodbye', 'the receiver was');
UPDATE meeting SET state = 'cancelled', recorded_at = NULL;
SELECT is(pg_temp.met(), 'voices_met,next_review,goodbye', 'not at one that was not held');
UPDATE handover SET stays = NULL;
SELECT is(pg_temp.met(), 'voices_met,next_review', 'a goodbye says who stays');
UPDATE handover SET stays = 'Психологът.';
INSERT INTO coordination_step (coordination_id, step, from_state, to_state,
	role, at) VALUES (:'k', 'hand_over', 'in_action', 'handed_over',
	'coordinator', now() + interval '1 second');
SELECT is(pg_temp.met(), 'voices_met,next_review', 'one that is done is not of the next');
SELECT is(handover_json(h) ->> 'state', 'done', 'and says so') FROM handover h;

-- The agreed day is the deadline.
UPDATE coordination SET state = 'reviewed';
UPDATE coordination SET state = 'in_action', deadline = 'next_review',
	due = now() + interval '90 days';
SELECT is(due, (current_date + 21)::timestamp AT TIME ZONE 'Europe/Sofia',
	'the agreed day is the deadline') FROM coordination;
UPDATE coordination SET state = 'reviewed';
UPDATE coordination SET state = 'in_action', due = now() + interval '2 days';
SELECT is(due, now() + interval '2 days', 'the board''s stands where it is sooner')
FROM coordination;
UPDATE coordination SET state = 'reviewed';
UPDATE coordination SET state = 'planned', due = now() + interval '90 days';
UPDATE coordination SET state = 'in_action', due = now() + interval '90 days';
SELECT is(due, (current_date + 21)::timestamp AT TIME ZONE 'Europe/Sofia',
	'the agreed day stays when the plan is made anew') FROM coordination;
SAVEPOINT reopened;
INSERT INTO coordination_step (coordination_id, step, from_state, to_state,
	role, at) VALUES (:'k', 'reopen', 'closed', 'team_forming', 'coordinator',
	now() + interval '1 second');
SELECT is(pg_temp.met(), '', 'what is begun again has no review yet');
UPDATE coordination SET state = 'planned', deadline = 'first_review';
UPDATE coordination SET state = 'in_action', due = now() + interval '30 days';
SELECT is(due, now() + interval '30 days', 'nor its day') FROM coordination;
ROLLBACK TO reopened;

-- The consent ends: by its term, before the sweep has come, by its state.
UPDATE review SET changed_for_child = 'Ходи на училище.';
UPDATE handover SET stays = 'Психологът.';
CREATE FUNCTION pg_temp.said(who text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.ask(who, 'SELECT FROM (SELECT review_json(v) FROM review v
	    UNION ALL SELECT keyworker_json(w) FROM keyworker w
	    UNION ALL SELECT handover_json(h) FROM handover h) x(doc)
	    WHERE doc ?| ''{changed_for_child,voices_answered,role,loses,stays}''')
$$;
SELECT is(pg_temp.said(who), '3', who || ' reads what was said')
FROM unnest('{school,team}'::text[]) who;
UPDATE coordination SET until = now();
SELECT is(pg_temp.said(who), '0', who || ' reads nothing of it after the term')
FROM unnest('{school,team}'::text[]) who;
SELECT is(pg_temp.ask(who, 'SELECT FROM review'), '1', 'but that there was a review')
FROM unnest('{school,team}'::text[]) who;
UPDATE coordination SET until = now() + interval '1 month';
DELETE FROM event_queue;
UPDATE consent SET state = 'withdrawn', ended_at = now() WHERE id = :'consent';
SELECT is(num_nonnulls(changed_for_child, voices_answered), 0,
	'what was said of the child goes') FROM review;
SELECT is(num_nonnulls(loses, stays), 0, 'the goodbye too') FROM handover;
SELECT is(role, NULL, 'and what a keyworker does') FROM keyworker;
SELECT is(pg_temp.ask(who, 'SELECT FROM review'), n,
	format('suspended: %s sees %s', who, n))
FROM (VALUES ('school', '1'), ('team', '1'), ('centre', '0'), ('ngo', '0')) w(who, n);
SELECT is((SELECT array_agg(DISTINCT q.kind ORDER BY q.kind) FROM event_queue q
	WHERE q.recipient = :'centre'), '{coordination,handover,keyworker,meeting,review}',
	'each of the team is told of each');
SELECT is(pg_temp.ask('ngo', 'UPDATE review SET result = result'), '0',
	'nothing is written while it is suspended');

SELECT is(pg_temp.ask('school', format('SELECT review_end(%L)', :'k')), '42501',
	'nobody erases by asking');
SELECT * FROM finish();
ROLLBACK;
