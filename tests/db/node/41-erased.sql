-- Erased content is gone elsewhere too: dead rows do not wait for a fifth of
-- the table.
BEGIN;
\ir lib/fixture.psql
SELECT plan(5);

SELECT ok(reloptions @> '{autovacuum_vacuum_scale_factor=0}'
	AND reloptions && '{autovacuum_vacuum_threshold=50}',
	relname || ' is vacuumed after 50 dead rows, however large it is')
FROM pg_class WHERE relname IN ('person', 'case_file', 'consent_version', 'summary', 'mirror')
AND relnamespace = 'public'::regnamespace ORDER BY relname;

SELECT * FROM finish();
ROLLBACK;
