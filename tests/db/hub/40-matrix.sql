-- Table × who × state of the row, straight against the hub's policies.
BEGIN;
\ir lib/fixture.psql
\ir ../lib/matrix.psql
SELECT * FROM no_plan();

\set held '00000000-0000-4000-8000-0000000000a5'
\set shut '00000000-0000-4000-8000-0000000000a6'
\set late '00000000-0000-4000-8000-0000000000a7'
\set gone '00000000-0000-4000-8000-0000000000a8'
\set region '00000000-0000-4000-8000-0000000000a9'
\set elsewhere '00000000-0000-4000-8000-0000000000aa'
INSERT INTO organisation (id, name, kind, sectors, municipality, eik, status)
SELECT id::uuid, name, 'ngo', '{EDU}', 'VTR04', '175074752', status
FROM (VALUES (:'held', 'suspended holder', 'suspended'),
	(:'shut', 'blocked holder', 'blocked'),
	(:'late', 'suspended recipient', 'suspended'),
	(:'gone', 'blocked recipient', 'blocked')) o(id, name, status);

-- One consent with its summary in each state: who is named, who was.
CREATE TEMP TABLE situation AS
SELECT n::int, state, holder::uuid, named, former,
	('00000000-0000-4000-8000-0000000010' || lpad(n::text, 2, '0'))::uuid AS consent,
	('00000000-0000-4000-8000-0000000020' || lpad(n::text, 2, '0'))::uuid AS summary
FROM (VALUES
	(1, 'in date', :'school', ARRAY[:'centre', :'late', :'gone']::uuid[], '{}'::uuid[]),
	(2, 'of others', :'school', ARRAY[:'former']::uuid[], '{}'),
	(3, 'not named any more', :'school', ARRAY[:'former']::uuid[],
	    ARRAY[:'centre', :'late', :'gone']::uuid[]),
	(4, 'withdrawn', :'school', '{}', ARRAY[:'centre', :'late', :'gone']::uuid[]),
	(5, 'expired', :'school', ARRAY[:'centre', :'late', :'gone']::uuid[], '{}'),
	(6, 'of a suspended', :'held', ARRAY[:'centre', :'late', :'gone']::uuid[], '{}'),
	(7, 'of a blocked', :'shut', ARRAY[:'centre', :'late', :'gone']::uuid[], '{}'))
	s(n, state, holder, named, former);

CREATE FUNCTION pg_temp.slip(n int) RETURNS uuid LANGUAGE sql AS $$
	SELECT ('00000000-0000-4000-8000-0000000030' || lpad(n::text, 2, '0'))::uuid
$$;
SELECT pg_temp.new_consent(consent, holder,
	now() + CASE state WHEN 'expired' THEN interval '-1 second' ELSE interval '1 month' END)
FROM situation;
UPDATE consent c SET parties = s.named || s.former,
	state = CASE s.state WHEN 'withdrawn' THEN 'withdrawn' ELSE c.state END
FROM situation s WHERE s.consent = c.id;
INSERT INTO consent_recipient
SELECT s.consent, r, s.holder, '{basics,help,plan}', withheld_of('{basics,help,plan}'),
	CASE WHEN r = ANY (s.former) THEN '-infinity' ELSE c.until END
FROM situation s JOIN consent c ON c.id = s.consent, unnest(s.named || s.former) r;
INSERT INTO summary (id, consent_id, holder, version, doc, readers, until, erased_at)
SELECT s.summary, s.consent, s.holder, 1,
	CASE WHEN s.state <> 'withdrawn' THEN '{"help":{}}'::jsonb END, s.named, c.until,
	CASE WHEN s.state = 'withdrawn' THEN now() END
FROM situation s JOIN consent c ON c.id = s.consent;
INSERT INTO delivery (summary_id, recipient, consent_id, holder, summary_version)
SELECT s.summary, r, s.consent, s.holder, 1 FROM situation s, unnest(s.named || s.former) r;
INSERT INTO withdrawal (consent_id, holder, version, at, leaf, capacity)
SELECT consent, holder, 2, now(), '\x00', 'parent' FROM situation;
INSERT INTO app_user (id, login, name, role, password_hash)
VALUES ('00000000-0000-4000-8000-0000000000b2', 'c', 'c', 'coordinator', '$argon2id$invented');
INSERT INTO withdrawal_record (consent_id, received, reason, recorded_by)
SELECT consent, 'x', 'x', '00000000-0000-4000-8000-0000000000b2' FROM situation;
INSERT INTO feed (seq, recipient, prev, kind, ref, version, op)
SELECT 900000 + row_number() OVER (), r, 0, 'summary', s.summary, 1, 'put'
FROM situation s, unnest(s.named || s.former || s.holder) r;
INSERT INTO event_queue (recipient, kind, ref, version, op)
SELECT r, 'summary', s.summary, 1, 'put'
FROM situation s, unnest(s.named || s.former || s.holder) r;
INSERT INTO read_log (org, kind, ref, version, consent_id, holder)
SELECT r, 'summary', s.summary, 1, s.consent, s.holder
FROM situation s, unnest(s.named || s.former) r;
INSERT INTO feed_ack (recipient, seq) VALUES (:'centre', 900001);
INSERT INTO idempotency (org, key, operation, request_sha256, status, etag)
VALUES (:'school', gen_random_uuid(), 'putSummary', '\x00', '201', '1');
INSERT INTO audit (org, event, kind, ref)
VALUES (:'school', 'summary.put', 'summary', :'summary');
INSERT INTO audit_leaf (idx, leaf, chain) VALUES (900001, '\x00', '\x00');
INSERT INTO audit_head (id, n, log_id, count, chain, at, head)
VALUES (gen_random_uuid(), 900001, gen_random_uuid(), 1, '\x00', now(), 'a.b.c');
INSERT INTO node_head (id, organisation_id, n, log_id, count, chain, at, state, receipt,
	countersignature)
VALUES (gen_random_uuid(), :'school', 900001, gen_random_uuid(), 1, '\x00', now(), 'good',
	'a.b.c', 'a.b.c');
