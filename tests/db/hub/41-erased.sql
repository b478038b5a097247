-- Erased content is gone elsewhere too (FACTS: dead rows, kept answers).
BEGIN;
\ir lib/fixture.psql
SELECT plan(2);

SELECT ok(reloptions @> '{autovacuum_vacuum_scale_factor=0}'
	AND reloptions && '{autovacuum_vacuum_threshold=50}',
	relname || ' is vacuumed after 50 dead rows, however large it is')
FROM pg_class WHERE oid = 'summary'::regclass;
SELECT columns_are('idempotency', ARRAY['org', 'key', 'operation', 'request_sha256', 'status',
	'etag', 'at'], 'a kept answer is its status and ETag, and a hash of the request');

SELECT * FROM finish();
ROLLBACK;
