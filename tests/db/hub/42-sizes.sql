-- No coordination and no part of one is more than a node takes (65,536 bytes, or
-- it refuses the whole page): filled to the brim with the longest letters.
BEGIN;
\ir lib/fixture.psql
SELECT plan(32);
\set team '00000000-0000-4000-8000-0000000000a9'
\set k '00000000-0000-4000-8000-0000000000f0'
\set m '00000000-0000-4000-8000-0000000000f1'
\set a '00000000-0000-4000-8000-0000000000f2'
\set other '00000000-0000-4000-8000-0000000000f3'
\set ani '00000000-0000-4000-8000-0000000000b2'

INSERT INTO codelist.meeting_kind VALUES ('case', 'случай', 'case', 1)
ON CONFLICT DO NOTHING;
INSERT INTO organisation (id, name, kind, sectors, municipality, eik)
SELECT id, 'team', 'commission', '{MUN}', 'VTR04', '175074752'
FROM (SELECT :'team'::uuid AS id UNION ALL
      SELECT gen_random_uuid() FROM generate_series(1, 50)) o;
INSERT INTO consent_recipient
SELECT :'consent', o.id, :'school', '{basics,plan,meetings}',
	withheld_of('{basics,plan,meetings}'), now() + interval '1 month'
FROM organisation o WHERE o.id NOT IN (:'school', :'centre', :'former')
ON CONFLICT DO NOTHING;
UPDATE consent_recipient SET categories = '{basics,plan,meetings}'
WHERE consent_id = :'consent' AND recipient = :'centre';
INSERT INTO coordination (id, holder, region, consent_id, summary_id,
	case_pseudonym, state, urgency, help_wanted, until, counted_from)
SELECT :'k', :'school', :'team', c.id, :'summary', c.case_pseudonym,
	'in_action', 'soon', 'meeting', c.until, now()
FROM consent c WHERE c.id = :'consent';
INSERT INTO coordination_member (coordination_id, organisation_id, role, due,
	state, answered_at)
SELECT :'k', o.id, 'x', now(), 'accepted', now()
FROM (SELECT o.id FROM organisation o WHERE o.name = 'team' AND o.id <> :'team'
	OR o.id = :'centre' ORDER BY o.id = :'centre' DESC LIMIT 30) o;
CREATE FUNCTION pg_temp.long(n int) RETURNS text LANGUAGE sql AS
$$ SELECT repeat('𐐀', n) $$;
-- What of a part an organisation is told by the feed, in bytes.
CREATE FUNCTION pg_temp.told(org uuid, kind text, ref uuid) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
	answer int;
BEGIN
	PERFORM set_config('zaedno.org', org::text, true),
	    set_config('zaedno.role', 'node', true);
	SET LOCAL ROLE zaedno_hub_service;
	answer := octet_length((part_event(kind, ref) -> 'doc')::text);
	RESET ROLE;
	PERFORM set_config('zaedno.org', '', true),
	    set_config('zaedno.role', '', true);
	RETURN answer;
