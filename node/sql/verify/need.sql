-- Verify zaedno_node:need on pg

BEGIN;

SELECT case_id, domain, level, strength FROM need WHERE false;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE oid = 'need'::regclass;

ROLLBACK;
