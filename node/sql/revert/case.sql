-- Revert zaedno_node:case from pg

BEGIN;

DROP POLICY person_index_of ON person_index;
DROP POLICY person_all ON person;
DROP POLICY person_own ON person;
ALTER TABLE person DISABLE ROW LEVEL SECURITY;
ALTER TABLE person_index DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON person, person_index, identity_key FROM zaedno_node_service;
DROP FUNCTION person_without_case(uuid), case_number_next(int);
DROP TABLE case_file, case_counter;

COMMIT;
