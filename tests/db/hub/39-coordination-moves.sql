-- A consent takes the place of another: what is worked on under it goes on, and
-- is neither erased nor interrupted, or ends as with any other end.
BEGIN;
\ir lib/fixture.psql
\ir lib/statements.psql
SELECT plan(23);
\set team '00000000-0000-4000-8000-0000000000a9'
\set next '00000000-0000-4000-8000-0000000000c9'
\set third '00000000-0000-4000-8000-0000000000ca'
\set fourth '00000000-0000-4000-8000-0000000000cb'
\set k '00000000-0000-4000-8000-0000000000f0'
\set before '00000000-0000-4000-8000-0000000000f1'
\set m '00000000-0000-4000-8000-0000000000f2'

INSERT INTO organisation (id, name, kind, sectors, municipality, eik)
VALUES (:'team', 'team', 'commission', '{MUN}', 'VTR04', '175074752');
DELETE FROM consent_recipient WHERE consent_id = :'consent';
INSERT INTO consent_recipient
SELECT :'consent', o::uuid, :'school', '{basics,plan,meetings}', withheld_of('{basics,plan,meetings}'),
	now() + interval '1 month' FROM unnest(ARRAY[:'team', :'centre', :'ngo']) o;
UPDATE consent SET case_pseudonym = :'pseudonym', parties = parties || ARRAY[:'team', :'ngo']::uuid[],
	signers = '[{"capacity": "parent", "at": "2026-01-02T00:00:00Z"}]' WHERE id = :'consent';
INSERT INTO coordination (id, holder, region, consent_id, summary_id, case_pseudonym, state, urgency,
	help_wanted, deadline, due, closed_at, until)
SELECT k.id::uuid, :'school', k.region::uuid, :'consent', :'summary', :'pseudonym', k.state, 'soon', 'meeting',
	k.deadline, k.due::timestamptz, k.closed::timestamptz, c.until
FROM consent c, (VALUES (:'before', :'former', 'closed', NULL, 'infinity', '2026-01-01'),
	(:'k', :'team', 'in_action', 'next_review', '2026-12-01', NULL)) k(id, region, state, deadline, due, closed)
WHERE c.id = :'consent';
INSERT INTO coordination_member (coordination_id, organisation_id, role, mandate, state, due, answered_at)
SELECT :'k', o::uuid, 'подкрепа', 'Решава.', 'accepted', now(), now() FROM unnest(ARRAY[:'centre', :'ngo']) o;
INSERT INTO coordination_step (coordination_id, step, from_state, to_state, role, reason)
VALUES (:'k', 'accept', 'requested', 'team_forming', 'coordinator', 'Дума от случая.');
INSERT INTO plan (id, formulation) VALUES (:'k', 'Общо разбиране.');
INSERT INTO plan_adoption (plan_id, organisation_id, formulation_version) VALUES (:'k', :'school', 1);
INSERT INTO action (id, coordination_id, organisation_id, what, due, evidence_wanted)
VALUES (gen_random_uuid(), :'k', :'centre', 'Посещение.', now(), 'Бележка.');
INSERT INTO review (id, coordination_id, result, changed_for_child, by_org)
VALUES (gen_random_uuid(), :'k', 'continue', 'Ходи на училище.', :'team');
INSERT INTO meeting (id, coordination_id, region, kind, starts_at, minutes, place, agenda)
VALUES (:'m', :'k', :'team', 'case', now() + interval '3 days', 60, 'Зала 1', '{Гласът на детето}');
CREATE FUNCTION pg_temp.kept() RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', (SELECT state FROM coordination WHERE id = '00000000-0000-4000-8000-0000000000f0'),
	    (SELECT formulation FROM plan), (SELECT count(*) FROM plan_adoption), (SELECT what FROM action),
	    (SELECT changed_for_child FROM review), (SELECT state || ' ' || place FROM meeting),
	    (SELECT reason FROM coordination_step WHERE step = 'accept'))
$$;
CREATE FUNCTION pg_temp.claims(of_old text, day text, named text[], change jsonb DEFAULT '{}') RETURNS text
LANGUAGE sql AS $$
	SELECT (jsonb_build_object('case_pseudonym', '00000000-0000-4000-8000-0000000000e1', 'version', 1,
	    'purpose', 'joint_assessment', 'rule', 'representative',
	    'signers', jsonb_build_array(jsonb_build_object('capacity', 'parent', 'at', day)), 'child_opinion', 'recorded',
	    'text_sha256', repeat('b', 64), 'text_version', '1', 'language', 'bg', 'basis', 'consent', 'from', now(),
	    'until', now() + interval '2 months', 'supersedes', of_old, 'recipients', (SELECT jsonb_agg(
	        jsonb_build_object('organisation_id', o, 'categories', '["help", "plan", "meetings"]'::jsonb))
	        FROM unnest(named) o)) || change)::text
