-- Revert zaedno_node:subject_records from pg

BEGIN;

DROP FUNCTION subject_records(uuid[], uuid[]), subject_record_refs(uuid[]);

COMMIT;
