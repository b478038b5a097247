-- Verify zaedno-hub:hours on pg
BEGIN;
SELECT hour_promise_json(p) FROM hour_promise p LIMIT 0;
SELECT count(*) FROM meeting_hours('2026-Q4');
SELECT 1 / relrowsecurity::int FROM pg_class WHERE relname = 'hour_promise';
ROLLBACK;
