-- Revert zaedno-hub:retention from pg
BEGIN;
DROP FUNCTION retention_run(int), retention_apply(text, int),
    retention_details(int);
DROP TRIGGER append_only ON read_log;
DROP TRIGGER append_only ON audit;
DROP FUNCTION retained();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit
	FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON read_log
	FOR EACH ROW EXECUTE FUNCTION append_only();
DROP FUNCTION retention_before(text);
DROP INDEX consent_ended;
DROP INDEX audit_at;
DROP TABLE retention_log, retention;
COMMIT;
