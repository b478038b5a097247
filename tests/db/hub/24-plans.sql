-- Shared plans: CODELISTS 7 cell by cell, straight against the policies; what
-- the end of a consent leaves of a plan.
BEGIN;
\ir lib/fixture.psql
\ir lib/coordination.psql
SELECT plan(133);
\set goal '00000000-0000-4000-8000-000000000a01'
\set secret '00000000-0000-4000-8000-000000000a02'
\set mine '00000000-0000-4000-8000-000000000b01'
\set theirs '00000000-0000-4000-8000-000000000b02'

-- The centre: with the plan, an action of its own.  The former: leads.  The
-- ngo: in the team, without the plan.
SELECT pg_temp.consent_names(ARRAY[:'team', :'centre', :'former']::uuid[],
	    '{basics,plan}'),
	pg_temp.consent_names(ARRAY[:'ngo']::uuid[]) \g /dev/null
SELECT pg_temp.new_coordination(:'k', 'in_action', 'first_review',
	now() + interval '1 day') \g /dev/null
SELECT pg_temp.add_members(:'k', ARRAY[:'centre', :'former', :'ngo']::uuid[])
	\g /dev/null
UPDATE coordination SET case_manager = :'former' WHERE id = :'k';

INSERT INTO plan (id, formulation) VALUES (:'k', 'Общо разбиране.');
INSERT INTO plan_contingency VALUES (:'k', 'При криза.', true);
INSERT INTO plan_adoption (plan_id, organisation_id, formulation_version)
VALUES (:'k', :'school', 1);
INSERT INTO plan_family_view (plan_id, who, recorded_by, capacity, signer, view,
	text, formulation_version)
VALUES (:'k', 'parents', 'team', '', -1, 'differs', 'Казано на екипа.', 1),
	(:'k', 'child', 'team', '', -1, 'differs', 'Казано от детето.', 1),
	(:'k', 'parents', 'family', 'parent', 0, 'agreed', 'Единият.', 1),
	(:'k', 'parents', 'family', 'parent', 1, 'differs', 'Другият.', 1);
INSERT INTO plan_goal (id, plan_id, whose, words, own_words, baseline, target)
VALUES (:'goal', :'k', 'parent', 'Да сме заедно.', true, 2, 7),
	(:'secret', :'k', 'child', 'Да спя спокойно.', true, 2, 7);
INSERT INTO plan_rating (id, goal_id, plan_id, value)
SELECT gen_random_uuid(), g.id, :'k', 4 FROM plan_goal g;
INSERT INTO plan_waymark (id, plan_id, words, goals)
VALUES (gen_random_uuid(), :'k', 'Две седмици.', ARRAY[:'goal']::uuid[]);
INSERT INTO action (id, coordination_id, organisation_id, what, due,
	evidence_wanted)
VALUES (:'mine', :'k', :'centre', 'Посещение.', now(), 'Бележка.'),
	(:'theirs', :'k', :'school', 'Разговор.', now(), 'Запис.');
INSERT INTO action_progress (action_id, coordination_id, organisation_id, state)
SELECT id, coordination_id, organisation_id, 'open' FROM action;
INSERT INTO action_step (action_id, coordination_id, organisation_id, to_state,
	role) SELECT id, coordination_id, organisation_id, 'open', 'owner' FROM action;
INSERT INTO action_note (id, action_id, coordination_id, organisation_id, text)
SELECT gen_random_uuid(), id, coordination_id, organisation_id, 'Бележка.'
FROM action;

-- As one of the family, or as whom the name says.
CREATE FUNCTION pg_temp.see(who text, command text) RETURNS text
LANGUAGE sql AS $$
	SELECT CASE WHEN who IN ('parent', 'second parent', 'young person')
	    THEN pg_temp.ask_with(jsonb_build_object('role', 'family',
	        'consent', '00000000-0000-4000-8000-0000000000c1',
	        'capacity', CASE who WHEN 'young person' THEN 'young_person'
	            ELSE 'parent' END,
	        'family_signer', CASE who WHEN 'second parent' THEN '1'
	            ELSE '0' END), command)
	    ELSE pg_temp.ask(who, command) END
$$;

-- What each finds: coordinator, case manager, holder, owner, in the team
-- without the plan, parent, young person, organisation outside, admin.
CREATE TEMP TABLE finds (thing text, n text[]);
INSERT INTO finds VALUES
	('plan',             '{1,1,1,1,0,1,1,0,0}'),
	('plan_contingency', '{1,1,1,1,0,0,0,0,0}'),
	('plan_adoption',    '{1,1,1,1,0,1,1,0,0}'),
	('plan_family_view', '{4,4,4,4,0,2,1,0,0}'),
	('plan_goal',        '{2,2,2,2,0,1,2,0,0}'),
	('plan_rating',      '{2,2,2,2,0,1,2,0,0}'),
	('plan_waymark',     '{1,1,1,1,0,1,1,0,0}'),
	('action',           '{2,2,2,2,0,2,2,0,0}'),
	('action_progress',  '{2,2,1,1,0,2,2,0,0}'),
	('action_step',      '{2,2,1,1,0,2,2,0,0}'),
	('action_note',      '{2,2,1,1,0,0,0,0,0}');
