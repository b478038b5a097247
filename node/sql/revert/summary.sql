-- Revert zaedno_node:summary from pg

BEGIN;

DROP FUNCTION project(jsonb, text[]);
DROP TABLE summary;

COMMIT;
