-- The audit only grows, and only the data-protection officer reads it.
BEGIN;
\ir lib/fixture.psql
SELECT plan(13);

SELECT is(pg_temp.as_user('anna', format($$INSERT INTO audit (event, kind, ref) VALUES ('case.read', 'case', %L)$$,
	:'case_a')), '1', 'an act writes its row');
SELECT is(actor, :'anna', 'with the caller of the transaction') FROM audit;
SELECT is(role, 'practitioner', 'and the role') FROM audit;
SELECT is(pg_temp.as_user('anna', $$INSERT INTO audit (event, kind, actor) VALUES ('case.read', 'case', 'boris')$$),
	'42501', 'nobody writes in another''s name');
SELECT is(pg_temp.as_user('anna', $$INSERT INTO audit (event, kind, at) VALUES ('case.read', 'case', '2020-01-01')$$),
	'42501', 'or at another time');
SELECT is(pg_temp.as_user('dora', 'SELECT FROM audit'), '1', 'the data-protection officer reads it');
SELECT is(pg_temp.as_user(who, 'SELECT FROM audit'), '0', who || ' does not')
FROM unnest(ARRAY['anna', 'vera', 'emil', 'nobody']) who;
SELECT throws_ok('UPDATE audit SET event = event', '42501', NULL, 'the owner itself changes nothing');
SELECT throws_ok('DELETE FROM audit', '42501', NULL, 'nor deletes');
SELECT throws_ok('TRUNCATE audit', '42501', NULL, 'nor empties');

SELECT * FROM finish();
ROLLBACK;
