-- Verify zaedno-hub:summary on pg
BEGIN;
SELECT id, consent_id, holder, version, doc, readers, until, published_at, erased_at
FROM summary WHERE false;
SELECT summary_json(s, c, '{}') FROM summary s, consent c LIMIT 0;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE relname = 'summary';
SELECT 1 / (count(*) = 3)::int FROM pg_policy
WHERE polrelid = 'summary'::regclass;
SELECT 1 / ('autovacuum_vacuum_scale_factor=0' = ANY (reloptions))::int
FROM pg_class WHERE relname = 'summary';
SELECT 1 / (NOT has_table_privilege('zaedno_hub_service', 'summary',
    'DELETE, TRUNCATE'))::int;
ROLLBACK;
