-- Revert zaedno-hub:series from pg
BEGIN;
DROP FUNCTION series_times(text, timestamptz, int, date);
DROP FUNCTION series_json(meeting_series);
DROP FUNCTION template_json(agenda_template);
ALTER TABLE meeting DROP COLUMN series_id;
DROP TABLE meeting_series;
DROP TABLE agenda_template;
COMMIT;
