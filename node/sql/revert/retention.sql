-- Revert zaedno_node:retention from pg

BEGIN;

DROP FUNCTION retention_list(), retention_run(int), retention_apply(text, int),
	retention_due(text);
DROP VIEW due_case_record, due_audit_row, due_audit_details, due_session_ended,
	due_sign_in_failure, due_outbox_delivered, due_summary_withdrawn;
DROP TRIGGER audit_no_truncate ON audit;
DROP TRIGGER audit_append_only ON audit;
DROP FUNCTION audit_guard();
CREATE TRIGGER audit_append_only
	BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
	FOR EACH STATEMENT EXECUTE FUNCTION raise_append_only();
DROP FUNCTION retention_before(text);
DROP TABLE retention_log, retention;
DROP TABLE IF EXISTS codelist.retention;

COMMIT;
