-- Revert zaedno_node:erasure from pg
-- Refused where somebody was erased: what is gone cannot be put back.

BEGIN;

ALTER TABLE summary ALTER doc SET NOT NULL;
ALTER TABLE consent_signer ALTER salt SET NOT NULL;
ALTER TABLE consent_version ALTER sealed SET NOT NULL;
ALTER TABLE person ALTER sealed SET NOT NULL;
ALTER TABLE summary RESET (autovacuum_vacuum_threshold,
	autovacuum_vacuum_scale_factor);
ALTER TABLE consent_version RESET (autovacuum_vacuum_threshold,
	autovacuum_vacuum_scale_factor);
ALTER TABLE case_file RESET (autovacuum_vacuum_threshold,
	autovacuum_vacuum_scale_factor);
ALTER TABLE person RESET (autovacuum_vacuum_threshold,
	autovacuum_vacuum_scale_factor);
DROP POLICY case_erased ON case_file;
DROP POLICY person_erased ON person;
DROP TRIGGER person_takes ON person_index;
DROP TRIGGER person_takes ON case_file;
DROP TRIGGER case_takes ON episode;
DROP TRIGGER case_takes ON need;
DROP TRIGGER case_takes ON consent;
DROP FUNCTION subject_known(uuid), subject_erase(uuid, text), person_consented(uuid),
	person_erase(uuid, text), erasure_document(erasure), person_takes(),
	case_takes();
DROP TABLE erasure_part, erasure;

COMMIT;