END $$;
CREATE FUNCTION pg_temp.fits(what text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT is(pg_temp.told(o, what, ref) BETWEEN 1000 AND 65536, true,
	    format('%s has %s bytes for %s', what, pg_temp.told(o, what, ref), org))
	FROM (VALUES ('school', '00000000-0000-4000-8000-0000000000a1'::uuid),
	    ('centre', '00000000-0000-4000-8000-0000000000a2')) w(org, o),
	    (VALUES ('action', '00000000-0000-4000-8000-0000000000f2'::uuid),
	    ('meeting', '00000000-0000-4000-8000-0000000000f1'),
	    ('plan', '00000000-0000-4000-8000-0000000000f0')) x(kind, ref)
	WHERE x.kind = what
$$;
-- Tries until it is refused: how often it was not, and the answer.
CREATE FUNCTION pg_temp.fill(command text, most int) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	FOR n IN 1 .. most LOOP
		EXECUTE replace(command, '$n', n::text);
	END LOOP;
	RETURN 'no end';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;
CREATE FUNCTION pg_temp.fill_up(command text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	FOR n IN 1 .. 1000 LOOP
		answer := pg_temp.fill(command, 1);
		EXIT WHEN answer <> 'no end';
	END LOOP;
	RETURN answer;
END $$;

-- An action: 100 notes, 100 answers.
INSERT INTO action (id, coordination_id, organisation_id, what, due,
	evidence_wanted)
VALUES (:'a', :'k', :'centre', pg_temp.long(280), now(), pg_temp.long(280));
INSERT INTO action_progress (action_id, coordination_id, organisation_id, state,
	evidence, answered_at, reported_at)
VALUES (:'a', :'k', :'centre', 'done', pg_temp.long(2000), now(), now());
INSERT INTO action_step (action_id, coordination_id, organisation_id, from_state,
	to_state, role, reason)
SELECT :'a', :'k', :'centre', 'proposed', 'declined', 'case_manager',
	pg_temp.long(280) FROM generate_series(1, 100);
INSERT INTO action_note (id, action_id, coordination_id, organisation_id, text, at)
SELECT gen_random_uuid(), :'a', :'k', :'centre', n || pg_temp.long(1990),
	now() + make_interval(secs => n) FROM generate_series(1, 100) n;
SELECT pg_temp.fits('action');
SELECT unnest(ARRAY[
	is(doc ->> 'earlier_notes', '98', 'which says how many are not in it'),
	is(doc -> 'notes' -> 1 ->> 'text' LIKE '100%', true, 'the newest are'),
	is(jsonb_array_length(action_whole_json(a) -> 'notes'), 100,
	'all are where it is read by itself')])
FROM action a, LATERAL (SELECT action_told_json(a) AS doc) d;
INSERT INTO action SELECT (jsonb_populate_record(a, jsonb_build_object('id',
	:'other'))).* FROM action a;
INSERT INTO action_progress (action_id, coordination_id, organisation_id)
VALUES (:'other', :'k', :'centre');
SELECT is(action_told_json(a), action_whole_json(a), 'of a short one all')
FROM action a WHERE id = :'other';

-- A plan.
INSERT INTO plan (id, formulation) VALUES (:'k', pg_temp.long(2000));
INSERT INTO plan_contingency VALUES (:'k', pg_temp.long(2000), false);
SELECT is(pg_temp.fill_up(format('INSERT INTO plan_goal (id, plan_id, whose,
	words, own_words, baseline, target) VALUES (gen_random_uuid(), %L,
	''network'', pg_temp.long(280), false, 10, 10)', :'k')), '54000',
	'goals end');
SELECT cmp_ok(count(*), '>=', 10::bigint, 'after some') FROM plan_goal;
SELECT is(pg_temp.fill_up(format('INSERT INTO plan_waymark (id, plan_id, words,
	goals, due, reached_at) SELECT gen_random_uuid(), %L, ''x'',
	array_agg(id), now(), now() FROM plan_goal', :'k')), '54000',
	'waymarks too');
-- What is added to it is never too much.
INSERT INTO plan_rating (id, goal_id, plan_id, value)
SELECT gen_random_uuid(), g.id, :'k', 10 FROM plan_goal g, generate_series(1, 60);
INSERT INTO plan_adoption (plan_id, organisation_id, formulation_version)
SELECT :'k', o.id, 1 FROM organisation o;
INSERT INTO plan_family_view (plan_id, who, recorded_by, capacity, signer, view,
	text, formulation_version)
SELECT :'k', who, 'team', '', -1, 'differs', pg_temp.long(280), 1
FROM unnest('{child,parents}'::text[]) who;
INSERT INTO plan_family_view (plan_id, who, recorded_by, capacity, signer, view,
	text, formulation_version)
SELECT :'k', 'parents', 'family', 'parent', n, 'differs', pg_temp.long(280), 1
FROM generate_series(1, 6) n;
SELECT pg_temp.fits('plan');
SELECT is(jsonb_array_length(plan_json(p) -> 'goals' -> 0 -> 'ratings'), 60,
	'all ratings are where it is read by itself') FROM plan p;

-- A meeting.
INSERT INTO meeting (id, coordination_id, region, kind, starts_at, minutes,
	place, link, agenda)
VALUES (:'m', :'k', :'team', 'case', now(), 60, pg_temp.long(200),
	repeat('x', 500), ARRAY(SELECT pg_temp.long(280) FROM generate_series(1, 10)));
SELECT is(pg_temp.fill_up(format('INSERT INTO meeting_invitation (meeting_id,
	organisation_id, role, reason) SELECT %L, o.id, pg_temp.long(100),
	pg_temp.long(280) FROM organisation o WHERE NOT EXISTS (SELECT FROM
	meeting_invitation i WHERE i.organisation_id = o.id)
	ORDER BY o.id <> %L LIMIT 1', :'m', :'centre')), '54000',
	'invitations end');
SELECT cmp_ok(count(*), '>=', 10::bigint, 'after some') FROM meeting_invitation;
UPDATE meeting_invitation SET state = 'declined', answered_at = now(),
	answer_reason = pg_temp.long(280), substitute = pg_temp.long(100);
SELECT pg_temp.fits('meeting');
DELETE FROM meeting_invitation WHERE organisation_id <> :'centre';
UPDATE meeting SET state = 'held', recorded_at = now();
SELECT is(pg_temp.fill(format('INSERT INTO meeting_attendance SELECT %L, n, %L,
	pg_temp.long(100), 1440 FROM generate_series(1, 200) n', :'m', :'centre'), 1),
	'54000', 'nor is a record too long');
INSERT INTO meeting_attendance SELECT :'m', n, :'centre', pg_temp.long(100), 1440
FROM generate_series(1, 20) n;
INSERT INTO meeting_voice VALUES
	(:'m', 'child', true, pg_temp.long(1000), NULL),
	(:'m', 'parents', true, pg_temp.long(1000), NULL);
SELECT is(pg_temp.fill_up(format('INSERT INTO meeting_decision (id, meeting_id,
	coordination_id, organisation_id, what, due, how_known) VALUES
	(gen_random_uuid(), %L, %L, %L, pg_temp.long(280), ''2030-01-01'',
	pg_temp.long(280))', :'m', :'k', :'centre')), '54000', 'nor decisions');
SELECT cmp_ok(count(*), '>=', 5::bigint, 'after some') FROM meeting_decision;
UPDATE meeting_decision SET state = 'not_done', text = pg_temp.long(280),
	reported_at = now(), version = 1000000;
SELECT pg_temp.fits('meeting');

-- The team itself.  Who was invited answers, whoever it is and however long.
\set twice '00000000-0000-4000-8000-0000000000f4'
INSERT INTO coordination (id, holder, region, consent_id, summary_id,
	case_pseudonym, state, urgency, help_wanted, until, deadline, due,
	deadline_set)
SELECT :'twice', k.holder, k.region, k.consent_id, k.summary_id,
	gen_random_uuid(), 'understanding', 'soon', 'school_support', k.until,
	'meeting', now(), 1
FROM coordination k;
CREATE FUNCTION pg_temp.invite_long(reasons int) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.fill_up(format('INSERT INTO coordination_member
	    (coordination_id, organisation_id, role, mandate, due)
	    SELECT %L, o.id, pg_temp.long(100), pg_temp.long(%s), now()
	    FROM organisation o WHERE NOT EXISTS (SELECT FROM coordination_member m
	        WHERE m.coordination_id = %1$L AND m.organisation_id = o.id)
	    AND o.name = ''team'' LIMIT 1',
	    '00000000-0000-4000-8000-0000000000f4', reasons))
$$;
CREATE FUNCTION pg_temp.whole(who text, org uuid) RETURNS text LANGUAGE sql AS $$
	SELECT ok(octet_length(coordination_json(k)::text) BETWEEN 50000 AND 65536,
	    format('it has %s bytes for the %s',
	        octet_length(coordination_json(k)::text), who))
	FROM set_config('zaedno.org', org::text, true) o,
	    set_config('zaedno.role', CASE who WHEN 'region' THEN 'coordinator'
	        ELSE 'node' END, true) r, coordination k
	WHERE k.id = '00000000-0000-4000-8000-0000000000f4'
$$;
SELECT is(pg_temp.invite_long(280), '54000', 'a team ends');
SELECT is(pg_temp.invite_long(1), '54000', 'also one of fewer words');
SELECT cmp_ok(count(*), '>=', 20::bigint, 'after some')
FROM coordination_member m WHERE m.coordination_id = :'twice';
SELECT throws_ok(format('UPDATE coordination_member SET role = pg_temp.long(100),
	mandate = pg_temp.long(280), state = state WHERE coordination_id = %L
	AND mandate = pg_temp.long(1)', :'twice'), '54000', NULL,
	'nor is one invited anew with more');
UPDATE coordination_member SET state = 'accepted', answered_at = now()
WHERE coordination_id = :'twice';
SELECT lives_ok(format('UPDATE coordination_member SET state = ''left'',
	reason = pg_temp.long(280) WHERE coordination_id = %L', :'twice'),
	'each answers, and leaves for the longest of reasons');
UPDATE coordination SET family_view = pg_temp.long(280),
	lesson = pg_temp.long(280), outcome = 'achieved', state = 'closed',
	closed_at = now(), criteria_at = now(), coordinator = NULL
WHERE id = :'twice';
SELECT pg_temp.whole(who, org)
FROM (VALUES ('holder', :'school'::uuid), ('region', :'team')) w(who, org);
SELECT set_config('zaedno.org', '', true), set_config('zaedno.role', '', true)
	\g /dev/null
SELECT throws_ok(format('UPDATE coordination_member SET state = ''invited'',
	answered_at = NULL, reason = NULL, mandate = pg_temp.long(280),
	role = pg_temp.long(100) WHERE coordination_id = %L', :'twice'), '54000',
	NULL, 'who comes again counts as whoever came first');

-- One that is too large already: by leaving it, or by its end.
ALTER TABLE coordination_member DISABLE TRIGGER coordination_fits;
INSERT INTO coordination_member (coordination_id, organisation_id, role,
	mandate, due)
SELECT :'twice', o.id, 'x', 'x', now()
FROM organisation o WHERE o.name = 'team' AND o.id <> :'team'
ON CONFLICT (coordination_id, organisation_id) DO UPDATE
SET state = 'invited', answered_at = NULL, mandate = 'x';
ALTER TABLE coordination_member ENABLE TRIGGER coordination_fits;
SELECT cmp_ok(coordination_size(k), '>', 65000::bigint, 'one is too large')
FROM coordination k WHERE k.id = :'twice';
SELECT lives_ok(format('UPDATE coordination_member SET state = ''declined'',
	answered_at = now(), reason = ''x'' WHERE coordination_id = %L
	AND organisation_id = (SELECT o.id FROM organisation o
	    WHERE o.name = ''team'' AND o.id <> %L LIMIT 1)', :'twice', :'team'),
	'which stands in no departure''s way');
SELECT lives_ok(format('UPDATE consent SET state = ''withdrawn'',
	ended_at = now() WHERE id = %L', :'consent'), 'nor in a withdrawal''s');

SELECT * FROM finish();
ROLLBACK;
