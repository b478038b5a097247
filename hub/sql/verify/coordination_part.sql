-- Verify zaedno-hub:coordination_part on pg
BEGIN;
SELECT coordination_met(k), part_event('', k.id) FROM coordination k LIMIT 0;
SELECT coordination_hold(NULL);
ROLLBACK;
