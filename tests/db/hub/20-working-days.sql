-- Working days: Easter against the table of the church, days off against the
-- calendars that the Council of Ministers published, and the counting.
BEGIN;
\ir lib/fixture.psql
SELECT plan(34);

SELECT is(orthodox_easter(extract(year FROM day)::int), day,
	'Easter of ' || extract(year FROM day))
FROM unnest('{2017-04-16,2018-04-08,2019-04-28,2020-04-19,2021-05-02,
	2022-04-24,2023-04-16,2024-05-05,2025-04-20,2026-04-12,2027-05-02,
	2028-04-16,2030-04-28,2035-04-29,2050-04-17}'::date[]) day;

SELECT is(ARRAY(SELECT h FROM public_holidays(2026) h), '{2026-01-01,
	2026-03-03,2026-04-10,2026-04-11,2026-04-12,2026-04-13,2026-05-01,
	2026-05-06,2026-05-24,2026-05-25,2026-09-06,2026-09-07,2026-09-22,
	2026-12-24,2026-12-25,2026-12-26,2026-12-28}'::date[], '2026 whole');
SELECT ok(NOT is_working_day('2021-05-04'),
	'1 May on Holy Saturday is made up for after Easter Monday');
SELECT ok(is_working_day('2021-05-05'), 'by one day');
SELECT ok(NOT is_working_day('2021-12-27') AND NOT is_working_day('2021-12-28')
	AND is_working_day('2021-12-29'), 'two days of Christmas, two days off');
SELECT ok(NOT is_working_day('2022-05-02') AND is_working_day('2022-05-03'),
	'a Sunday is made up for on Monday');
SELECT ok(NOT is_working_day('2023-01-02'), 'so is New Year');
SELECT ok(NOT is_working_day('2024-05-06'),
	'6 May on Easter Monday is one day off');
SELECT ok(is_working_day('2024-05-07'), 'and no second');
SELECT ok(is_working_day('2026-11-23') AND NOT is_working_day('2026-11-22')
	AND NOT is_working_day('2026-11-21'), 'weeks');

CREATE FUNCTION pg_temp.after(since text, n int) RETURNS text LANGUAGE sql AS
$$ SELECT to_char(after_working_days(since::timestamp
	AT TIME ZONE 'Europe/Sofia', n) AT TIME ZONE 'Europe/Sofia',
	'YYYY-MM-DD HH24:MI') $$;
SELECT is(pg_temp.after(since, n), ends, what)
FROM (VALUES
	('2026-11-23 10:00', 2, '2026-11-26 00:00', 'Monday and two: to the end of Wednesday'),
	('2026-11-20 10:00', 2, '2026-11-25 00:00', 'over a weekend'),
	('2026-11-21 10:00', 1, '2026-11-24 00:00', 'what came on a Saturday counts from Monday'),
	('2026-04-09 23:30', 1, '2026-04-15 00:00', 'over Easter, late in the evening'),
	('2026-12-23 10:00', 3, '2027-01-01 00:00', 'over Christmas'),
	('2026-12-30 10:00', 2, '2027-01-05 00:00', 'over New Year'),
	('2026-11-22 10:00', 0, '2026-11-24 00:00', 'none from a Sunday: Monday itself'),
	('2026-11-23 10:00', 0, '2026-11-24 00:00', 'none: to the end of the day'))
	v(since, n, ends, what);
SELECT is(to_char(after_working_days('2026-03-27 22:30+00', 1)
	AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), '2026-03-30 21:00',
	'the day is Sofia''s, and summer time has begun');
SELECT is((SELECT count(*)::int FROM generate_series(0, 40) n
	WHERE after_working_days('2026-11-23 10:00+02', n)
	    >= after_working_days('2026-11-23 10:00+02', n + 1)), 0,
	'more days never end sooner');

SELECT * FROM finish();
ROLLBACK;
