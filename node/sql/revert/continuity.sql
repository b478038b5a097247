-- Revert zaedno_node:continuity from pg

BEGIN;

SELECT case_part_forget('continuity');
DROP TRIGGER path_tell ON episode;
DROP FUNCTION path_tell(), path_raise(text, uuid, date), moves_until(episode),
	moves_unanswered(uuid, date),
	continuity_document(continuity), path_document(episode), is_move(episode),
	day_begins(date);
DROP TABLE continuity;
DROP FUNCTION continuity_tell();

COMMIT;
