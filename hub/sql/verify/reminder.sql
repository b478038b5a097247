-- Verify zaedno-hub:reminder on pg
BEGIN;
SELECT reminder_json(r), reminder_event(r.id) FROM reminder r LIMIT 0;
SELECT coordination_moved(k), reminder_at(k.due, 0) FROM coordination k LIMIT 0;
SELECT idle_at FROM reminder_run WHERE false;
SELECT count(*) FROM reminder_now(true);
SELECT 1 / (count(*) = 2)::int FROM pg_class WHERE relrowsecurity
AND relname IN ('reminder', 'reminder_run');
ROLLBACK;
