-- Verify zaedno_node:monitoring on pg

BEGIN;
SELECT coordination_case(m.id) FROM mirror m LIMIT 0;
SELECT m.at FROM cases_met() m JOIN cases_in_company() o USING (case_id) LIMIT 0;
SELECT task_reminds(t) FROM task t LIMIT 0;
SELECT case_sweep();
SELECT 1 / (count(*) = 1)::int FROM pg_trigger WHERE tgname = 'mirror_reminds';
ROLLBACK;
