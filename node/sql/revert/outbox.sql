-- Revert zaedno_node:outbox from pg

BEGIN;

DROP FUNCTION outbox_lock(bigint[]);
DROP TABLE outbox;
DROP FUNCTION outbox_acknowledged();

COMMIT;
