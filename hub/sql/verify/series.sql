-- Verify zaedno-hub:series on pg
BEGIN;
SELECT template_json(t) FROM agenda_template t LIMIT 0;
SELECT series_json(s) FROM meeting_series s LIMIT 0;
SELECT 1 / (count(*) = 3)::int FROM series_times('month', now(), 3, NULL);
SELECT 1 / relrowsecurity::int FROM pg_class WHERE relname IN
    ('agenda_template', 'meeting_series');
ROLLBACK;
