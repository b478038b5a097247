-- Revert zaedno_node:episode from pg

BEGIN;

DROP FUNCTION moves(uuid, date);
DROP TABLE episode;

COMMIT;
