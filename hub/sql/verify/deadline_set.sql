-- Verify zaedno-hub:deadline_set on pg
BEGIN;
SELECT id, number, state, version, deadlines, note, created_at, decided_on,
    decision, adopted_by, adopted_at FROM deadline_set WHERE false;
SELECT deadline_set_json(d) FROM deadline_set d LIMIT 0;
SELECT 1 / (deadline_at('screening', true, now())
    = now() + interval '24 hours')::int;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE relname = 'deadline_set';
ROLLBACK;
