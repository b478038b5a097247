-- Revert zaedno-hub:organisation from pg
BEGIN;
DROP FUNCTION organisation_json(organisation);
DROP TABLE assertion_jti;
DROP TABLE enrolment_code;
DROP TABLE organisation_key;
DROP TABLE service;
DROP TABLE organisation;
COMMIT;
