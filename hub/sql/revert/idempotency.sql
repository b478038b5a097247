-- Revert zaedno-hub:idempotency from pg
BEGIN;
DROP TABLE idempotency;
COMMIT;
