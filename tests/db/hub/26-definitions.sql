-- Definitions of a difficult case: ours is marked as ours, drafts are the
-- board's, what was adopted stays, and a number tells one text.
BEGIN;
\ir lib/fixture.psql
SELECT plan(26);
\set draft '00000000-0000-4000-8000-0000000000f6'
\set ours '00000000-0000-4000-8000-000000000002'

SELECT is(concat_ws(' ', number, state, source), '1 draft zaedno',
	'the system begins with a draft that nobody has adopted')
FROM difficulty_definition;
SELECT is(pg_temp.ask_as(who, format('INSERT INTO difficulty_definition (id,
	number, criteria, rule, note) VALUES (%L, 2, ''{}'', ''[]'', ''x'')',
	:'draft')), n, who || ' writes a draft: ' || n)
FROM (VALUES ('coordinator', '42501'), ('admin', '42501'), ('node', '42501'),
	('expert', '42501'), ('family', '42501'), ('', '42501'), ('board', '1'))
	w(who, n);
SELECT is(pg_temp.ask_as(who, 'SELECT FROM difficulty_definition'), n,
	format('%s sees %s', who, n))
FROM (VALUES ('node', '2'), ('coordinator', '2'), ('board', '2'),
	('analyst', '2'), ('family', '0'), ('', '0')) w(who, n);
SELECT is(pg_temp.ask_as('coordinator',
	'UPDATE difficulty_definition SET version = version + 1'), '0',
	'the board''s alone to change');
SELECT is(pg_temp.ask_as('board', 'INSERT INTO difficulty_definition (id,
	number, source, criteria, rule, note) VALUES (gen_random_uuid(), 3,
	''zaedno'', ''{}'', ''[]'', ''x'')'), '42501', 'none passes for ours');
SELECT is(pg_temp.ask_as('board', format('UPDATE difficulty_definition
	SET rule = ''[1]'' WHERE id = %L', :'draft')), '42501',
	'another text takes another number');
SELECT is(pg_temp.ask_as('board', format('UPDATE difficulty_definition
	SET rule = ''[1]'', number = 3 WHERE id = %L', :'draft')), '1',
	'the next');
SELECT is(pg_temp.ask_as('board', format('UPDATE difficulty_definition
	SET note = ''y'', number = 4 WHERE id = %L', :'ours')), '42501',
	'ours is not rewritten');
SELECT throws_ok(format('UPDATE difficulty_definition SET state = ''adopted''
	WHERE id = %L', :'draft'), '23514', NULL, 'none without a decision');
UPDATE difficulty_definition SET state = 'adopted', adopted_at = now(),
	decided_on = now(), decision = 'x', adopted_by = :'admin'
WHERE id = :'draft';
SELECT throws_ok(format('UPDATE difficulty_definition SET state = ''adopted'',
	adopted_at = now(), decided_on = now(), decision = ''x'',
	adopted_by = %L WHERE id = %L', :'admin', :'ours'), '23505', NULL,
	'one is in force');
SELECT is(pg_temp.ask_as('board', format('UPDATE difficulty_definition
	SET note = ''y'', number = 4 WHERE id = %L', :'draft')), '42501',
	'what was adopted is not changed');
SELECT is(pg_temp.ask_as('board', 'DELETE FROM difficulty_definition'),
	'42501', 'nor deleted');

-- The feed.
SELECT is(definition_event(:'draft') -> 'envelope' ->> 'state', 'adopted',
	'the one in force is told');
SELECT is(part_event('definition', :'ours') -> 'doc' ->> 'source', 'zaedno',
	'and drafts, as whose they are');
UPDATE difficulty_definition SET state = 'superseded', version = version + 1
WHERE id = :'draft';
SELECT is(part_event('definition', :'draft'), NULL,
	'one that another followed is a purge');

SELECT * FROM finish();
ROLLBACK;
