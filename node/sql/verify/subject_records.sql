-- Verify zaedno_node:subject_records on pg

BEGIN;

SELECT subject_records('{}', '{}'), subject_record_refs('{}');

ROLLBACK;
