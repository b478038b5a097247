-- Verify zaedno-hub:part_size on pg
BEGIN;
SELECT coordination_size(k) FROM coordination k LIMIT 0;
SELECT plan_size(p) FROM plan p LIMIT 0;
SELECT meeting_size(m) FROM meeting m LIMIT 0;
ROLLBACK;
