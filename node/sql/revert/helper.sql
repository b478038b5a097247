-- Revert zaedno_node:helper from pg

BEGIN;

SELECT case_part_forget('nomination'), case_part_forget('helper');
DROP FUNCTION help_table(uuid),
	nomination_wrong(uuid, uuid, uuid, text, date, date),
	helper_wrong(text, text, text, date, date, date), helper_document(helper),
	keyworker_of(helper), contact_overdue(helper), helps_now(helper),
	nomination_document(nomination);
DROP TABLE nomination, helper;
DROP TABLE codelist.org_kind, codelist.help_state, codelist.nomination_source,
	codelist.contact_rhythm, codelist.helper_kind;

COMMIT;
