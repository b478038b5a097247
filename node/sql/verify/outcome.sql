-- Verify zaedno_node:outcome on pg

BEGIN;

SELECT id, case_id, kind, on_day, replaces FROM outcome WHERE false;
SELECT 1 / (outcomes_current(gen_random_uuid()) = '[]')::int;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE oid = 'outcome'::regclass;
SELECT code FROM codelist.outcome_record WHERE false;

ROLLBACK;
