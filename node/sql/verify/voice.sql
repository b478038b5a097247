-- Verify zaedno_node:voice on pg

BEGIN;

SELECT id, case_id, who, how, on_day, refused, agrees_to_share, ans_on
FROM voice WHERE false;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE oid = 'voice'::regclass;
SELECT 1 / (count(*) = 1)::int FROM erasure_part WHERE relation = 'voice';

ROLLBACK;
