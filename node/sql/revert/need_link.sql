-- Revert zaedno_node:need_link from pg

BEGIN;

SELECT case_part_forget('need_link'), case_part_forget('need_history');
DROP FUNCTION need_link_wrong(uuid, uuid, text, text, text, date, date),
	need_link_document(need_link), need_history_document(need_history),
	needs_of(uuid), strengths_of(uuid);
DROP TABLE need_link, need_history;
ALTER TABLE need DROP COLUMN strength_level;
DROP TABLE codelist.need_link_kind;

COMMIT;
