-- A copy of the database without the key names nobody: every column that
-- holds what a person said or is called is sealed.
BEGIN;
\ir lib/fixture.psql
SELECT plan(4);

SELECT ok(bool_and(sealed LIKE 'z1.%'), 'persons are sealed') FROM person;
SELECT ok(bool_and(sealed LIKE 'z1.%'), 'so are the names of who signed') FROM consent_version;
SELECT is(array_agg(column_name::text ORDER BY column_name), ARRAY['content', 'created_at', 'created_by', 'id',
	'sealed', 'updated_at', 'version'], 'a person has no readable column')
FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'person';
SELECT is(array_agg(column_name::text ORDER BY column_name), ARRAY['sealed', 'state'],
	'a case has no text but what is sealed')
FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = 'case_file' AND data_type = 'text';

SELECT * FROM finish();
ROLLBACK;
