-- Deadline sets: drafts are the board's, what was adopted stays.
BEGIN;
\ir lib/fixture.psql
SELECT plan(17);
\set draft '00000000-0000-4000-8000-0000000000f5'

SELECT is(pg_temp.ask_as(who, format('INSERT INTO deadline_set (id, deadlines,
	note) VALUES (%L, ''{}'', ''x'')', :'draft')), n, who || ': ' || n)
FROM (VALUES ('coordinator', '42501'), ('admin', '42501'), ('node', '42501'),
	('board', '1')) w(who, n);
SELECT is(pg_temp.ask_as(who, format(
	'SELECT FROM deadline_set WHERE id = %L', :'draft')), n,
	who || ' sees the draft: ' || n)
FROM (VALUES ('coordinator', '1'), ('board', '1'), ('node', '0'),
	('admin', '0')) w(who, n);
SELECT is(pg_temp.ask_as('board', 'INSERT INTO deadline_set (id, deadlines,
	note, state, number, adopted_at) VALUES (gen_random_uuid(), ''{}'',
	''x'', ''adopted'', 2, now())'), '42501', 'none begins as adopted');
SELECT is(pg_temp.ask_as('board', 'UPDATE deadline_set
	SET deadlines = ''{}'' WHERE number = 1'), '42501',
	'what was adopted is not changed');
SELECT is(pg_temp.ask_as('board', 'UPDATE deadline_set
	SET state = ''superseded'', note = ''y'' WHERE number = 1'), '42501',
	'not even as it is superseded');
SELECT throws_ok(format('UPDATE deadline_set SET state = ''adopted'',
	number = 2, adopted_at = now() WHERE id = %L', :'draft'), '23514', NULL,
	'none without a decision');
SELECT throws_ok(format('UPDATE deadline_set SET state = ''adopted'',
	number = 2, adopted_at = now(), decided_on = now(), decision = ''x'',
	adopted_by = %L WHERE id = %L', :'admin', :'draft'), '23505', NULL,
	'one is in force');

SELECT is(deadline_at('screening', true, '2026-11-20 16:00+02'),
	'2026-11-21 16:00+02', 'hours run over the weekend');
SELECT is(deadline_at('screening', false, '2026-11-20 16:00+02'),
	'2026-11-25 00:00+02', 'working days do not');
SELECT is(deadline_at('first_review', true, '2026-11-20 16:00+02'),
	'2026-12-21 00:00+02', 'calendar days end at midnight');
SELECT is(deadline_at('meeting', false, '2026-12-10 16:00+02'),
	'2027-01-07 00:00+02', 'fifteen working days over the holidays');

SELECT * FROM finish();
ROLLBACK;