INSERT INTO read_set VALUES ('\x01', now(), '\x01', 1, '1', '2', now(), now());
INSERT INTO family_slip (id, consent_id, holder, capacity, signer, feed_id, issued_at,
	first_until)
SELECT pg_temp.slip(n), consent, holder, 'parent', 0, gen_random_uuid(), now(), now() + interval '72 hours'
FROM situation;
INSERT INTO family_code (kept, slip_id, holder)
SELECT sha256(slip_id::text::bytea), slip_id, holder
FROM (SELECT pg_temp.slip(n) AS slip_id, holder FROM situation) s;
INSERT INTO family_session (id, slip_id, expires_at)
SELECT gen_random_uuid(), pg_temp.slip(n), now() + interval '30 minutes' FROM situation;
INSERT INTO family_word (id, consent_id, holder, capacity, signer, kind, text)
SELECT gen_random_uuid(), consent, holder, 'parent', 0, 'words', 'x' FROM situation;
INSERT INTO family_failure (source) VALUES ('x');
INSERT INTO retention_log (rule, removed) VALUES ('session_ended', 1);

-- A coordination in each state: under way, invited, of other members, left, its
-- consent withdrawn, expired, over; of a suspended, of a blocked holder, of
-- another region.
INSERT INTO organisation (id, name, kind, sectors, municipality, eik)
VALUES (:'region', 'regional team', 'commission', '{MUN}', 'VTR04', '175074752'),
	(:'elsewhere', 'another team', 'commission', '{MUN}', 'VTR04', '175074752');
CREATE FUNCTION pg_temp.joint(n int) RETURNS uuid LANGUAGE sql AS $$
	SELECT ('00000000-0000-4000-8000-0000000040' || lpad(n::text, 2, '0'))::uuid
$$;
CREATE TEMP TABLE joint AS
SELECT j.n, pg_temp.joint(j.n) AS id, j.state, j.course, j.region::uuid, j.answer, s.holder,
	s.consent, s.summary, CASE WHEN j.members = 'others' THEN ARRAY[:'former']::uuid[]
	    ELSE ARRAY[:'centre', :'late', :'gone']::uuid[] END AS members
FROM (VALUES
	(1, 'under way', 1, 'team_forming', :'region', 'accepted', ''),
	(2, 'invited', 1, 'team_forming', :'region', 'invited', ''),
	(3, 'of others', 2, 'team_forming', :'region', 'accepted', 'others'),
	(4, 'left', 1, 'team_forming', :'region', 'left', ''),
	(5, 'suspended', 4, 'suspended', :'region', 'accepted', ''),
	(6, 'expired', 5, 'team_forming', :'region', 'accepted', ''),
	(7, 'closed', 1, 'closed', :'region', 'accepted', ''),
	(8, 'of a suspended', 6, 'team_forming', :'region', 'accepted', ''),
	(9, 'of a blocked', 7, 'team_forming', :'region', 'accepted', ''),
	(10, 'of another region', 1, 'team_forming', :'elsewhere', 'accepted', ''))
	j(n, state, situation, course, region, answer, members)
JOIN situation s ON s.n = j.situation;
INSERT INTO coordination (id, holder, region, consent_id, summary_id, case_pseudonym, urgency,
	help_wanted, until)
SELECT j.id, j.holder, j.region, j.consent, j.summary, gen_random_uuid(), 'soon', 'meeting', c.until
FROM joint j JOIN consent c ON c.id = j.consent;
INSERT INTO coordination_member (coordination_id, organisation_id, role, due)
SELECT id, m, 'x', now() FROM joint, unnest(members) m;
UPDATE coordination_member m SET state = j.answer, answered_at = now()
FROM joint j WHERE j.id = m.coordination_id AND j.answer <> 'invited';
UPDATE coordination k SET state = j.course,
	before = CASE j.course WHEN 'suspended' THEN 'team_forming' END,
	closed_at = CASE j.course WHEN 'closed' THEN now() END
FROM joint j WHERE j.id = k.id;
INSERT INTO coordination_step (coordination_id, step, from_state, to_state, role, by_org)
SELECT id, 'request', 'none', 'requested', 'holder', holder FROM joint;
INSERT INTO review (id, coordination_id, result, by_org)
SELECT gen_random_uuid(), id, 'continue', region FROM joint;
INSERT INTO keyworker (id, coordination_id, organisation_id, nominated_by, from_on, by_org)
SELECT gen_random_uuid(), id, holder, 'child', current_date, region FROM joint;
INSERT INTO handover (id, receiver, by_org) SELECT id, holder, region FROM joint;
INSERT INTO reminder (kind, subject, coordination_id, recipient, to_region, due, level)
SELECT 'deadline', id, id, o, o = region, now(), 0 FROM joint, unnest(members || region) o;
INSERT INTO coordination_past (region, state, urgency, requested_at, ended_at, decided_at,
	done_at) VALUES (:'region', 'closed', 'soon', now(), now(), '{}', '{}');
INSERT INTO coordination_assignment (coordination_id, user_id, by_user)
SELECT id, '00000000-0000-4000-8000-0000000000b2', '00000000-0000-4000-8000-0000000000b2'
FROM joint;
INSERT INTO coordinator_absence (id, organisation_id, user_id, first_day, last_day, substitute)
SELECT gen_random_uuid(), team::uuid, '00000000-0000-4000-8000-0000000000b2', current_date,
	current_date, :'admin' FROM (VALUES (:'region'), (:'elsewhere')) t(team);
INSERT INTO deadline_set (id, number, state, deadlines, note, decided_on, decision, adopted_by,
	adopted_at)
VALUES (gen_random_uuid(), NULL, 'draft', '{}', 'x', NULL, NULL, NULL, NULL),
	(gen_random_uuid(), 2, 'superseded', '{}', 'x', current_date, 'x', :'admin', now());

