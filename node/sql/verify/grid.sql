-- Verify zaedno_node:grid on pg

BEGIN;

SELECT id, case_id, on_day, baseline, shape, sealed FROM grid WHERE false;
SELECT id, case_id, grid_id, parties, held_on, outcome FROM connecting WHERE false;
SELECT 1 / (grid_measures('{"columns": [], "alignments": []}')->>'cells' = '0')::int;
SELECT 1 / (count(*) = 2 AND bool_and(relrowsecurity))::int
FROM pg_class WHERE oid IN ('grid'::regclass, 'connecting'::regclass);
SELECT 1 / (count(*) = 2)::int
FROM erasure_part WHERE relation IN ('grid', 'connecting');

ROLLBACK;
