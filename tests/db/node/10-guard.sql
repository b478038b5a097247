-- What a supervisor let pass of the names that the identity guard found.
BEGIN;
\ir lib/fixture.psql
SELECT plan(10);

SELECT ok(relrowsecurity, 'summary_overrule has row-level security')
FROM pg_class WHERE oid = 'summary_overrule'::regclass;
SELECT is(pg_temp.as_courier('SELECT * FROM summary_overrule'), '42501', 'the courier cannot read it');

SELECT is(pg_temp.as_user('anna', format($$INSERT INTO summary_overrule (summary_id, version, sealed)
	VALUES (%L, 1, 'z1.a.b')$$, :'summary_a')), '42501', 'a practitioner lets no name pass');
SELECT is(pg_temp.as_user('emil', format($$INSERT INTO summary_overrule (summary_id, version, sealed)
	VALUES (%L, 1, 'z1.a.b')$$, :'summary_a')), '42501', 'nor does the administrator');
SELECT is(pg_temp.as_user('vera', format($$INSERT INTO summary_overrule (summary_id, version, sealed, by)
	VALUES (%L, 1, 'z1.a.b', %L)$$, :'summary_a', :'anna')), '42501', 'nor a supervisor in the name of another');
INSERT INTO summary_overrule (summary_id, version, sealed, by)
VALUES (:'summary_a', 1, 'z1.00000000.c2VhbGVk', :'vera');
SELECT is(pg_temp.as_user('anna', 'SELECT * FROM summary_overrule'), '1', 'the holder of the case sees it');
SELECT is(pg_temp.as_user('boris', 'SELECT * FROM summary_overrule'), '0', 'a colleague does not');
SELECT is(pg_temp.as_user('vera', 'UPDATE summary_overrule SET sealed = sealed'), '42501', 'it is not changed');
SELECT is(pg_temp.as_user('vera', 'DELETE FROM summary_overrule'), '42501', 'nor deleted, but with the person');
SELECT is(summary_document(s)->>'overruled_by', :'vera', 'the document says who')
FROM summary s WHERE s.id = :'summary_a';

SELECT * FROM finish();
ROLLBACK;
