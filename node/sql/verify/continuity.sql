-- Verify zaedno_node:continuity on pg

BEGIN;

SELECT episode_id, case_id, lost, stays, sealed FROM continuity WHERE false;
SELECT 1 / (moves_unanswered(gen_random_uuid(), NULL) = 0)::int;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE oid = 'continuity'::regclass;
SELECT 1 / (count(*) = 1)::int FROM erasure_part WHERE relation = 'continuity';
SELECT 1 / (count(*) = 1)::int FROM pg_trigger
WHERE tgname = 'path_tell' AND tgrelid = 'episode'::regclass;

ROLLBACK;