-- A plan for each of them: adopted by its holder, with an action of a member's.
INSERT INTO plan (id, formulation) SELECT id, 'x' FROM joint;
INSERT INTO plan_contingency (plan_id, text) SELECT id, 'x' FROM joint;
INSERT INTO plan_adoption (plan_id, organisation_id, formulation_version)
SELECT id, holder, 1 FROM joint;
INSERT INTO plan_family_view (plan_id, who, recorded_by, capacity, signer, view,
	formulation_version)
SELECT id, 'parents', 'team', '', -1, 'agreed', 1 FROM joint;
INSERT INTO plan_goal (id, plan_id, whose, words, own_words, baseline, target)
SELECT gen_random_uuid(), id, 'parent', 'x', true, 1, 9 FROM joint;
INSERT INTO plan_rating (id, goal_id, plan_id, value)
SELECT gen_random_uuid(), g.id, g.plan_id, 5 FROM plan_goal g;
INSERT INTO plan_waymark (id, plan_id, words, goals)
SELECT gen_random_uuid(), id, 'x', '{}' FROM joint;
INSERT INTO action (id, coordination_id, organisation_id, what, due, evidence_wanted)
SELECT gen_random_uuid(), id, members[1], 'x', now(), 'x' FROM joint;
INSERT INTO action_progress (action_id, coordination_id, organisation_id)
SELECT id, coordination_id, organisation_id FROM action;
INSERT INTO action_step (action_id, coordination_id, organisation_id, to_state, role)
SELECT id, coordination_id, organisation_id, 'proposed', 'owner' FROM action;
INSERT INTO action_note (id, action_id, coordination_id, organisation_id, text)
SELECT gen_random_uuid(), id, coordination_id, organisation_id, 'x' FROM action;

