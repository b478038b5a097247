-- Revert zaedno_node:audit from pg

BEGIN;

DROP TABLE audit, audit_leaf, audit_queue, audit_log;
DROP FUNCTION audit_seal(), audit_step(int), by_timer();
DROP AGGREGATE audit_chain(bytea, bytea);
DROP FUNCTION audit_chain_next(bytea, bytea, bytea), audit_genesis(uuid),
	audit_leaf_of(timestamptz, uuid, bytea, text, text, uuid, uuid, text),
	audit_details(uuid, text, uuid);

COMMIT;
