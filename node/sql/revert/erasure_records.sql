-- Revert zaedno_node:erasure_records from pg

BEGIN;

DROP TRIGGER case_takes ON emergency_reading;
DROP TRIGGER case_takes ON team_record;
DROP TRIGGER case_takes ON signal;
DROP TRIGGER case_takes ON outcome;
DELETE FROM erasure_part WHERE relation IN ('outcome', 'signal',
	'team_record', 'emergency_reading', 'summary_overrule');
CREATE TRIGGER summary_overrule_append_only
	BEFORE DELETE OR TRUNCATE ON summary_overrule
	FOR EACH STATEMENT EXECUTE FUNCTION raise_append_only();

COMMIT;