CREATE FUNCTION pg_temp.become(who text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	org uuid;
BEGIN
	SELECT o.id INTO org FROM organisation o WHERE o.name = CASE who
	    WHEN 'holder' THEN 'school' WHEN 'recipient' THEN 'centre'
	    WHEN 'named now' THEN 'former' WHEN 'other' THEN 'ngo'
	    WHEN 'coordinator, regional' THEN 'regional team'
	    WHEN 'coordinator, elsewhere' THEN 'another team' ELSE who END;
	-- A family is bound to the consent in date; a coordinator takes down an end.
	PERFORM set_config('zaedno.org', coalesce(org::text, ''), true),
	    set_config('zaedno.role', CASE WHEN who LIKE 'coordinator%' THEN 'coordinator'
	        WHEN org IS NOT NULL THEN 'node'
	        WHEN who IN ('nobody', 'sweep', 'sequencer') THEN '' ELSE who END, true),
	    set_config('zaedno.user', CASE WHEN who LIKE 'coordinator%'
	        THEN '00000000-0000-4000-8000-0000000000b2'
	        WHEN who = 'admin' THEN '00000000-0000-4000-8000-0000000000b1'
	        ELSE '' END, true),
	    set_config('zaedno.operation', CASE who WHEN 'coordinator, ending'
	        THEN 'recordWithdrawal' ELSE 'getConsent' END, true),
	    set_config('zaedno.consent', '00000000-0000-4000-8000-000000001001', true),
	    set_config('zaedno.capacity', 'parent', true),
	    set_config('zaedno.family_slip', pg_temp.slip(1)::text, true),
	    set_config('zaedno.family_signer', '0', true),
	    set_config('zaedno.job', CASE WHEN who IN ('sweep', 'sequencer') THEN who
	        ELSE '' END, true);
	SET LOCAL ROLE zaedno_hub_service;
END $$;

INSERT INTO matrix_who (who, role)
SELECT w, 'zaedno_hub_service' FROM unnest(ARRAY['holder', 'recipient', 'named now', 'other',
	'suspended holder', 'blocked holder', 'suspended recipient', 'blocked recipient',
	'regional team', 'coordinator', 'coordinator, ending', 'coordinator, regional',
	'coordinator, elsewhere', 'facilitator', 'expert', 'board', 'council', 'analyst', 'ministry',
	'family', 'admin', 'auditor', 'nobody', 'sweep', 'sequencer']) w;

-- What hangs on a consent, by its state; the rest as one.
INSERT INTO matrix_row
SELECT t.relation, s.n, s.state, format(t.key, s.consent, s.summary)
FROM situation s, (VALUES ('consent', 'id = %L'), ('consent_recipient', 'consent_id = %L'),
	('withdrawal', 'consent_id = %L'), ('withdrawal_record', 'consent_id = %L'), ('summary', 'id = %2$L'),
	('delivery', 'consent_id = %L'), ('feed', 'ref = %2$L'),
	('event_queue', 'ref = %2$L'), ('read_log', 'consent_id = %L'),
	('family_slip', 'consent_id = %L'), ('family_word', 'consent_id = %L')) t(relation, key);
INSERT INTO matrix_row
SELECT t.relation, n, state, format('slip_id = %L', pg_temp.slip(n))
FROM situation, unnest(ARRAY['family_code', 'family_session']) t(relation);
INSERT INTO matrix_row
SELECT t.relation, n, state, format(t.key, id)
FROM joint, (VALUES ('coordination', 'id = %L'), ('coordination_member', 'coordination_id = %L'),
	('coordination_step', 'coordination_id = %L'),
	('review', 'coordination_id = %L'), ('keyworker', 'coordination_id = %L'),
	('handover', 'id = %L'), ('reminder', 'coordination_id = %L'),
	('coordination_assignment', 'coordination_id = %L')) t(relation, key);
INSERT INTO matrix_row
SELECT t.relation, n, state, format(t.key, id)
FROM joint, (VALUES ('plan', 'id = %L'), ('plan_contingency', 'plan_id = %L'),
	('plan_adoption', 'plan_id = %L'), ('plan_family_view', 'plan_id = %L'),
	('plan_goal', 'plan_id = %L'), ('plan_rating', 'plan_id = %L'),
	('plan_waymark', 'plan_id = %L'), ('action', 'coordination_id = %L'),
	('action_progress', 'coordination_id = %L'), ('action_step', 'coordination_id = %L'),
	('action_note', 'coordination_id = %L')) t(relation, key);
INSERT INTO matrix_row VALUES ('reminder_run', 1, 'all', 'true'),
	('lesson_run', 1, 'all', 'true'), ('coordination_past', 1, 'all', 'true');
-- Lessons have no case: all nodes have them by the feed.
INSERT INTO lesson (quarter, text) VALUES ('2025-Q1', 'x');
INSERT INTO matrix_row VALUES ('lesson', 1, 'all', 'true');
INSERT INTO matrix_may
SELECT 'lesson', who, 'S' FROM matrix_who
WHERE who ~ '^(coordinator|regional team|other|named now)|holder|recipient';
INSERT INTO matrix_row VALUES
	('coordinator_absence', 1, 'of the region', format('organisation_id = %L', :'region')),
	('coordinator_absence', 2, 'of another', format('organisation_id = %L', :'elsewhere')),
	('deadline_set', 1, 'adopted', 'state = ''adopted'''),
	('deadline_set', 2, 'draft', 'state = ''draft'''),
	('deadline_set', 3, 'superseded', 'state = ''superseded''');
INSERT INTO matrix_row
SELECT t, 1, 'all', 'true' FROM unnest(ARRAY['feed_ack', 'idempotency', 'audit',
	'audit_queue', 'audit_leaf', 'audit_head', 'node_head', 'read_head', 'read_set',
	'clock_mark', 'family_failure', 'retention', 'retention_log']) t;

-- Definitions: there is no child in them; ours is not the board's to rewrite.
INSERT INTO difficulty_definition (id, number, state, criteria, rule, note, decided_on,
	decision, adopted_by, adopted_at)
SELECT gen_random_uuid(), n, state, '{}', '[]', 'x', CASE WHEN n > 2 THEN current_date END,
	CASE WHEN n > 2 THEN 'x' END, CASE WHEN n > 2 THEN :'admin'::uuid END,
	CASE WHEN n > 2 THEN now() END
FROM (VALUES (2, 'draft'), (3, 'adopted'), (4, 'superseded')) d(n, state);
INSERT INTO matrix_row
SELECT 'difficulty_definition', number, source || ', ' || state, format('number = %s', number)
FROM difficulty_definition;
INSERT INTO matrix_may
SELECT 'difficulty_definition', who, CASE who WHEN 'board' THEN 'SU SUI S S'
	ELSE 'S S S S' END
FROM matrix_who WHERE who NOT IN ('family', 'nobody', 'sweep', 'sequencer');

-- Questions: of a node, and of a regional team whose node is not told.
INSERT INTO question (id, kind, asker, asked_by, region, level, text, due, deadline_set)
SELECT gen_random_uuid(), kind, asker::uuid, by::uuid, :'ngo', 'regional', kind, now(), 1
FROM (VALUES ('method', :'school', NULL),
	('escalated', :'ngo', '00000000-0000-4000-8000-0000000000b2')) q(kind, asker, by);
INSERT INTO coordination (id, holder, region, consent_id, summary_id, case_pseudonym, urgency,
	help_wanted, until)
SELECT gen_random_uuid(), :'school', :'ngo', s.consent, s.summary, gen_random_uuid(), 'soon',
	'meeting', now() FROM situation s WHERE s.n = 4;
INSERT INTO question_link SELECT q.id, k.id FROM question q, coordination k
WHERE q.kind = 'escalated' AND k.region = :'ngo';
INSERT INTO matrix_row VALUES ('question', 1, 'of a node', 'kind = ''method'''),
	('question', 2, 'of a team', 'kind = ''escalated'''),
	('question_link', 1, 'of a team', 'true');
INSERT INTO matrix_may VALUES ('question', 'holder', 'SUI -');

-- A meeting of each coordination, to which all of its members were invited; what
-- the consent gives of it is 23-meetings'. And one without a case.
INSERT INTO codelist.meeting_kind VALUES ('case', 'x', 'x', 1) ON CONFLICT DO NOTHING;
INSERT INTO meeting (id, coordination_id, region, kind, state, starts_at, minutes, agenda,
	recorded_at)
SELECT ('00000000-0000-4000-8000-0000000060' || lpad(j.n::text, 2, '0'))::uuid, j.id, j.region,
	'case', 'held', now(), 60, '{x}'::text[], now() FROM joint j
UNION ALL
SELECT '00000000-0000-4000-8000-000000006011', NULL, :'region', 'board', 'held', now(), 60, '{x}'::text[],
	now();
CREATE TEMP TABLE met AS
SELECT row_number() OVER (ORDER BY m.id) AS n, m.id, coalesce(j.state, 'of no case') AS state,
	coalesce(j.members, ARRAY[:'centre']::uuid[]) AS members, m.coordination_id
FROM meeting m LEFT JOIN joint j ON j.id = m.coordination_id;
INSERT INTO meeting_invitation (meeting_id, organisation_id, role)
SELECT id, o, 'x' FROM met, unnest(members) o;
INSERT INTO meeting_attendance SELECT id, 1, :'school', 'x', 60 FROM met;
INSERT INTO meeting_voice SELECT id, 'child', true, 'x', NULL FROM met;
INSERT INTO meeting_decision (id, meeting_id, coordination_id, organisation_id, what, due,
	how_known) SELECT gen_random_uuid(), id, coordination_id, members[1], 'x', now(), 'x' FROM met;
INSERT INTO calendar (id, user_id, secret_sha256)
VALUES (gen_random_uuid(), '00000000-0000-4000-8000-0000000000b2', '\x01');
INSERT INTO matrix_row
SELECT t.relation, n, state, format(t.key, id)
FROM met, (VALUES ('meeting', 'id = %L'), ('meeting_invitation', 'meeting_id = %L'),
	('meeting_attendance', 'meeting_id = %L'), ('meeting_voice', 'meeting_id = %L'),
	('meeting_decision', 'meeting_id = %L')) t(relation, key);
INSERT INTO matrix_row VALUES ('calendar', 1, 'of a coordinator', 'true');
-- A region's templates; a series on each coordination, and one without a case.
INSERT INTO agenda_template (id, region, name, agenda)
VALUES (gen_random_uuid(), :'region', 'x', '{x}'), (gen_random_uuid(), :'elsewhere', 'x', '{x}');
INSERT INTO meeting_series (id, coordination_id, region, every, request_sha256)
SELECT m.id, m.coordination_id, m.region, 'week', '\x01' FROM meeting m;
INSERT INTO matrix_row
SELECT 'meeting_series', n, state, format('id = %L', id) FROM met UNION ALL
SELECT 'agenda_template', n, 'of ' || who, format('region = %L', id)
FROM (VALUES (1, 'a region', :'region'), (2, 'another', :'elsewhere')) x(n, who, id);
INSERT INTO matrix_may VALUES ('agenda_template', 'coordinator, regional', 'SUI -'),
	('agenda_template', 'coordinator, elsewhere', '- SUI'),
	('meeting_series', 'coordinator, regional', 'SUI SUI SUI SUI SUI SUI SUI SUI I - SUI'),
	('meeting_series', 'coordinator, elsewhere', '- - - - - - - - - SUI -');
-- What an organisation promises a region.
INSERT INTO hour_promise (id, organisation_id, region, quarter, hours)
VALUES (gen_random_uuid(), :'school', :'region', '2026-Q4', 10),
	(gen_random_uuid(), :'centre', :'elsewhere', '2026-Q4', 10);
INSERT INTO matrix_row
SELECT 'hour_promise', n, 'of ' || who, format('organisation_id = %L', id)
FROM (VALUES (1, 'holder', :'school'), (2, 'recipient', :'centre')) x(n, who, id);
INSERT INTO matrix_may VALUES ('hour_promise', 'holder', 'SUI -'),
	('hour_promise', 'recipient', '- SUI'),
	('hour_promise', 'coordinator, regional', 'S -'),
	('hour_promise', 'coordinator, elsewhere', '- S');
-- What binds an organisation it keeps; its own time and invitations it sees.
INSERT INTO matrix_may
SELECT relation, unnest(who), may FROM (VALUES
	('calendar', ARRAY['coordinator', 'coordinator, ending', 'coordinator, regional', 'coordinator, elsewhere'],
	    'SUI'),
	('meeting', ARRAY['holder'],
	    'S S S S S S S - - S -'),
	('meeting', ARRAY['recipient'],
	    'S S - - - - S S - S S'),
	('meeting', ARRAY['named now'],
	    '- - S - - - - - - - -'),
	('meeting', ARRAY['suspended holder'],
	    '- - - - - - - S - - -'),
	('meeting', ARRAY['blocked holder'],
	    '- - - - - - - - S - -'),
	('meeting', ARRAY['suspended recipient', 'blocked recipient'],
	    'S S - - - - S S - S -'),
	('meeting', ARRAY['coordinator, regional'],
	    'SUI SUI SUI SUI SUI SUI SUI SUI I - SUI'),
	('meeting', ARRAY['coordinator, elsewhere'],
	    '- - - - - - - - - SUI -'),
	('meeting_attendance', ARRAY['holder'],
	    'S S S S S S S S S S S'),
	('meeting_attendance', ARRAY['recipient'],
	    '- - - - - - - - - - S'),
	('meeting_attendance', ARRAY['suspended holder'],
	    '- - - - - - - S - - -'),
	('meeting_attendance', ARRAY['blocked holder'],
	    '- - - - - - - - S - -'),
	('meeting_attendance', ARRAY['coordinator, regional'],
	    'SDI SDI SDI SDI SDI SDI SDI SDI - - SDI'),
	('meeting_attendance', ARRAY['coordinator, elsewhere'],
	    '- - - - - - - - - SDI -'),
	('meeting_decision', ARRAY['holder'],
	    'S S S S S S S - - S -'),
	('meeting_decision', ARRAY['recipient'],
	    'SU SU - - SU SU SU SU - SU SU'),
	('meeting_decision', ARRAY['named now'],
	    '- - SU - - - - - - - -'),
	('meeting_decision', ARRAY['suspended holder'],
	    '- - - - - - - S - - -'),
	('meeting_decision', ARRAY['blocked holder'],
	    '- - - - - - - - S - -'),
	('meeting_decision', ARRAY['coordinator, regional'],
	    'SUI SUI SUI SUI SUI SUI SUI SUI - - SUI'),
	('meeting_decision', ARRAY['coordinator, elsewhere'],
	    '- - - - - - - - - SUI -'),
	('meeting_invitation', ARRAY['holder'],
	    'S S S S S S S - - S -'),
	('meeting_invitation', ARRAY['recipient'],
	    'SU SU - SU SU SU SU SU SU SU SU'),
	('meeting_invitation', ARRAY['named now'],
	    '- - SU - - - - - - - -'),
	('meeting_invitation', ARRAY['suspended holder'],
	    '- - - - - - - S - - -'),
	('meeting_invitation', ARRAY['blocked holder'],
	    '- - - - - - - - S - -'),
	('meeting_invitation', ARRAY['suspended recipient', 'blocked recipient'],
	    'SU SU - SU SU SU SU SU SU SU -'),
	('meeting_invitation', ARRAY['coordinator, regional'],
	    'SUDI SUDI SUDI SUDI SUDI SUDI SUDI SUDI - - SUDI'),
	('meeting_invitation', ARRAY['coordinator, elsewhere'],
	    '- - - - - - - - - SUDI -'),
	('meeting_voice', ARRAY['holder'],
	    'S S S S - - S - - S -'),
	('meeting_voice', ARRAY['recipient'],
	    '- - - - - - - - - - S'),
	('meeting_voice', ARRAY['suspended holder'],
	    '- - - - - - - S - - -'),
	('meeting_voice', ARRAY['blocked holder'],
	    '- - - - - - - - S - -'),
	('meeting_voice', ARRAY['coordinator, regional'],
	    'SDI SDI SDI SDI I I SDI SDI - - SDI'),
	('meeting_voice', ARRAY['coordinator, elsewhere'],
	    '- - - - - - - - - SDI -')) m(relation, who, may);

-- In date, of others, not named any more, withdrawn, expired, of a suspended, of
-- a blocked holder. Whether an organisation is suspended or blocked the
-- statements ask; the policies know whose a row is. The queues take from
-- everybody and give to the sequencer.
INSERT INTO matrix_may
SELECT relation, unnest(who), may FROM (VALUES
	('audit_head', ARRAY['admin', 'auditor'], 'SI'),
	('audit_leaf', ARRAY['admin', 'auditor'], 'S'),
	('audit_leaf', ARRAY['sequencer'], 'SI'),
	('consent', ARRAY['holder'], 'SUI SUI SUI SUI SUI - -'),
	('consent', ARRAY['recipient', 'suspended recipient', 'blocked recipient'], 'S - S S S S S'),
	('consent', ARRAY['named now'], '- S S - - - -'),
	('consent', ARRAY['suspended holder'], '- - - - - SUI -'),
	('consent', ARRAY['blocked holder'], '- - - - - - SUI'),
	('consent', ARRAY['coordinator, ending'], 'S S S SU S S S'),
	('consent', ARRAY['family'], 'S - - - - - -'),
	('consent', ARRAY['sweep'], 'SU SU SU SU SU SU SU'),
	('consent_recipient', ARRAY['holder'], 'SUI SUI SUI SUI SUI - -'),
	('consent_recipient', ARRAY['recipient', 'suspended recipient', 'blocked recipient'],
	    'S - S S S S S'),
	('consent_recipient', ARRAY['named now'], '- S S - - - -'),
	('consent_recipient', ARRAY['suspended holder'], '- - - - - SUI -'),
	('consent_recipient', ARRAY['blocked holder'], '- - - - - - SUI'),
	('consent_recipient', ARRAY['coordinator, ending'], 'S S S S S S S'),
	('consent_recipient', ARRAY['family'], 'S - - - - - -'),
	('consent_recipient', ARRAY['sweep'], 'SU SU SU SU SU SU SU'),
	-- Whose consent was withdrawn or has run out sees it no longer, but that one
	-- had a place in the team.
	('coordination', ARRAY['holder'], 'SUI SUI SUI SUI SUI SUI SUI - - SUI'),
	('coordination', ARRAY['suspended holder'], '- - - - - - - SUI - -'),
	('coordination', ARRAY['blocked holder'], '- - - - - - - - SUI -'),
	('coordination', ARRAY['recipient', 'suspended recipient', 'blocked recipient'],
	    'SU SU - - - - SU SU SU SU'),
	('coordination', ARRAY['named now'], '- - SU - - - - - - -'),
	('coordination', ARRAY['regional team'], 'S S S S S S S S S -'),
	('coordination', ARRAY['coordinator, regional'], 'SU SU SU SU SU SU SU SU SU -'),
	('coordination', ARRAY['coordinator, elsewhere'], '- - - - - - - - - SU'),
	('coordination_assignment', ARRAY['coordinator, regional'],
	    'SI SI SI SI SI SI SI SI SI -'),
	('coordination_assignment', ARRAY['coordinator, elsewhere'], '- - - - - - - - - SI'),
	('coordination_member', ARRAY['holder'], 'S S S S S S S - - S'),
	('coordination_member', ARRAY['suspended holder'], '- - - - - - - S - -'),
	('coordination_member', ARRAY['blocked holder'], '- - - - - - - - S -'),
	('coordination_member', ARRAY['recipient', 'suspended recipient', 'blocked recipient'],
	    'SU SU - SU SU SU SU SU SU SU'),
	('coordination_member', ARRAY['named now'], '- - SU - - - - - - -'),
	('coordination_member', ARRAY['regional team'], 'S S S S S S S S S -'),
	('coordination_member', ARRAY['coordinator, regional'],
	    'SUI SUI SUI SUI SUI SUI SUI SUI SUI -'),
	('coordination_member', ARRAY['coordinator, elsewhere'], '- - - - - - - - - SUI'),
	-- Nobody writes history in another's name.
	('coordination_step', ARRAY['holder'], 'SI SI SI SI SI SI SI - - SI'),
	('coordination_step', ARRAY['suspended holder'], '- - - - - - - SI - -'),
	('coordination_step', ARRAY['blocked holder'], '- - - - - - - - SI -'),
	('coordination_step', ARRAY['recipient', 'suspended recipient', 'blocked recipient'],
	    'S S - - - - S S S S'),
	('coordination_step', ARRAY['named now'], '- - S - - - - - - -'),
	('coordination_step', ARRAY['regional team', 'coordinator, regional'],
	    'S S S S S S S S S -'),
	('coordination_step', ARRAY['coordinator, elsewhere'], '- - - - - - - - - S'),
	('coordinator_absence', ARRAY['coordinator, regional'], 'SUI -'),
	-- Under way, its consent in date and its holder not blocked, it is written to;
	-- whom the consent opens no plan to sees nothing.
	('review', ARRAY['holder'], 'S S S S S S S - - S'),
	('review', ARRAY['suspended holder'], '- - - - - - - S - -'),
	('review', ARRAY['blocked holder'], '- - - - - - - - S -'),
	('review', ARRAY['recipient', 'suspended recipient', 'blocked recipient'],
	    'S - - - - - S S - S'),
	('review', ARRAY['named now'], '- - S - - - - - - -'),
	('review', ARRAY['family'], 'S S - S - - S - - S'),
	('review', ARRAY['regional team'], 'S S S S S S S S - -'),
	('review', ARRAY['coordinator, regional'], 'SUI SUI SUI SUI S S SUI SUI - -'),
	('review', ARRAY['coordinator, elsewhere'], '- - - - - - - - - SUI'),
	('keyworker', ARRAY['holder'], 'SU SU SU SU S S SU - - SU'),
	('keyworker', ARRAY['suspended holder'], '- - - - - - - SU - -'),
	('keyworker', ARRAY['blocked holder'], '- - - - - - - - SU -'),
	('keyworker', ARRAY['recipient', 'suspended recipient', 'blocked recipient'],
	    'S - - - - - S S - S'),
	('keyworker', ARRAY['named now'], '- - S - - - - - - -'),
	('keyworker', ARRAY['regional team'], 'S S S S S S S S - -'),
	('keyworker', ARRAY['coordinator, regional'], 'SUI SUI SUI SUI S S SUI SUI - -'),
	('keyworker', ARRAY['coordinator, elsewhere'], '- - - - - - - - - SUI'),
	('handover', ARRAY['holder'], 'S S S S S S S - - S'),
	('handover', ARRAY['suspended holder'], '- - - - - - - S - -'),
	('handover', ARRAY['blocked holder'], '- - - - - - - - S -'),
	('handover', ARRAY['recipient', 'suspended recipient', 'blocked recipient'],
	    'S - - - - - S S - S'),
	('handover', ARRAY['named now'], '- - S - - - - - - -'),
	('handover', ARRAY['regional team'], 'S S S S S S S S - -'),
	('handover', ARRAY['coordinator, regional'], 'SU SU SU SU S S SU SU - -'),
	('handover', ARRAY['coordinator, elsewhere'], '- - - - - - - - - SU'),
	-- Of what stands, whoever it was raised for; the feed asks for its coordination.
	('reminder', ARRAY['recipient', 'suspended recipient', 'blocked recipient'],
	    'S S - S S S S S S S'),
	('reminder', ARRAY['named now'], '- - S - - - - - - -'),
	('reminder', ARRAY['coordinator, regional'], 'S S S S S S S S S -'),
	('reminder', ARRAY['coordinator, elsewhere'], '- - - - - - - - - S'),
	('coordinator_absence', ARRAY['coordinator, elsewhere'], '- SUI'),
	('delivery', ARRAY['holder'], 'SUI SUI SUI SUI SUI - -'),
	('delivery', ARRAY['recipient', 'suspended recipient', 'blocked recipient'],
	    'SU - SU SU SU SU SU'),
	('delivery', ARRAY['named now'], '- SU SU - - - -'),
	('delivery', ARRAY['suspended holder'], '- - - - - SUI -'),
	('delivery', ARRAY['blocked holder'], '- - - - - - SUI'),
	('delivery', ARRAY['coordinator, ending', 'sweep'], 'S S S S S S S'),
	('delivery', ARRAY['family'], 'S - - - - - -'),
	('family_code', ARRAY['holder'], 'I I I I I - -'),
	('family_code', ARRAY['suspended holder'], '- - - - - I -'),
	('family_code', ARRAY['blocked holder'], '- - - - - - I'),
	('family_session', ARRAY['family'], 'SU - - - - - -'),
	('family_slip', ARRAY['holder'], 'SUI SUI SUI SUI SUI - -'),
	('family_slip', ARRAY['suspended holder'], '- - - - - SUI -'),
	('family_slip', ARRAY['blocked holder'], '- - - - - - SUI'),
	('family_slip', ARRAY['family'], 'S - - - - - -'),
	('family_word', ARRAY['holder'], 'SU SU SU SU SU - -'),
	('family_word', ARRAY['suspended holder'], '- - - - - SU -'),
	('family_word', ARRAY['blocked holder'], '- - - - - - SU'),
	('family_word', ARRAY['family'], 'SI - - - - - -'),
	('feed', ARRAY['holder'], 'S S S S S - -'),
	('feed', ARRAY['recipient', 'suspended recipient', 'blocked recipient'], 'S - S S S S S'),
	('feed', ARRAY['named now'], '- S S - - - -'),
	('feed', ARRAY['suspended holder'], '- - - - - S -'),
	('feed', ARRAY['blocked holder'], '- - - - - - S'),
	('feed', ARRAY['sequencer'], 'SI SI SI SI SI SI SI'),
	('feed_ack', ARRAY['recipient'], 'SUI'),
	('idempotency', ARRAY['holder'], 'SDI'),
	('idempotency', ARRAY['sweep'], 'SD'),
	('node_head', ARRAY['holder'], 'SI'),
	('node_head', ARRAY['admin', 'auditor'], 'S'),
	-- In one's own name alone, whatever it is that one has read.
	('read_log', ARRAY['holder'], 'SI SI SI SI SI I I'),
	('read_log', ARRAY['recipient', 'suspended recipient', 'blocked recipient'],
	    'SI I SI SI SI SI SI'),
	('read_log', ARRAY['named now'], 'I SI SI I I I I'),
	('read_log', ARRAY['other', 'regional team', 'coordinator, regional',
	    'coordinator, elsewhere'], 'I I I I I I I'),
	('read_log', ARRAY['suspended holder'], 'I I I I I SI I'),
	('read_log', ARRAY['blocked holder'], 'I I I I I I SI'),
	('read_log', ARRAY['family'], 'S - - - - - -'),
	('read_log', ARRAY['admin', 'auditor'], 'S S S S S S S'),
	('read_set', ARRAY['admin', 'auditor'], 'S'),
	('retention', ARRAY['admin', 'auditor'], 'S'),
	('retention_log', ARRAY['admin', 'auditor'], 'S'),
	('summary', ARRAY['holder'], 'SUI SUI SUI SUI SUI - -'),
	('summary', ARRAY['recipient', 'suspended recipient', 'blocked recipient'], 'S - - - - S S'),
	('summary', ARRAY['named now'], '- S S - - - -'),
	('summary', ARRAY['suspended holder'], '- - - - - SUI -'),
	('summary', ARRAY['blocked holder'], '- - - - - - SUI'),
	('summary', ARRAY['sweep'], 'SU SU SU SU SU SU SU'),
	('withdrawal', ARRAY['holder'], 'SUI SUI SUI SUI SUI - -'),
	('withdrawal', ARRAY['suspended holder'], '- - - - - SUI -'),
	('withdrawal', ARRAY['blocked holder'], '- - - - - - SUI'),
	('withdrawal', ARRAY['coordinator, ending'], 'SUI SUI SUI SUI SUI SUI SUI'),
	('withdrawal', ARRAY['family'], 'SUI - - - - - -'),
	('withdrawal_record', ARRAY['coordinator, ending'], 'I I I I I I I'),
	('withdrawal_record', ARRAY['admin', 'auditor'], 'S S S S S S S')) m(relation, who, may);
INSERT INTO matrix_may
SELECT q.relation, w.who, CASE w.who WHEN 'sequencer' THEN q.takes ELSE q.gives END
FROM matrix_who w, (VALUES ('audit_queue', 'I', 'SDI'),
	('event_queue', 'I I I I I I I', 'SDI SDI SDI SDI SDI SDI SDI')) q(relation, gives, takes);
-- Everybody's acts are noted, as their own.
INSERT INTO matrix_may
SELECT 'audit', who, CASE WHEN who IN ('admin', 'auditor') THEN 'SI' ELSE 'I' END
FROM matrix_who;
-- The heads and the clock are for everybody to see.
INSERT INTO matrix_may
SELECT t.relation, w.who, CASE WHEN t.relation = 'clock_mark' AND w.who = 'sweep'
	THEN 'SU' ELSE 'S' END
FROM matrix_who w, (VALUES ('audit_head'), ('clock_mark')) t(relation)
ON CONFLICT DO NOTHING;
-- What has been adopted is for everybody, drafts for those who decide by them.
INSERT INTO matrix_may
SELECT 'deadline_set', who, CASE WHEN who = 'board' THEN 'S SUI S'
	WHEN who LIKE 'coordinator%' THEN 'S S S' ELSE 'S - S' END
FROM matrix_who;
-- CODELISTS 7.  "s": what one reads of a plan that one sees; "w": what whoever
-- leads does with it.  Of what a consent no longer holds region and holder have
-- the plan's own row; whose an action is keeps it as long as it works there.
INSERT INTO matrix_may
SELECT t.relation, v.who, replace(replace(v.may, 's', t.s), 'w', t.w)
FROM (VALUES ('plan_contingency', 'S', 'SUI'), ('plan_adoption', 'S', 'S'),
	('plan_family_view', 'S', 'SUI'), ('plan_goal', 'S', 'SUI'), ('plan_rating', 'S', 'SI'),
	('plan_waymark', 'S', 'SUI'), ('action', 'S', 'SUI')) t(relation, s, w),
	(VALUES ('holder', 's s s s - - s - - s'), ('suspended holder', '- - - - - - - s - -'),
	('blocked holder', '- - - - - - - - s -'), ('recipient', 's - - - - - s s - s'),
	('suspended recipient', 's - - - - - s s - s'),
	('blocked recipient', 's - - - - - s s - s'), ('named now', '- - s - - - - - - -'),
	('regional team', 's s s s - - s s - -'), ('family', 's s - s - - s - - s'),
	('coordinator, regional', 'w w w w - - w w - -'),
	('coordinator, elsewhere', '- - - - - - - - - w')) v(who, may);
INSERT INTO matrix_may
SELECT 'plan', who, may FROM (VALUES ('holder', 'S S S S S S S - - S'),
	('suspended holder', '- - - - - - - S - -'), ('blocked holder', '- - - - - - - - S -'),
	('recipient', 'S - - - - - S S - S'), ('suspended recipient', 'S - - - - - S S - S'),
	('blocked recipient', 'S - - - - - S S - S'), ('named now', '- - S - - - - - - -'),
	('regional team', 'S S S S S S S S - -'), ('family', 'S S - S - - S - - S'),
	('coordinator, regional', 'SU SU SU SU S S SU SU - -'),
	('coordinator, elsewhere', '- - - - - - - - - SU')) v(who, may);
-- How far an action is: whose it is, who leads, the family; its notes not even that.
INSERT INTO matrix_may
SELECT t.relation, v.who, CASE v.who WHEN 'family' THEN t.family
	WHEN 'coordinator, regional' THEN replace(v.may, 'x', t.w)
	WHEN 'coordinator, elsewhere' THEN replace(v.may, 'x', t.w)
	ELSE replace(v.may, 'x', t.own) END
FROM (VALUES ('action_progress', 'SU', 'SUI', 'S S - S - - S - - S'),
	('action_step', 'SI', 'SI', 'S S - S - - S - - S'),
	('action_note', 'SI', 'S', '- - - - - - - - - -')) t(relation, own, w, family),
	(VALUES ('recipient', 'x - - - x x x x x x'), ('named now', '- - x - - - - - - -'),
	('coordinator, regional', 'x x x x - - x x - -'),
	('coordinator, elsewhere', '- - - - - - - - - x'), ('family', '')) v(who, may);
UPDATE matrix_may m SET may = v.may
FROM (VALUES ('plan_adoption', 'holder', 'SUI SUI SUI SUI - - SUI - - SUI'),
	('plan_adoption', 'suspended holder', '- - - - - - - SUI - -'),
	('plan_adoption', 'blocked holder', '- - - - - - - - SUI -'),
	('action', 'recipient', 'SU - - - SU SU SU SU SU SU'),
	('action', 'named now', '- - SU - - - - - - -')) v(relation, who, may)
WHERE m.relation = v.relation AND m.who = v.who;
UPDATE matrix_may m SET may = v.may -- what waits for oneself is seen
FROM (VALUES
	('holder', 'SI SI SI SI SI I I'),
	('recipient', 'SI I SI SI SI SI SI'),
	('named now', 'I SI SI I I I I'),
	('suspended holder', 'I I I I I SI I'),
	('blocked holder', 'I I I I I I SI'),
	('suspended recipient', 'SI I SI SI SI SI SI'),
	('blocked recipient', 'SI I SI SI SI SI SI')) v(who, may)
WHERE m.relation = 'event_queue' AND m.who = v.who;

\ir ../lib/matrix_ask.psql
