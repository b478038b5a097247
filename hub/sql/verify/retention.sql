-- Verify zaedno-hub:retention on pg
BEGIN;
SELECT rule, days, least, done_until FROM retention WHERE false;
SELECT id, rule, at, removed FROM retention_log WHERE false;
SELECT has_function_privilege('retention_run(int)', 'execute');
SELECT 1 / count(*) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgrelid = 'read_log'::regclass AND p.proname = 'retained';
ROLLBACK;
