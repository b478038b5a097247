-- Verify zaedno_node:erasure on pg

BEGIN;

SELECT relation, key, of_kind FROM erasure_part WHERE false;
SELECT person_id, at, actor, role, reason, counts FROM erasure WHERE false;
SELECT has_function_privilege('subject_erase(uuid, text)', 'execute');
SELECT 1 / relrowsecurity::int FROM pg_class WHERE oid = 'erasure'::regclass;
SELECT 1 / count(*) FROM pg_policy WHERE polname = 'person_erased';

ROLLBACK;
