-- Revert zaedno_node:case_write from pg

BEGIN;

DROP FUNCTION may_write_person(uuid), may_write_case(uuid);

COMMIT;
