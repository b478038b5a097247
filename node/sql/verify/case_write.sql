-- Verify zaedno_node:case_write on pg

BEGIN;

SELECT may_write_case(gen_random_uuid()), may_write_person(gen_random_uuid());

ROLLBACK;
