-- What is left of coordinations after their time, and what it tells.
BEGIN;
\ir lib/fixture.psql
\ir lib/coordination.psql
\ir lib/statements.psql
SELECT * FROM no_plan();
CREATE FUNCTION pg_temp.ended(of_state text, ago interval, lesson text DEFAULT NULL,
    coordination uuid DEFAULT gen_random_uuid()) RETURNS uuid LANGUAGE sql AS $$
	-- Of a case of its own: one has one under way.
	UPDATE consent SET case_pseudonym = gen_random_uuid()
	WHERE id = '00000000-0000-4000-8000-0000000000c1';
	SELECT pg_temp.new_coordination(coordination, of_state, entered => now() - ago);
	UPDATE coordination k SET requested_at = k.entered_at - interval '20 days',
	    outcome = 'achieved', lesson = ended.lesson
	WHERE k.id = coordination
	RETURNING k.id
$$;
SELECT pg_temp.ended(s, interval '364 days') FROM unnest('{closed,advised,suspended}'::text[]) s \g /dev/null
SELECT pg_temp.ended('in_action', interval '900 days') AS going,
	pg_temp.ended('closed', interval '366 days', 'Среща преди искането.') AS gone \gset
SELECT pg_temp.ended(s, interval '366 days') FROM unnest('{advised,suspended}'::text[]) s \g /dev/null
SELECT pg_temp.add_members(:'gone', ARRAY[:'centre']::uuid[], 'invited') \g /dev/null
INSERT INTO coordination_step (coordination_id, step, from_state, to_state, role, at)
VALUES (:'gone', 'meet', 'understanding', 'met', 'coordinator', now() - interval '380 days');
INSERT INTO review (id, coordination_id, result, changed_for_child, by_org)
VALUES (gen_random_uuid(), :'gone', 'close', 'Дума за детето.', :'team');
INSERT INTO handover (id, receiver, loses, by_org) VALUES (:'gone', :'centre', 'x', :'team');
INSERT INTO reminder (kind, subject, coordination_id, recipient, to_region, due, level)
VALUES ('invitation', :'gone', :'gone', :'centre', false, now(), 0);
SELECT pg_temp.held_meeting('00000000-0000-4000-8000-0000000000f9', :'gone',
	now() - interval '376 days') \g /dev/null
INSERT INTO meeting_decision (id, meeting_id, coordination_id, organisation_id, what, due,
	how_known, state, text, reported_at, made_at)
VALUES (gen_random_uuid(), '00000000-0000-4000-8000-0000000000f9', :'gone', :'centre', 'x',
	current_date, 'x', 'done', 'x', now() - interval '370 days', now() - interval '376 days');
DELETE FROM event_queue;

SELECT is((retention_run() ->> 'plan')::int, 3, 'what ended 366 days ago goes');
SELECT is((SELECT array_agg(state ORDER BY state) FROM coordination),
	'{advised,closed,in_action,suspended}', 'what ended 364 days ago stays, and what goes on');
SELECT is(n, 0::bigint, 'of ' || t || ' nothing is left') FROM (
	SELECT 'review' AS t, count(*) AS n FROM review UNION ALL
	SELECT 'handover', count(*) FROM handover UNION ALL
	SELECT 'reminder', count(*) FROM reminder UNION ALL
	SELECT 'meeting', count(*) FROM meeting UNION ALL
	SELECT 'member', count(*) FROM coordination_member UNION ALL
	SELECT 'step', count(*) FROM coordination_step) x;
SELECT is((SELECT array_agg(DISTINCT q.op) FROM event_queue q), '{purge}', 'its copies are recalled');
SELECT is((SELECT array_agg(DISTINCT q.kind ORDER BY q.kind) FROM event_queue q
	WHERE q.recipient = :'centre'), '{coordination,decision,handover,meeting,reminder,review}',
	'all of them, from whoever was of the team');
SELECT is((SELECT count(*) FROM coordination_past), 3::bigint, 'dates and counters stay');
SELECT is((SELECT ROW(outcome, lesson, (ended_at - requested_at), (met_at - requested_at),
	done_at[1] - decided_at[1])::text FROM coordination_past WHERE lesson IS NOT NULL),
	ROW('achieved'::text, 'Среща преди искането.'::text, interval '20 days', interval '10 days',
	    interval '6 days')::text, 'without a case');
