-- Verify zaedno_node:prompt on pg

BEGIN;

SELECT id, case_id, prompt, sealed FROM prompt_answer WHERE false;
SELECT code FROM codelist.prompt WHERE false;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE oid = 'prompt_answer'::regclass;
SELECT 1 / (count(*) = 1)::int FROM erasure_part WHERE relation = 'prompt_answer';

ROLLBACK;
