-- Revert zaedno-hub:idempotency from pg
BEGIN;
DROP FUNCTION answered_before(uuid, text, bytea);
DROP TABLE idempotency;
COMMIT;
