-- Revert zaedno-hub:summary from pg
BEGIN;
DROP FUNCTION summary_json(summary, consent, text[]);
DROP TABLE summary;
COMMIT;
