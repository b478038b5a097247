-- Meetings that come again: when they are, and whose templates and series are.
BEGIN;
\ir lib/fixture.psql
\ir lib/coordination.psql
SELECT plan(13);
CREATE FUNCTION pg_temp.days(every text, first timestamptz, times int, last_day date)
RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(to_char(t AT TIME ZONE 'UTC', 'MM-DD HH24'), ', ' ORDER BY t)
	FROM series_times(every, first, times, last_day) t
$$;
SELECT is(pg_temp.days('week', '2026-10-19 10:00+03', 3, NULL), '10-19 07, 10-26 08, 11-02 08',
	'at the same time of the day when the clocks change');
SELECT is(pg_temp.days('two_weeks', '2026-11-02 10:00+02', 3, NULL), '11-02 08, 11-16 08, 11-30 08',
	'every two weeks');
SELECT is(pg_temp.days('month', '2027-01-31 10:00+02', 3, NULL), '01-31 08, 02-28 08, 03-31 07',
	'the last day of February is no end');
SELECT is(pg_temp.days('week', '2026-11-02 23:30+02', NULL, '2026-11-16'), '11-02 21, 11-09 21, 11-16 21',
	'the last day is one, in Sofia');
SELECT is(pg_temp.days('week', '2026-11-02 10:00+02', NULL, '2026-11-01'), NULL, 'over before it begins');
SELECT is((SELECT count(*) FROM series_times('week', now(), NULL, '2999-01-01')), 54::bigint,
	'one more than there may be, and no further');

INSERT INTO agenda_template (id, region, name, agenda) VALUES (gen_random_uuid(), :'team', 'x', '{x}');
INSERT INTO meeting_series (id, region, every, request_sha256)
VALUES (gen_random_uuid(), :'team', 'week', '\x01');
SELECT is(pg_temp.ask(who, 'SELECT FROM ' || t), '0', who || ' sees none of ' || t)
FROM unnest('{school,admin,nobody}'::text[]) who, unnest('{agenda_template,meeting_series}'::text[]) t;
SELECT is(pg_temp.ask('school', format('INSERT INTO meeting_series (id, region, every, request_sha256)
	VALUES (gen_random_uuid(), %L, ''week'', ''\x02'')', :'team')), '42501', 'a node makes none');
SELECT * FROM finish();
ROLLBACK;
