-- The audit is added to, and nothing else.
BEGIN;
\ir lib/fixture.psql
SELECT plan(20);

SELECT is(pg_temp.ask('school', format('INSERT INTO audit (event, kind, ref,
	leaf) VALUES (''summary.put'', ''summary'', %L, ''x'')', :'summary')),
	'1', 'an act is noted');
SELECT is((SELECT org::text FROM audit WHERE ref = :'summary'), :'school',
	'with who did it');
SELECT is(pg_temp.ask('ngo', format('INSERT INTO audit (org, event, kind, ref,
	leaf) VALUES (%L, ''x'', ''x'', %L, ''x'')', :'school', :'summary')),
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
SELECT is(octet_length(audit_leaf_hash('a', 'b', NULL, NULL)), 32,
	'a leaf is a SHA-256');
SELECT isnt(audit_leaf_hash('a', 'b', :'summary', NULL),
	audit_leaf_hash('a', 'b', :'consent', NULL), 'of what was done');

SELECT * FROM finish();
ROLLBACK;
