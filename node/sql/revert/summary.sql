-- Revert zaedno_node:summary from pg

BEGIN;

DROP FUNCTION project(jsonb, text[]), summary_document(summary);
DROP TABLE summary;

COMMIT;
