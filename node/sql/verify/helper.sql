-- Verify zaedno_node:helper on pg

BEGIN;

SELECT id, case_id, kind, sector, domains, since, until FROM helper WHERE false;
SELECT 1 / (help_table(gen_random_uuid())->'gaps' = '0')::int;
SELECT 1 / (count(*) = 2 AND bool_and(relrowsecurity))::int
FROM pg_class WHERE oid IN ('helper'::regclass, 'nomination'::regclass);
SELECT 1 / (count(*) = 2)::int
FROM erasure_part WHERE relation IN ('helper', 'nomination');

ROLLBACK;