SELECT is((SELECT count(*)::int FROM information_schema.columns
	WHERE table_name = 'coordination_past' AND column_name ~ 'pseudonym|holder|consent|summary|^id$'),
	0, 'nor anything that leads to one');
SELECT is((retention_run() ->> 'plan')::int, 0, 'a second run finds nothing');

-- Lessons: all of a quarter that is over at once, and none later.
CREATE FUNCTION pg_temp.past(text[], at timestamptz, of_state text DEFAULT 'closed')
RETURNS void LANGUAGE sql AS $$
	INSERT INTO coordination_past (region, state, urgency, lesson, requested_at, ended_at,
	    decided_at, done_at)
	SELECT '00000000-0000-4000-8000-0000000000a9', of_state, 'soon', l, '2025-01-01', at, '{}', '{}'
	FROM unnest($1) l
$$;
CREATE FUNCTION pg_temp.publish() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	-- As if the last quarter had just ended.
	UPDATE lesson_run SET until = '-infinity';
	RETURN lesson_publish();
END $$;
CREATE FUNCTION pg_temp.kept() RETURNS bigint LANGUAGE sql AS $$
	SELECT count(lesson) FROM coordination_past
$$;
UPDATE lesson_run SET until = now();
SELECT pg_temp.ended('closed', interval '366 days', 'Вече известно.') \g /dev/null
SELECT is((retention_run() ->> 'plan')::int, 1, 'what ends after its quarter was published');
SELECT is(pg_temp.kept(), 1::bigint, 'leaves no lesson');
DELETE FROM coordination_past;
DELETE FROM coordination;
DELETE FROM event_queue;

SELECT pg_temp.past('{Един.,NULL}', '2025-02-01'), pg_temp.past('{Два.}', '2025-03-31 20:59Z'),
	pg_temp.past('{Не е извод.}', '2025-02-01', 'advised'),
	pg_temp.past('{Три.}', '2025-03-31 21:01Z') \g /dev/null
SELECT is(pg_temp.publish(), '0', 'two closed with a lesson in a quarter tell nothing');
SELECT is((SELECT array_agg(lesson) FROM coordination_past WHERE lesson IS NOT NULL), NULL,
	'and nothing of them is kept');
DELETE FROM coordination_past;
SELECT pg_temp.past('{Един.,NULL}', '2025-02-01'), pg_temp.past('{Два.}', '2025-03-31 20:59Z'),
	pg_temp.ended('closed', now() - '2025-03-01'::timestamptz, 'Три.') \g /dev/null
UPDATE lesson_run SET until = '-infinity';
SELECT is(pg_temp.ask('school', 'SELECT lesson_publish()'), '1', 'who asks for it');
SELECT is((SELECT count(*) FROM lesson), 0::bigint, 'publishes nothing');
SELECT is(pg_temp.publish(), '3', 'three are published');
SELECT is((SELECT array_agg(quarter || ' ' || text ORDER BY text) FROM lesson),
	'{2025-Q1 Два.,2025-Q1 Един.,2025-Q1 Три.}', 'with their quarter');
SELECT columns_are('lesson', ARRAY['id', 'quarter', 'text'], 'and nothing else');
SELECT is((SELECT array_agg(DISTINCT concat_ws(' ', q.recipient = everyone(), q.op, q.version))
	FROM event_queue q WHERE q.kind = 'lesson'), '{t put 1}', 'all are told');
SELECT is((SELECT count(*) FROM event_queue q WHERE q.kind = 'lesson'), 3::bigint, 'once');
SELECT is(pg_temp.kept(), 0::bigint, 'what was kept to be published goes');
SELECT is((SELECT array_agg(lesson) FROM coordination), '{Три.}', 'what the case itself says stays');
SELECT is(lesson_publish(), 0::bigint, 'a second sweep finds nothing');
SELECT is(pg_temp.publish(), '0', 'nor does one that has forgotten the first');
SELECT pg_temp.past('{Късно.,Още по-късно.,Най-късно.}', '2025-03-01') \g /dev/null
SELECT is(pg_temp.publish(), '0', 'none is added to a quarter that was published');
SELECT is((SELECT count(*) FROM event_queue q WHERE q.kind = 'lesson'), 3::bigint,
	'and nobody is told again');
