-- Revert zaedno-hub:delivery from pg
BEGIN;
DROP FUNCTION delivery_state(delivery);
DROP FUNCTION delivery_json(delivery);
DROP TABLE delivery;
COMMIT;
