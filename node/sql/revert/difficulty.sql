-- Revert zaedno_node:difficulty from pg

BEGIN;

SELECT case_part_forget('difficulty_check');
DROP FUNCTION difficulty_draft(uuid, int, text[], boolean),
	difficulty_check_document(difficulty_check), difficulty_picture(uuid),
	difficulty_proposed(uuid, difficulty_definition), difficulty_known(uuid);
DROP TABLE difficulty_check;
DROP FUNCTION difficulty_definition_now(), difficulty_rule_met(jsonb, text[]);
DROP TABLE difficulty_definition;
DROP TABLE codelist.difficulty_criterion;

COMMIT;
