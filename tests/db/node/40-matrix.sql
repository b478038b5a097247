-- Table × who × state of the row, straight against a node's policies.
BEGIN;
\ir lib/fixture.psql
\ir ../lib/matrix.psql
SELECT * FROM no_plan();

\set eva '00000000-0000-4000-8000-000000000010'
\set gone '00000000-0000-4000-8000-000000000011'
INSERT INTO app_user (id, login, name, role, password_hash, state)
VALUES (:'eva', 'eva', 'eva', 'practitioner', '$argon2id$invented', 'active'),
	(:'gone', 'gone', 'gone', 'practitioner', '$argon2id$invented', 'disabled');

-- A case with all that can hang on it, in each state of its consent.
CREATE FUNCTION pg_temp.some_id(n int, what int) RETURNS uuid LANGUAGE sql AS $$
	SELECT ('00000000-0000-4000-8000-00000' || lpad(what::text, 3, '0')
	    || lpad(n::text, 4, '0'))::uuid
$$;
CREATE TEMP TABLE situation AS
SELECT n, state, holder::uuid, pg_temp.some_id(n, 101) AS person,
	pg_temp.some_id(n, 102) AS kase, pg_temp.some_id(n, 103) AS consent,
	pg_temp.some_id(n, 104) AS summary
FROM (VALUES (1, 'in date', :'anna'), (2, 'withdrawn', :'anna'), (3, 'expired', :'anna'),
	(4, 'of a disabled account', :'gone'), (5, 'no consent', :'anna')) s(n, state, holder);

INSERT INTO person (id, sealed, content, created_by)
SELECT person, 'z1.x', '\x01', holder FROM situation;
INSERT INTO person_index SELECT person, 'given', '\xcc' FROM situation;
INSERT INTO case_file (id, person_id, year, number, holder, content, created_by)
SELECT kase, person, 2026, 910000 + n, holder, '\x01', holder FROM situation;
INSERT INTO need (case_id, domain, level) SELECT kase, 'safety', 1 FROM situation;
INSERT INTO episode (id, case_id, kind, service, start_on)
SELECT gen_random_uuid(), kase, 'social', 'a', '2026-01-01' FROM situation;
INSERT INTO outcome (id, case_id, kind, on_day, school, recorded_by)
SELECT gen_random_uuid(), kase, 'school', '2026-01-01', 'attending', holder FROM situation;
INSERT INTO signal (id, case_id, channel, recipient, made_at, made_by, sealed, content,
	recorded_by)
SELECT gen_random_uuid(), kase, 'phone', 'dsp', now(), holder, 'z1.x', '\x01', holder
FROM situation;
INSERT INTO team_record (id, case_id, kind, convened_at, held_at, sealed, content,
	recorded_by)
SELECT gen_random_uuid(), kase, 'violence', now(), now(), 'z1.x', '\x01', holder
FROM situation;
INSERT INTO emergency_reading (id, case_id, number, holder, reader, sealed, content)
SELECT pg_temp.some_id(n, 105), kase, 'x', holder, :'eva', 'z1.x', '\x01' FROM situation;
INSERT INTO emergency_read (reading_id, at, event, kind, ref)
SELECT pg_temp.some_id(n, 105), now(), 'case.read', 'case', kase FROM situation;
SELECT task_raise('consent_renewal', kase, now()) FROM situation;
INSERT INTO need_history (case_id, needs, strengths, recorded_by)
SELECT kase, '[]', '[]', holder FROM situation;
INSERT INTO need_link (id, case_id, from_domain, to_domain, kind, since, sealed, content,
	recorded_by)
SELECT gen_random_uuid(), kase, 'family', 'education', 'explains', '2026-01-10', 'z1.x', '\x01',
	holder
