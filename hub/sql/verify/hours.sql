-- Verify zaedno-hub:hours on pg
BEGIN;
SELECT id, hour_promise_json(p), hour_promise_event(p.id) FROM hour_promise p LIMIT 0;
SELECT count(*) FROM meeting_hours('2026-Q4');
SELECT FROM hours_changed(NULL, '[]'), requeue_hours(NULL, 'active')
WHERE quarter_whole('2026-Q4') AND hours_key(NULL, '2026-Q4') IS NOT NULL;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE relname = 'hour_promise';
ROLLBACK;
