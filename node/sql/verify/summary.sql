-- Verify zaedno_node:summary on pg

BEGIN;

SELECT id, consent_id, doc, version FROM summary WHERE false;
SELECT 1 / (project('{"a": 1, "b": 2}', '{a}') = '{"a": 1}')::int;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE oid = 'summary'::regclass;

ROLLBACK;
