-- Hours for meetings: who sees and makes promises, whose sums are told.
BEGIN;
\ir lib/fixture.psql
\ir lib/coordination.psql
SELECT plan(18);
INSERT INTO hour_promise (organisation_id, region, quarter, hours)
VALUES (:'school', :'team', '2026-Q4', 10), (:'centre', :'team', '2026-Q4', 20),
	(:'school', :'team', '2027-Q1', 30);
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
SELECT is(pg_temp.ask('ngo', format('INSERT INTO hour_promise (organisation_id, region, quarter,
	hours) VALUES (%L, %L, ''2026-Q4'', 1)', :'former', :'team')), '42501', 'nobody promises for another');
SELECT is(pg_temp.ask('centre', format('UPDATE hour_promise SET hours = 1
	WHERE organisation_id = %L', :'school')), '0', 'nor changes what another promised');
SELECT is(pg_temp.ask('school', 'UPDATE hour_promise SET quarter = ''2027-Q2'''), '42501',
	'what is promised for a quarter is for that quarter');
SELECT is(quarter_begins('2026-Q4', 1), '2027-01-01 00:00+02'::timestamptz, 'a year ends in winter time');
SELECT * FROM finish();
ROLLBACK;
