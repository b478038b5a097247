-- Verify zaedno_node:episode on pg

BEGIN;

SELECT id, case_id, kind, service, start_on, end_on FROM episode WHERE false;
SELECT moves(gen_random_uuid(), NULL);
SELECT 1 / relrowsecurity::int FROM pg_class WHERE oid = 'episode'::regclass;

ROLLBACK;
