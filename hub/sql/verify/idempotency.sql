-- Verify zaedno-hub:idempotency on pg
BEGIN;
SELECT org, key, operation, request_sha256, status, etag, at
FROM idempotency WHERE false;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE relname = 'idempotency';
ROLLBACK;