SELECT is(pg_temp.ask(who, 'SELECT * FROM lesson'), n, format('of three: %s to %s', n, who))
FROM (VALUES ('school', '3'), ('ngo', '3'), ('coordinator', '3'), ('admin', '0'),
	('auditor', '0'), ('nobody', '0')) w(who, n);

-- The quarter that runs.
SELECT date_trunc('quarter', now() - interval '1 hour', 'Europe/Sofia') AS began \gset
DELETE FROM coordination_past;
DELETE FROM event_queue;
SELECT pg_temp.past('{Едно.,Две.}', :'began'::timestamptz - interval '1 s'),
	pg_temp.past('{Едно.,Две.,Три.,Пет.,Шест.,Седем.,Осем.}', :'began') \g /dev/null
SELECT is(pg_temp.publish(), '0', 'of the quarter that runs nothing is told');
SELECT is(pg_temp.kept(), 7::bigint, 'and all is kept');
UPDATE coordination_past SET ended_at = ended_at - interval '1 s', lesson = coalesce(lesson, 'Четири.');
SELECT is(pg_temp.publish(), '8', 'when it is over all is told, one text once');
SELECT is((SELECT array_agg(q.ref ORDER BY q.id) FROM event_queue q), (SELECT array_agg(id ORDER BY id)
	FROM lesson WHERE quarter > '2025-Q1'), 'in an order that says nothing');

-- The feed: whoever it is kept from meanwhile would never be told again.
UPDATE organisation SET status = 'suspended' WHERE id = :'centre';
SELECT set_config('zaedno.job', 'sequencer', true), set_config('role', 'zaedno_hub_service', true) \gset q_
EXECUTE sequencer_step \g /dev/null
RESET ROLE;
SELECT pg_temp.be(:'centre') \gset q_
EXECUTE feed_page(NULL, NULL, NULL, '500') \gset page_
RESET ROLE;
SELECT set_config('zaedno.org', '', true), set_config('zaedno.role', '', true) \gset q_
SELECT is((SELECT jsonb_agg(e -> 'doc' ORDER BY e ->> 'id')
	FROM jsonb_array_elements((:'page_body')::jsonb -> 'events') e WHERE e ->> 'kind' = 'lesson'),
	(SELECT jsonb_agg(lesson_json(l) ORDER BY l.id::text) FROM lesson l WHERE quarter > '2025-Q1'),
	'a suspended organisation has them too');

-- How long things took.
CREATE FUNCTION pg_temp.times() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	PERFORM set_config('zaedno.org', '00000000-0000-4000-8000-0000000000a9', true),
	    set_config('zaedno.role', 'coordinator', true);
	SELECT string_agg(concat_ws(' ', quarter, measure, n, median, p90), ', '
	    ORDER BY quarter, measure) INTO answer FROM coordination_times();
	PERFORM set_config('zaedno.org', '', true), set_config('zaedno.role', '', true);
	RETURN answer;
END $$;
DELETE FROM coordination_past;
INSERT INTO coordination_past (region, state, urgency, requested_at, met_at, ended_at,
	decided_at, done_at)
SELECT :'team', 'closed', 'soon', '2025-01-01', '2025-01-01'::timestamptz + d * interval '1 day',
	'2025-06-01', ARRAY['2025-02-01']::timestamptz[],
	ARRAY['2025-02-01'::timestamptz + d * interval '1 day']
FROM generate_series(1, 4) d;
SELECT is(pg_temp.times(), '2025-Q1 decision_to_done, 2025-Q1 request_to_meeting',
	'four are few');
INSERT INTO coordination_past (region, state, urgency, requested_at, met_at, ended_at,
	decided_at, done_at) VALUES (:'team', 'closed', 'soon', '2025-01-01', '2025-01-11',
	'2025-06-01', '{}', '{}');
SELECT is(pg_temp.times(), '2025-Q1 decision_to_done, 2025-Q1 request_to_meeting 5 3.0 7.6',
	'five are counted');
UPDATE coordination_past SET region = :'school';
SELECT is(pg_temp.times(), NULL, 'of the region alone');
SELECT is(pg_temp.ask('school', 'SELECT * FROM coordination_times()'), '0', 'to coordinators alone');

SELECT * FROM finish();
ROLLBACK;