$$;
SELECT pg_temp.kept() AS all \gset kept_
SELECT pg_temp.claims(:'consent', '2026-01-03T00:00:00Z', ARRAY[:'team', :'centre']) AS next,
	pg_temp.claims(:'next', '2026-01-04T00:00:00Z', ARRAY[:'centre']) AS third,
	pg_temp.claims(:'third', '2026-01-05T00:00:00Z', ARRAY[:'team', :'centre'], '{"purpose": "shared_plan"}') AS other,
	gen_random_uuid() AS a, gen_random_uuid() AS b, gen_random_uuid() AS c \gset c_

-- Of the same purpose, naming the team.
DELETE FROM event_queue;
SELECT pg_temp.be(:'school') \gset q_
EXECUTE consent_put_root(:'next', :'c_next', 'r', :'c_a');
EXECUTE consent_put(:'next', :'c_next', 'r', :'c_a') \gset next_
RESET ROLE;
SELECT is(:'next_status'::text, '201', 'another takes its place');
SELECT is(pg_temp.kept(), :'kept_all', 'nothing of the shared work is erased, nothing stops');
SELECT is((SELECT array_agg(consent_id = :'next' ORDER BY id) FROM coordination), ARRAY[true, true],
	'it goes on under the new one, and what is closed is its too');
SELECT is((SELECT k.until FROM coordination k WHERE k.id = :'k'), (SELECT until FROM consent WHERE id = :'next'),
	'until when the new one is');
SELECT is((SELECT ROW(deadline, before)::text FROM coordination WHERE id = :'k'), '(next_review,)', 'what is due stays due');
SELECT is((SELECT array_agg(o.name || ' ' || m.state ORDER BY o.name) FROM coordination_member m
	JOIN organisation o ON o.id = m.organisation_id), ARRAY['centre accepted', 'ngo removed'],
	'whom it does not name is in the team no longer');
SELECT is((SELECT array_agg(DISTINCT o.name || ' ' || q.op) FROM event_queue q
	JOIN organisation o ON o.id = q.recipient WHERE q.kind = 'coordination' AND q.ref = :'k' AND o.name <> 'ngo'),
	ARRAY['centre put', 'school put'], 'who is named by both has no gap');
SELECT is((SELECT array_agg(q.op ORDER BY q.id DESC) FILTER (WHERE q.op = 'purge') FROM event_queue q
	WHERE q.kind = 'coordination' AND q.recipient = :'ngo'), ARRAY['purge'], 'who is not has a purge');
SELECT is(pg_temp.ask(who, 'SELECT FROM plan'), n, format('%s sees the plan: %s', who, n))
FROM (VALUES ('school', '1'), ('centre', '1'), ('ngo', '0')) w(who, n);
SELECT is((SELECT count(*)::int FROM audit WHERE event = 'coordination.suspend'), 0, 'no suspension is audited');
SELECT is((SELECT array_agg(ref ORDER BY ref) FROM audit WHERE event = 'coordination.consent'
	AND consent_id = :'next'), ARRAY[:'k', :'before']::uuid[], 'the new consent is');
SELECT is(pg_temp.ask('school', format('SELECT coordination_moves(%L, %L)', :'next', :'consent')), '42501',
	'a move is the consent''s, nobody else''s');

-- Without the team it stops; the other region's, closed, is nobody's matter.
DELETE FROM event_queue;
UPDATE coordination_member SET mandate = 'Решава.' WHERE organisation_id = :'centre';
SELECT pg_temp.be(:'school') \gset q_
EXECUTE consent_put_root(:'third', :'c_third', 'r', :'c_b');
EXECUTE consent_put(:'third', :'c_third', 'r', :'c_b') \gset third_
RESET ROLE;
SELECT is(:'third_status'::text, '201', 'a third, without the team');
SELECT is((SELECT ROW(state, before, consent_id)::text FROM coordination WHERE id = :'k'),
	ROW('suspended', 'in_action', :'third')::text, 'the work is suspended');
SELECT is((SELECT count(formulation)::int FROM plan), 0, 'and what was said goes');
SELECT is((SELECT state FROM meeting), 'cancelled', 'the meeting too');
SELECT is((SELECT array_agg(op) FROM event_queue WHERE kind = 'coordination' AND recipient = :'centre'
	AND op = 'purge'), ARRAY['purge'], 'the team is told');

-- Of another purpose: what was shared is erased (PROTOCOL 7), the work too.
UPDATE coordination SET state = 'in_action', before = NULL, until = now() + interval '1 month' WHERE id = :'k';
UPDATE plan SET formulation = 'Общо разбиране.';
SELECT pg_temp.be(:'school') \gset q_
EXECUTE consent_put_root(:'fourth', :'c_other', 'r', :'c_c');
EXECUTE consent_put(:'fourth', :'c_other', 'r', :'c_c') \gset other_
RESET ROLE;
SELECT is(:'other_status'::text, '201', 'a fourth, of another purpose');
SELECT is((SELECT state FROM coordination WHERE id = :'k'), 'suspended', 'the work is suspended');
SELECT is((SELECT consent_id FROM coordination WHERE id = :'k'), :'third'::uuid, 'under the old one');
SELECT is((SELECT count(formulation)::int FROM plan), 0, 'what was said goes');

SELECT * FROM finish();
ROLLBACK;
