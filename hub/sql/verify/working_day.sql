-- Verify zaedno-hub:working_day on pg
BEGIN;
SELECT 1 / (orthodox_easter(2026) = '2026-04-12')::int;
SELECT 1 / (NOT is_working_day('2026-05-25'))::int;
SELECT after_working_days(now(), 2);
ROLLBACK;
