-- Revert zaedno_node:episode from pg

BEGIN;

DROP FUNCTION case_document(case_file), case_number(case_file),
	episode_document(episode), moves(uuid, date);
DROP TABLE episode;

COMMIT;
