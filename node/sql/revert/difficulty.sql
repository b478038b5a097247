-- Revert zaedno_node:difficulty from pg

BEGIN;

SELECT case_part_forget('difficulty_check');
DROP FUNCTION difficulty_draft(uuid, int, text[], boolean),
	difficulty_check_document(difficulty_check), difficulty_picture(uuid),
	difficulty_proposed(uuid, difficulty_definition), difficulty_known(uuid, jsonb);
DROP TABLE difficulty_check;
DROP FUNCTION difficulty_definition_now(), difficulty_rule_met(jsonb, text[]),
	difficulty_codes(jsonb), definition_fault(jsonb);
DROP TRIGGER difficulty_definition_follow ON mirror;
DROP FUNCTION difficulty_definition_follow();
DROP TABLE difficulty_definition;
DROP TABLE codelist.difficulty_criterion;

COMMIT;
