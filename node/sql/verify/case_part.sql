-- Verify zaedno_node:case_part on pg

BEGIN;

SELECT member, relation, document FROM subject_part WHERE false;
SELECT 1 / (part_status(false, 2, false, '1', NULL) = 'precondition-failed')::int;
SELECT 1 / (r.body IS NULL)::int FROM part_reply(false, 2, false, NULL, NULL, '{}') r;
SELECT 1 / (jsonb_typeof(subject_casework('{}')) = 'object')::int;
SELECT 1 / (subject_casework_refs('{}') = '{}')::int;
SELECT 1 / (days_wrong('a', today(), 'b', today() - 1) = '{/b,too-early}')::int;

ROLLBACK;
