-- Deploy zaedno_node:erasure_records to pg
-- requires: erasure outcome statutory emergency guard
-- The records that hang on a case or a summary go with a person's erasure. Who
-- read in an emergency goes with the reading; nobody may delete one alone.

BEGIN;

-- Grants forbid the service to delete; the erasure, which may, must be able to.
DROP TRIGGER summary_overrule_append_only ON summary_overrule;

INSERT INTO erasure_part VALUES
	('outcome', 'case_id', 'case'), ('signal', 'case_id', 'case'),
	('team_record', 'case_id', 'case'),
	('emergency_reading', 'case_id', 'case'),
	('summary_overrule', 'summary_id', 'summary');

-- An erased case takes none of them anew.
CREATE TRIGGER case_takes BEFORE INSERT ON outcome
	FOR EACH ROW EXECUTE FUNCTION case_takes();
CREATE TRIGGER case_takes BEFORE INSERT ON signal
	FOR EACH ROW EXECUTE FUNCTION case_takes();
CREATE TRIGGER case_takes BEFORE INSERT ON team_record
	FOR EACH ROW EXECUTE FUNCTION case_takes();
CREATE TRIGGER case_takes BEFORE INSERT ON emergency_reading
	FOR EACH ROW EXECUTE FUNCTION case_takes();

COMMIT;
