-- Verify zaedno_node:retention on pg

BEGIN;

SELECT 1 / (retention_due(rule) IS NOT NULL)::int FROM retention;
SELECT id, rule, at, removed, actor FROM retention_log WHERE false;
SELECT has_function_privilege('retention_run(int)', 'execute');
SELECT 1 / (count(*) = 2)::int FROM pg_trigger
WHERE tgrelid = 'audit'::regclass
  AND tgname IN ('audit_append_only', 'audit_no_truncate');

ROLLBACK;
