-- Verify zaedno_node:emergency on pg

BEGIN;

SELECT id, case_id, reader, opened_at, until FROM emergency_reading WHERE false;
SELECT id, to_role, kind, ref, seen_at FROM notice WHERE false;
SELECT 1 / relrowsecurity::int FROM pg_class
WHERE oid IN ('emergency_reading'::regclass, 'emergency_read'::regclass,
              'notice'::regclass);
SELECT 1 / (count(*) = 2)::int FROM pg_policies
WHERE tablename = 'case_file' AND policyname IN ('case_emergency', 'own_work_new');

ROLLBACK;
