-- Revert zaedno_node:statutory from pg

BEGIN;

DROP FUNCTION has_been(timestamptz), team_record_document(team_record),
	signal_document(signal);
DROP TABLE team_record, signal;
DROP TABLE codelist.statutory_team_kind, codelist.signal_recipient,
	codelist.signal_channel;

COMMIT;