FROM situation;
INSERT INTO voice (id, case_id, who, on_day, refused, sealed, content, recorded_by)
SELECT gen_random_uuid(), kase, 'child', '2026-01-10', true, 'z1.x', '\x01', holder
FROM situation;
INSERT INTO helper (id, case_id, kind, domains, since, sealed, content, recorded_by)
SELECT pg_temp.some_id(n, 107), kase, 'kin', '{family}', '2026-01-10', 'z1.x', '\x01', holder
FROM situation;
INSERT INTO nomination (id, case_id, helper_id, source, since, recorded_by)
SELECT gen_random_uuid(), kase, pg_temp.some_id(n, 107), 'child', '2026-01-10', holder
FROM situation;
INSERT INTO continuity (episode_id, case_id, lost, stays, sealed, content, recorded_by)
SELECT e.id, kase, 1, 0, 'z1.x', '\x01', holder
FROM situation JOIN episode e ON e.case_id = kase;
INSERT INTO grid (id, case_id, on_day, shape, sealed, content, recorded_by)
SELECT pg_temp.some_id(n, 108), kase, '2026-01-10', '{"columns": [], "alignments": []}', 'z1.x',
	'\x01', holder
FROM situation;
INSERT INTO connecting (id, case_id, grid_id, level, parties, due, sealed, content, recorded_by)
SELECT gen_random_uuid(), kase, pg_temp.some_id(n, 108), 'explanation', ARRAY[person, kase],
	'2026-02-10', 'z1.x', '\x01', holder
FROM situation;
INSERT INTO prompt_answer (id, case_id, prompt, sealed, content, recorded_by)
SELECT gen_random_uuid(), kase, 'child_would_say', 'z1.x', '\x01', holder FROM situation;
INSERT INTO difficulty_check (id, case_id, definition, proposed, met, by_rule, difficult, against,
	sealed, content, recorded_by)
SELECT gen_random_uuid(), kase, 1, '{}', '{}', false, false, false, 'z1.x', '\x01', holder
FROM situation;

INSERT INTO consent (id, case_id, case_pseudonym, purpose, rule, child_opinion,
	text_version, text_sha256, language, valid_from, until, state, content, created_by,
	withdrawn_at)
SELECT consent, kase, gen_random_uuid(), 'joint_assessment', 'representative', 'recorded',
	'1', '\x00', 'bg', now() - interval '1 day',
	now() + CASE state WHEN 'expired' THEN interval '-1 second' ELSE interval '1 month' END,
	CASE state WHEN 'withdrawn' THEN state ELSE 'active' END, '\x01', holder,
	CASE state WHEN 'withdrawn' THEN now() END
FROM situation WHERE state <> 'no consent';
INSERT INTO consent_version (consent_id, version, receipt, sealed, recorded_by)
SELECT id, 1, 'a.b.c', 'z1.x', created_by FROM consent JOIN situation ON consent = id;
INSERT INTO consent_signer (consent_id, version, n, capacity, method, at, salt,
	evidence_commit)
SELECT consent.id, 1, 1, 'parent', 'paper', now(), decode(repeat('01', 32), 'hex'),
	decode(repeat('02', 32), 'hex') FROM consent JOIN situation ON situation.consent = id;
INSERT INTO consent_recipient
SELECT id, :'other_org', '{basics}' FROM consent JOIN situation ON consent = id;
INSERT INTO summary (id, consent_id, doc, shared_by)
SELECT summary, consent, '{"basics":{}}', holder FROM situation WHERE state <> 'no consent';
INSERT INTO summary_overrule (summary_id, version, sealed, by)
SELECT id, 1, 'z1.x', :'vera' FROM summary s JOIN situation ON situation.summary = s.id;
INSERT INTO outbox (operation, method, path, subject, consent_id, actor)
SELECT 'putSummary', 'PUT', '/v1/x', summary, consent, 'x'
FROM situation WHERE state <> 'no consent';
INSERT INTO coordination_request (id, consent_id, summary_id, region, urgency, help_wanted,
	requested_by)
SELECT gen_random_uuid(), consent, summary, :'other_org', 'soon', 'meeting', holder
FROM situation WHERE state <> 'no consent';
INSERT INTO outbox (operation, method, path, subject, actor)
VALUES ('answerInvitation', 'PUT', '/v1/x', gen_random_uuid(), 'x');
INSERT INTO family_slip (id, consent_id, capacity, signer, issued_by)
SELECT gen_random_uuid(), consent, 'parent', 0, holder FROM situation WHERE state <> 'no consent';
INSERT INTO family_word (id, consent_id, capacity, kind, said_at, sealed)
SELECT gen_random_uuid(), consent, 'parent', 'words', now(), 'z1.x'
FROM situation WHERE state <> 'no consent';
INSERT INTO child_limit (case_id, sealed, content, recorded_by)
SELECT kase, 'z1.x', '\x01', holder FROM situation;