INSERT INTO organisation (id, name, kind, sectors, municipality, eik)
VALUES (gen_random_uuid(), 'outside', 'ngo', '{EDU}', 'VTR04', '175074752');
SELECT is(pg_temp.see(w.who, 'SELECT FROM ' || f.thing), f.n[w.i],
	format('%s: %s of %s', w.who, f.n[w.i], f.thing))
FROM finds f, unnest(ARRAY['ani', 'former', 'school', 'centre', 'ngo',
	'parent', 'young person', 'outside', 'admin'])
	WITH ORDINALITY w(who, i) ORDER BY f.thing, w.i;
UPDATE coordination SET case_manager = :'ngo' WHERE id = :'k';
SELECT is(pg_temp.see('ngo', 'SELECT FROM ' || t), '0',
	'leading opens nothing of ' || t || ' that the consent does not')
FROM unnest('{plan,plan_goal,action,action_progress}'::text[]) t;
SELECT is(action_fits(:'k', :'ngo'), false, 'nor is it given an action');
UPDATE coordination SET case_manager = :'former' WHERE id = :'k';
SELECT is(pg_temp.see('second parent', 'SELECT FROM plan_family_view
	WHERE text = ''Единият.'''), '0', 'one parent does not read the other');
UPDATE plan_contingency SET unsafe_for_family = false;
UPDATE plan_goal SET parents_may_see = true WHERE id = :'secret';
SELECT is(pg_temp.see('parent', 'SELECT FROM plan_contingency'), '1',
	'what is safe the family reads');
SELECT is(pg_temp.see('parent', 'SELECT FROM plan_goal'), '2',
	'and what the child has allowed');

-- Writing.
SELECT is(pg_temp.see(who, format('UPDATE %I SET %I = %2$I', t, c)), '0',
	format('%s changes nothing of %s', who, t))
FROM unnest(ARRAY['ngo', 'parent']) who, (VALUES ('plan', 'formulation'),
	('plan_goal', 'words'), ('action', 'what'), ('action_progress', 'state'))
	x(t, c);
SELECT is(pg_temp.see('centre', 'UPDATE plan SET formulation = formulation'),
	'0', 'a member does not change the plan');
SELECT is(pg_temp.see('centre', 'UPDATE action_progress SET state = state'),
	'1', 'and of the actions its own alone');
SELECT is(pg_temp.see('centre', format('INSERT INTO plan_adoption (plan_id,
	organisation_id, formulation_version) VALUES (%L, %L, 1)', :'k',
	:'former')), '42501', 'nobody adopts for another');
SELECT is(pg_temp.see('ani', format('INSERT INTO plan_family_view
	(plan_id, who, recorded_by, capacity, signer, view, formulation_version)
	VALUES (%L, ''parents'', ''family'', ''parent'', 2, ''agreed'', 1)',
	:'k')), '42501', 'nor speaks in a family''s name');
SELECT is(pg_temp.see('school', format('INSERT INTO action_note (id, action_id,
	coordination_id, text) VALUES (gen_random_uuid(), %L, %L, ''x'')', :'mine',
	:'k')), '42501', 'nor writes a note to another''s action');
SELECT is(pg_temp.see('ani', 'UPDATE plan_rating SET value = 9'),
	'42501', 'a rating stays');
SELECT is(pg_temp.see('centre', 'UPDATE action_note SET text = text'), '42501',
	'and a note');

-- The course.
SELECT is(action_met(k), '{actions,accepted}', 'of one sector') FROM coordination k;
UPDATE organisation SET sectors = '{SOC,JUS}' WHERE id = :'centre';
SELECT is(two_sectors(k, orgs::uuid[]), expected, what) FROM coordination k,
(VALUES (ARRAY[:'centre'], false, 'one organisation of two sectors is one'),
	(ARRAY[:'centre', :'school'], true, 'two of two sectors are two'))
	w(orgs, expected, what);
UPDATE organisation SET sectors = '{SOC}' WHERE id = :'centre';
UPDATE coordination_member SET state = 'left' WHERE organisation_id = :'centre';
SELECT is(action_met(k), '{accepted}', 'who has left has no action')
FROM coordination k;
UPDATE coordination_member SET state = 'accepted'
WHERE organisation_id = :'centre';

-- The end of the consent.
UPDATE consent SET state = 'withdrawn', ended_at = now() WHERE id = :'consent';
SELECT is(pg_temp.see(who, 'SELECT FROM action'), n,
	format('suspended: %s has %s', who, n))
FROM (VALUES ('ani', '0'), ('former', '0'), ('school', '1'),
	('centre', '1'), ('parent', '0')) x(who, n);
SELECT is((SELECT count(*)::int FROM plan_goal), 0, 'goals are erased');
SELECT is(formulation, NULL, 'and the understanding') FROM plan;

SELECT * FROM finish();
ROLLBACK;
