-- Verify zaedno-hub:clock on pg
BEGIN;

SELECT 1 / (count(*) = 1)::int FROM clock_mark;
SELECT 1 / clock_holds()::int;

ROLLBACK;