-- What others have shared: assigned to anna, to nobody, erased, past its term.
CREATE TEMP TABLE arrived AS
SELECT n, state, pg_temp.some_id(n, 106) AS id
FROM (VALUES (1, 'assigned'), (2, 'not assigned'), (3, 'withdrawn'), (4, 'expired')) a(n, state);
INSERT INTO mirror (kind, id, state, feed_id, seq, version, doc)
SELECT 'summary', id, 'shared', :'feed', 100 + n, 1, CASE WHEN state <> 'withdrawn'
	THEN pg_temp.received_doc(now() + CASE state WHEN 'expired' THEN interval '-1 s'
	    ELSE interval '1 month' END) END
FROM arrived;
INSERT INTO received (summary_id, assigned_to)
SELECT id, CASE WHEN state <> 'not assigned' THEN :'anna'::uuid END FROM arrived;
INSERT INTO mirror (kind, id, state, feed_id, seq, version, doc)
VALUES ('a_kind_to_come', pg_temp.some_id(5, 106), 'x', :'feed', 105, 1, '{}'),
	('hour_promise', pg_temp.some_id(7, 106), NULL, :'feed', 107, 1, '{}'),
	('organisation', pg_temp.some_id(6, 106), 'active', :'feed', 106, 1, '{}'),
	('lesson', pg_temp.some_id(8, 106), NULL, :'feed', 108, 1, '{}');
-- Coordinations: of our own summaries, of what has arrived; the term of the last
-- is over.
INSERT INTO mirror (kind, id, parent, state, feed_id, seq, version, doc)
SELECT 'coordination', pg_temp.some_id(n, 107), summary, 'team_forming', :'feed', 200 + n, 1, '{}'
FROM situation WHERE n < 5;
INSERT INTO mirror (kind, id, parent, state, feed_id, seq, version, doc)
SELECT 'coordination', pg_temp.some_id(n, 108), id, 'team_forming', :'feed', 210 + n, 1,
	pg_temp.received_doc(now() + CASE n WHEN 3 THEN interval '-1 s' ELSE interval '1 month' END)
FROM arrived WHERE n < 4;
INSERT INTO shared_change (id, operation, params, kind, document_id, coordination_id,
	sealed, author)
SELECT pg_temp.some_id(n, 109), 'x', '{}'::jsonb, 'plan', pg_temp.some_id(n, 107),
	pg_temp.some_id(n, 107), 'z1.x', holder
FROM situation WHERE n < 5
UNION ALL
SELECT pg_temp.some_id(5, 109), 'x', '{}', 'hour_promise', pg_temp.some_id(7, 106), NULL, 'z1.x', :'vera';
INSERT INTO action_assignee (action_id, coordination_id, user_id, assigned_by)
SELECT pg_temp.some_id(n, 110), pg_temp.some_id(n, 107), holder, holder
FROM situation WHERE n < 5;
INSERT INTO calendar (id, user_id, secret_sha256)
VALUES (gen_random_uuid(), :'anna', '\x01');
INSERT INTO matrix_row VALUES ('calendar', 1, 'of one', 'true');
INSERT INTO matrix_may VALUES ('calendar', 'holder', 'SUI');
INSERT INTO audit (event, kind) VALUES ('case.read', 'case');
SELECT audit_step(); -- one leaf has its place, one waits
INSERT INTO audit (event, kind) VALUES ('case.read', 'case');
INSERT INTO audit_head (id, n, log_id, count, chain, at, head, queued)
VALUES (gen_random_uuid(), 900001, gen_random_uuid(), 1, '\x00', now(), 'a.b.c', true);
INSERT INTO hub_key (kid, jwk) VALUES ('x', '{}');
INSERT INTO hub_head (id, seq, head) VALUES (gen_random_uuid(), 900001, 'a.b.c');
INSERT INTO erasure (person_id, reason, counts) SELECT person, 'request', '{}' FROM situation LIMIT 1;
INSERT INTO retention_log (rule, removed) SELECT rule, 1 FROM retention LIMIT 1;

