-- Verify zaedno_node:need_link on pg

BEGIN;

SELECT id, case_id, from_domain, to_domain, kind, since, until, sealed
FROM need_link WHERE false;
SELECT 1 / (strengths_of(gen_random_uuid()) = '[]')::int;
SELECT 1 / (count(*) = 2 AND bool_and(relrowsecurity))::int
FROM pg_class WHERE oid IN ('need_link'::regclass, 'need_history'::regclass);
SELECT 1 / (count(*) = 2)::int
FROM erasure_part WHERE relation IN ('need_link', 'need_history');

ROLLBACK;
