-- Verify zaedno-hub:lesson on pg
BEGIN;
SELECT region, state, urgency, outcome, lesson, requested_at, met_at, ended_at,
    decided_at, done_at FROM coordination_past WHERE false;
SELECT count(*) FROM lessons();
SELECT count(*) FROM coordination_times();
SELECT retention_plan('-infinity', 1);
ROLLBACK;