CREATE FUNCTION pg_temp.become(who text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	u record;
BEGIN
	SELECT id::text, role INTO u FROM app_user WHERE login = CASE who
	    WHEN 'holder' THEN 'anna' WHEN 'colleague' THEN 'boris' WHEN 'disabled' THEN 'gone'
	    WHEN 'in an emergency' THEN 'eva' WHEN 'in an emergency, a list' THEN 'eva'
	    WHEN 'supervisor' THEN 'vera' WHEN 'dpo' THEN 'dora' WHEN 'admin' THEN 'emil' END;
	PERFORM set_config('zaedno.user', coalesce(u.id, ''), true),
	    set_config('zaedno.role', coalesce(u.role, ''), true),
	    set_config('zaedno.operation', CASE who WHEN 'in an emergency, a list'
	        THEN 'listCases' ELSE 'getCase' END, true);
	IF who = 'courier' THEN
		SET LOCAL ROLE zaedno_node_courier;
	ELSE
		SET LOCAL ROLE zaedno_node_service;
	END IF;
END $$;

INSERT INTO matrix_who (who, role)
SELECT w, CASE w WHEN 'courier' THEN 'zaedno_node_courier' ELSE 'zaedno_node_service' END
FROM unnest(ARRAY['holder', 'colleague', 'in an emergency', 'in an emergency, a list',
	'disabled', 'supervisor', 'dpo', 'admin', 'nobody', 'courier']) w;

INSERT INTO matrix_row
SELECT t.relation, s.n, s.state, format(t.key, s.kase, s.person, s.consent, s.summary)
FROM situation s, (VALUES ('person', 'id = %2$L', true), ('person_index', 'person_id = %2$L', true),
	('case_file', 'id = %L', true), ('need', 'case_id = %L', true),
	('episode', 'case_id = %L', true), ('outcome', 'case_id = %L', true),
	('signal', 'case_id = %L', true), ('team_record', 'case_id = %L', true),
	('emergency_reading', 'case_id = %L', true), ('task', 'case_id = %L', true),
	('emergency_read', 'ref = %L', true), ('child_limit', 'case_id = %L', true),
	('family_slip', 'consent_id = %3$L', false), ('family_word', 'consent_id = %3$L', false),
	('consent', 'id = %3$L', false), ('consent_version', 'consent_id = %3$L', false),
	('consent_recipient', 'consent_id = %3$L', false),
	('consent_signer', 'consent_id = %3$L', false),
	('coordination_request', 'consent_id = %3$L', false), ('summary', 'id = %4$L', false),
	('summary_overrule', 'summary_id = %4$L', false),
	('shared_change', 'case_id = %L', false),
	('action_assignee', 'case_id = %L', false),
	('outbox', 'consent_id = %3$L', false)) t(relation, key, without)
WHERE t.without OR s.state <> 'no consent';

-- The records of case work, and what those may whose work the case is: some are
-- kept as they were said.
CREATE TEMP TABLE casework AS
SELECT * FROM (VALUES ('need_history', 'SI'), ('need_link', 'SUI'), ('voice', 'SUI'),
	('helper', 'SUI'), ('nomination', 'SUI'), ('continuity', 'SUI'), ('grid', 'SUI'),
	('connecting', 'SUI'), ('prompt_answer', 'SI'), ('difficulty_check', 'SI')) t(relation, work);
INSERT INTO matrix_row
SELECT t.relation, s.n, s.state, format('case_id = %L', s.kase) FROM casework t, situation s;
INSERT INTO matrix_row
SELECT t.relation, a.n, a.state, format(t.key, a.id)
FROM arrived a, (VALUES ('received', 'summary_id = %L'), ('mirror', 'id = %L')) t(relation, key);
INSERT INTO matrix_row VALUES
	('mirror', 5, 'of an unknown kind', 'kind = ''a_kind_to_come'''),
	('mirror', 6, 'directory', 'kind = ''organisation'''),
	('mirror', 14, 'a promise of hours', 'kind = ''hour_promise'''),
	('mirror', 15, 'a lesson', 'kind = ''lesson'''),
	('shared_change', 5, 'a promise of hours', 'kind = ''hour_promise'''),
	('outbox', 6, 'an answer', 'operation = ''answerInvitation'''),
	('notice', 1, 'to supervisors', 'to_role = ''supervisor'''),
	('notice', 2, 'to officers', 'to_role = ''dpo''');
INSERT INTO matrix_row
SELECT 'mirror', 6 + n, 'coordination, ' || state, format('id = %L', pg_temp.some_id(n, 107))
FROM situation WHERE n < 5;
INSERT INTO matrix_row
SELECT 'mirror', 10 + n, 'coordination, summary ' || state,
	format('id = %L', pg_temp.some_id(n, 108)) FROM arrived WHERE n < 4;
INSERT INTO matrix_row
SELECT t, 1, 'all', 'true' FROM unnest(ARRAY['arrival', 'audit', 'audit_head', 'audit_leaf',
	'audit_log', 'audit_queue', 'erasure', 'hub_head', 'hub_key', 'retention',
	'retention_log']) t;

-- Of a case, by its consent: in date, withdrawn, expired, of a disabled account,
-- (without a consent). Received: assigned, not assigned, withdrawn (a tombstone),
-- expired; then an unknown kind and the directory; coordinations of our own by
-- consent, and of what was received: assigned, not assigned, its term over; what
-- the organisation promises, which a supervisor alone writes; a lesson.
INSERT INTO matrix_may
SELECT relation, unnest(who), may FROM (VALUES
	('action_assignee', ARRAY['holder'], 'SUI SUI SUI -'),
	('action_assignee', ARRAY['in an emergency'], 'S S S S'),
	('action_assignee', ARRAY['supervisor'], 'SI SI SI SI'), -- not in another's name
	('audit', ARRAY['holder', 'colleague', 'in an emergency',
	    'in an emergency, a list', 'disabled', 'supervisor', 'admin', 'nobody'], 'I'),
	('audit', ARRAY['dpo'], 'SI'),
	('audit_head', ARRAY['dpo'], 'SI'),
	('audit_leaf', ARRAY['dpo'], 'S'),
	('audit_log', ARRAY['dpo'], 'S'),
	('case_file', ARRAY['holder'], 'SUI SUI SUI - SUI'),
	('case_file', ARRAY['in an emergency'], 'S S S S S'),
	('case_file', ARRAY['supervisor'], 'SUI SUI SUI SUI SUI'),
	('child_limit', ARRAY['holder'], 'SUI SUI SUI - SUI'),
	('child_limit', ARRAY['supervisor'], 'SI SI SI SI SI'), -- not in another's name
	('consent', ARRAY['holder'], 'SUI SUI SUI -'),
	('consent', ARRAY['in an emergency'], 'S S S S'),
	('consent', ARRAY['supervisor'], 'SUI SUI SUI SUI'),
	('consent_recipient', ARRAY['holder'], 'SUDI SUDI SUDI -'),
	('consent_recipient', ARRAY['in an emergency'], 'S S S S'),
	('consent_recipient', ARRAY['supervisor'], 'SUDI SUDI SUDI SUDI'),
	('consent_signer', ARRAY['holder'], 'SI SI SI -'),
	('consent_signer', ARRAY['in an emergency'], 'S S S S'),
	('consent_signer', ARRAY['supervisor'], 'SI SI SI SI'),
	('consent_version', ARRAY['holder'], 'SI SI SI -'),
	('consent_version', ARRAY['in an emergency'], 'S S S S'),
	('consent_version', ARRAY['supervisor'], 'SI SI SI SI'),
	('coordination_request', ARRAY['holder'], 'SI SI SI -'),
	('coordination_request', ARRAY['in an emergency'], 'S S S S'),
	('coordination_request', ARRAY['supervisor'], 'SI SI SI SI'),
	('emergency_read', ARRAY['supervisor', 'dpo'], 'S S S S S'),
	('emergency_reading', ARRAY['holder'], '- - - I -'),
	('emergency_reading', ARRAY['colleague'], 'I I I I I'),
	('emergency_reading', ARRAY['in an emergency', 'in an emergency, a list'], 'SI SI SI SI SI'),
	('emergency_reading', ARRAY['supervisor', 'dpo'], 'S S S S S'),
	('episode', ARRAY['holder'], 'SUI SUI SUI - SUI'),
	('episode', ARRAY['in an emergency'], 'S S S S S'),
	('episode', ARRAY['supervisor'], 'SUI SUI SUI SUI SUI'),
	('erasure', ARRAY['dpo'], 'S'),
	('family_slip', ARRAY['holder'], 'SI SI SI -'),
	('family_slip', ARRAY['in an emergency'], 'S S S S'),
	('family_slip', ARRAY['supervisor'], 'SI SI SI SI'),
	('family_word', ARRAY['holder'], 'S S S -'),
	('family_word', ARRAY['supervisor'], 'S S S S'),
	('hub_head', ARRAY['dpo', 'courier'], 'S'),
	('hub_key', ARRAY['dpo'], 'S'),
	('hub_key', ARRAY['courier'], 'SI'),
	('mirror', ARRAY['holder'], 'S - S - - S S S S - S - - S S'),
	('mirror', ARRAY['in an emergency'], '- - - - - S S S S S - - - S S'),
	('mirror', ARRAY['colleague', 'in an emergency, a list'], '- - - - - S - - - - - - - S S'),
	('mirror', ARRAY['dpo', 'admin'], '- - - - - S - - - - - - - - -'),
	('mirror', ARRAY['supervisor'], 'S S S - - S S S S S S S - S S'),
	('need', ARRAY['holder'], 'SUDI SUDI SUDI - SUDI'),
	('need', ARRAY['in an emergency'], 'S S S S S'),
	('need', ARRAY['supervisor'], 'SUDI SUDI SUDI SUDI SUDI'),
	('notice', ARRAY['supervisor'], 'S -'),
	('notice', ARRAY['dpo'], '- S'),
	('outbox', ARRAY['holder'], 'SUI SUI SUI - -'),
	('outbox', ARRAY['supervisor'], 'SUI SUI SUI SUI I'),
	('outbox', ARRAY['dpo', 'admin'], 'S S S S S'),
	('outbox', ARRAY['courier'], 'SU SU SU SU SU'),
	('outcome', ARRAY['holder'], 'SI SI SI - SI'),
	('outcome', ARRAY['in an emergency', 'supervisor'], 'S S S S S'),
	('person', ARRAY['holder'], 'SUI SUI SUI - SUI'),
	('person', ARRAY['in an emergency'], 'S S S S S'),
	('person', ARRAY['supervisor'], 'SUI SUI SUI SUI SUI'),
	('person_index', ARRAY['holder'], 'SDI SDI SDI - SDI'),
	('person_index', ARRAY['in an emergency'], 'S S S S S'),
	('person_index', ARRAY['supervisor'], 'SDI SDI SDI SDI SDI'),
	('received', ARRAY['holder'], 'SU - SU SU'),
	('received', ARRAY['supervisor'], 'SU SU SU SU'),
	('retention', ARRAY['dpo'], 'SU'),
	('retention_log', ARRAY['dpo'], 'S'),
	('signal', ARRAY['holder'], 'SI SI SI - SI'),
	('signal', ARRAY['in an emergency'], 'S S S S S'),
	('signal', ARRAY['supervisor'], 'SI SI SI SI SI'),
	('summary', ARRAY['holder'], 'SUI SUI SUI -'),
	('summary', ARRAY['in an emergency'], 'S S S S'),
	('summary', ARRAY['supervisor'], 'SUI SUI SUI SUI'),
	('summary_overrule', ARRAY['holder'], 'S S S -'),
	('summary_overrule', ARRAY['in an emergency'], 'S S S S'),
	('summary_overrule', ARRAY['supervisor'], 'SI SI SI SI'),
	('shared_change', ARRAY['holder'], 'SUDI SUDI SUDI - -'),
	('shared_change', ARRAY['in an emergency'], 'S S S S -'),
	('shared_change', ARRAY['supervisor'], 'SUDI SUDI SUDI SUDI SUDI'),
	('task', ARRAY['holder'], 'S S S - S'),
	('task', ARRAY['supervisor'], 'S S S S S'),
	('team_record', ARRAY['holder'], 'SI SI SI - SI'),
	('team_record', ARRAY['in an emergency'], 'S S S S S'),
	('team_record', ARRAY['supervisor'], 'SI SI SI SI SI')) m(relation, who, may);
INSERT INTO matrix_may
SELECT relation, who, replace(may, 'W', work)
FROM casework, (VALUES ('holder', 'W W W - W'), ('in an emergency', 'S S S S S'),
	('supervisor', 'W W W W W')) m(who, may);

\ir ../lib/matrix_ask.psql
