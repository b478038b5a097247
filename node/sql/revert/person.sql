-- Revert zaedno_node:person from pg

BEGIN;

DROP TABLE person_index, person, identity_key;

COMMIT;
