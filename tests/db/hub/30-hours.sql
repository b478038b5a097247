-- Hours for meetings: who sees and makes promises, whose sums are told.
BEGIN;
\ir lib/fixture.psql
\ir lib/coordination.psql
\ir lib/statements.psql
SELECT plan(41);
\set ten '00000000-0000-4000-8000-000000000010'
\set twenty '00000000-0000-4000-8000-000000000020'
\set thirty '00000000-0000-4000-8000-000000000030'
INSERT INTO hour_promise (id, organisation_id, region, quarter, hours)
VALUES (:'ten', :'school', :'team', '2026-Q4', 10), (:'twenty', :'centre', :'team', '2026-Q4', 20),
	(:'thirty', :'school', :'team', '2027-Q1', 30);
INSERT INTO codelist.meeting_kind VALUES ('board', 'x', 'x', 1) ON CONFLICT DO NOTHING;
INSERT INTO meeting (id, region, kind, state, starts_at, minutes, agenda, recorded_at)
SELECT ('00000000-0000-4000-8000-0000000000f' || n)::uuid, :'team', 'board', state, at, 60, '{x}',
	CASE state WHEN 'held' THEN now() END
FROM (VALUES (1, 'held', '2026-10-01 00:00+03'::timestamptz), (2, 'held', '2026-09-30 23:59+03'),
	(3, 'held', '2026-12-31 23:59+02'), (4, 'held', '2027-01-01 00:00+02'),
	(5, 'planned', '2026-11-11 10:00+02')) m(n, state, at);
INSERT INTO meeting_attendance (meeting_id, n, organisation_id, role, minutes)
SELECT m.id, 1, :'school', 'x', 60 FROM meeting m;
INSERT INTO meeting_attendance (meeting_id, n, organisation_id, role, minutes)
VALUES ('00000000-0000-4000-8000-0000000000f1', 2, :'school', 'y', 4),
	('00000000-0000-4000-8000-0000000000f1', 3, :'ngo', 'z', 30);

CREATE FUNCTION pg_temp.told(org text, role text, quarter text) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	PERFORM set_config('zaedno.role', role, true), set_config('zaedno.org',
	    (SELECT o.id::text FROM organisation o WHERE o.name = org), true);
	SET LOCAL ROLE zaedno_hub_service;
	SELECT string_agg(format('%s %s/%s', o.name, h.given, h.promised), ', ' ORDER BY o.name)
	INTO answer FROM meeting_hours(quarter) h JOIN organisation o ON o.id = h.organisation_id;
	RESET ROLE;
	PERFORM set_config('zaedno.org', '', true), set_config('zaedno.role', '', true);
	RETURN answer;
END $$;
SELECT is(pg_temp.told('school', 'node', '2026-Q4'), 'school 2.1/10',
	'its own, of meetings that were held, by the quarter of Sofia');
SELECT is(pg_temp.told('school', 'node', '2026-Q3'), 'school 1.0/', 'given without a promise');
SELECT is(pg_temp.told('school', 'node', '2027-Q1'), 'school 1.0/30', 'the next quarter');
SELECT is(pg_temp.told('centre', 'node', '2026-Q4'), 'centre 0.0/20', 'promised and not given');
SELECT is(pg_temp.told('team', 'coordinator', '2026-Q4'), 'centre 0.0/20, ngo 0.5/, school 2.1/10',
	'to a coordinator all of the region');
SELECT is(pg_temp.told('ngo', 'coordinator', '2026-Q4'), NULL, 'and of no other');
SELECT is(pg_temp.told('team', role, '2026-Q4'), NULL, role || ' is told nothing')
FROM unnest('{facilitator,expert,board,admin}'::text[]) role;

