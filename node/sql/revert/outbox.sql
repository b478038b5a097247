-- Revert zaedno_node:outbox from pg

BEGIN;

DROP TABLE outbox;
DROP FUNCTION outbox_acknowledged();

COMMIT;
