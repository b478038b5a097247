-- The audit is added to, and nothing else.
BEGIN;
\ir lib/fixture.psql
SELECT plan(20);

SELECT is(pg_temp.ask('school', format('INSERT INTO audit (event, kind, ref)
	VALUES (''summary.put'', ''summary'', %L) RETURNING leaf', :'summary')),
	'1', 'an act is noted, and who acts is told its leaf');
SELECT is((SELECT org::text FROM audit WHERE ref = :'summary'), :'school',
	'with who did it');
SELECT is(pg_temp.ask('ngo', format('INSERT INTO audit (org, event, kind, ref)
	VALUES (%L, ''x'', ''x'', %L)', :'school', :'summary')),
	'42501', 'nobody notes an act of another');
SELECT is(pg_temp.ask(who, format('SELECT FROM audit WHERE ref = %L',
	:'summary')), n, format('%s reads %s rows of the audit', who, n))
FROM (VALUES ('admin', '1'), ('auditor', '1'), ('coordinator', '0'),
	('school', '0'), ('ngo', '0'), ('nobody', '0'), ('sweep', '0'))
	w(who, n);
SELECT is(pg_temp.ask('school', command || ' audit' || rest), '42501',
	command || ' is refused by grants')
FROM (VALUES ('UPDATE', ' SET event = event'), ('DELETE FROM', ''),
	('TRUNCATE', '')) c(command, rest);
SELECT throws_ok(command || ' audit' || rest, '42501', NULL,
	command || ' is refused by a trigger even to the owner')
FROM (VALUES ('UPDATE', ' SET event = event'), ('DELETE FROM', ''),
	('TRUNCATE', '')) c(command, rest);
SELECT is(pg_temp.ask('school', 'INSERT INTO audit_leaf VALUES (1000000, ''x'')'),
	'42501', 'only the sequencer gives a leaf its index');
SELECT is(pg_temp.ask('school', 'SELECT FROM audit_leaf'), '0',
	'nor does anyone else see the tree');
INSERT INTO audit (event, kind, leaf, leaf_salt, details)
VALUES ('test.own', 'x', 'x', gen_random_uuid(), 'x'), ('test.own', 'x', 'x', NULL, 'x');
SELECT ok(count(DISTINCT leaf) = 2 AND bool_and(octet_length(leaf) = 32
	AND details IS NULL AND leaf_salt IS NOT NULL), 'nobody makes a leaf of his own')
FROM audit WHERE event = 'test.own';
SELECT is((SELECT count(*) FROM audit a JOIN audit_queue q ON q.act = a.id
	AND q.leaf = a.leaf), (SELECT count(*) FROM audit), 'and each waits for its place');

SELECT * FROM finish();
ROLLBACK;
