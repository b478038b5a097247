-- Revert zaedno_node:case_part from pg

BEGIN;

DROP FUNCTION subject_casework_refs(uuid[]), subject_casework(uuid[]),
	days_wrong(text, date, text, date),
	part_reply(boolean, bigint, boolean, text, text[], jsonb),
	part_status(boolean, bigint, boolean, text, text[]),
	case_part_forget(text), case_part_changes(text, text), part_rewritten(),
	case_part(text, text, text);
DROP TABLE subject_part;

COMMIT;