SELECT is(pg_temp.ask('school', 'SELECT FROM hour_promise'), '2', 'one''s own promises');
SELECT is(pg_temp.ask(who, 'SELECT FROM hour_promise'), '0', who || ' sees none')
FROM unnest('{ngo,admin,nobody}'::text[]) who;
SELECT is(pg_temp.ask('ngo', format('INSERT INTO hour_promise (id, organisation_id, region,
	quarter, hours) VALUES (gen_random_uuid(), %L, %L, ''2026-Q4'', 1)', :'former', :'team')), '42501', 'nobody promises for another');
SELECT is(pg_temp.ask('centre', 'UPDATE hour_promise SET hours = 20'), '1',
	'nor changes what another promised');
SELECT is(pg_temp.ask('school', 'UPDATE hour_promise SET quarter = ''2027-Q2'''), '42501',
	'what is promised for a quarter is for that quarter');
SELECT is(pg_temp.ask('school', format('UPDATE hour_promise SET region = %L', :'other_team')), '42501',
	'and for that region');
SELECT is(quarter_begins('2026-Q4', 1), '2027-01-01 00:00+02'::timestamptz, 'a year ends in winter time');

-- The document, as the feed of whoever promised tells it.
SELECT pg_temp.be(:'school') \gset q_
SELECT hour_promise_event(:'ten') AS told, part_event('hour_promise', :'twenty') IS NULL AS hidden \gset
RESET ROLE;
SELECT is(:'told'::jsonb, jsonb_build_object('doc', jsonb_build_object('id', :'ten',
	'organisation_id', :'school', 'region', :'team', 'quarter', '2026-Q4', 'hours', 10,
	'given_hours', 2.1, 'whole', quarter_whole('2026-Q4'), 'version', 1),
	'envelope', '{"title": "2026-Q4, team"}'::jsonb), 'with what was given of it');
SELECT ok(:'hidden', 'another''s is not told');
SELECT is(pg_temp.ask(who, format('SELECT WHERE part_event(''hour_promise'', %L) IS NOT NULL', :'ten')), n,
	format('%s of what the school promised: %s', who, n))
FROM (VALUES ('school', '1'), ('centre', '0'), ('ngo', '0'), ('facilitator', '0'), ('admin', '0')) w(who, n);

-- Whose given hours a record changes, in place of the one before.
CREATE FUNCTION pg_temp.changed(role text, meeting text, came jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	PERFORM pg_temp.be('00000000-0000-4000-8000-0000000000a9', role);
	SELECT string_agg(p.hours::text, ' ' ORDER BY p.hours) INTO answer
	FROM hours_changed(('00000000-0000-4000-8000-0000000000' || meeting)::uuid, came) p;
	RESET ROLE;
	RETURN answer;
END $$;
CREATE FUNCTION pg_temp.came(org text, minutes int) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('organisation_id', org, 'minutes', minutes)
$$;
SELECT is(pg_temp.changed(role, meeting, came), changed, what)
FROM (VALUES
	('coordinator', 'f1', jsonb_build_array(pg_temp.came(:'school', 60), pg_temp.came(:'school', 4)),
	    NULL, 'a record as it was changes nothing'),
	('coordinator', 'f1', jsonb_build_array(pg_temp.came(:'school', 30), pg_temp.came(:'school', 34)),
	    NULL, 'nor does one with the same sum'),
	('coordinator', 'f1', jsonb_build_array(pg_temp.came(:'school', 65)), '10', 'a minute more does'),
	('facilitator', 'f1', '[]', '10', 'as does nobody, whoever records it'),
	('coordinator', 'f1', jsonb_build_array(pg_temp.came(:'school', 64), pg_temp.came(:'centre', 5),
	    pg_temp.came(:'ngo', 60)), '20', 'who has not promised is not told'),
	('coordinator', 'f4', '[]', '30', 'by the quarter of the meeting in Sofia'),
	('coordinator', 'f2', '[]', NULL, 'in which nothing was promised'),
	('node', 'f1', '[]', NULL, 'an organisation learns of no other''s promise'))
	w(role, meeting, came, changed, what);

-- Once for a region and quarter, by whatever id; what stays.
CREATE FUNCTION pg_temp.put(org text, id text, region text, quarter text, hours int,
    version text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	PERFORM pg_temp.be(org::uuid);
	EXECUTE format('EXECUTE hours_promise(%L, %L, %L, %L)', id, jsonb_build_object('region', region,
	    'quarter', quarter, 'hours', hours), version, gen_random_uuid());
	answer := my_step();
	RESET ROLE;
	RETURN answer;
EXCEPTION WHEN unique_violation THEN
	RETURN 'taken';
END $$;
SELECT quarter_of(now()) AS now, (:'ten')::uuid AS ten \gset
UPDATE hour_promise SET quarter = :'now' WHERE id IN (:'ten', :'twenty');
SELECT is(pg_temp.put(org, id, region, quarter, hours, version), answer, what)
FROM (VALUES
	(1, :'school', gen_random_uuid()::text, :'team', :'now', 11, NULL, 'already-exists', 'a second one'),
	(2, :'school', :'ten', :'other_team', :'now', 10, '1', 'already-exists', 'another region'),
	(3, :'school', :'ten', :'team', '2027-Q4', 10, '1', 'already-exists', 'another quarter'),
	(4, :'ngo', :'ten', :'team', :'now', 11, '1', 'not-found', 'another''s is not there to be changed'),
	(5, :'ngo', :'ten', :'team', :'now', 11, NULL, 'taken', 'nor promised anew'),
	(6, :'school', :'ten', :'team', :'now', 11, '1', '200', 'other hours')) w(n, org, id, region, quarter, hours, version, answer, what)
ORDER BY n;

-- Again after a suspension, to whoever promised and nobody else.
DELETE FROM event_queue;
UPDATE organisation SET status = 'suspended' WHERE id = :'centre';
SELECT requeue_hours(:'centre', 'active'), requeue_hours(:'school', 'active') \g /dev/null
SELECT is((SELECT array_agg((recipient, kind, ref)::text) FROM event_queue),
	ARRAY[format('(%s,hour_promise,%s)', :'centre', :'twenty')], 'what it promised is told again');
SELECT * FROM finish();
ROLLBACK;
