-- Revert zaedno-hub:audit from pg
BEGIN;
DROP TABLE read_log;
DROP FUNCTION reader();
DROP TABLE audit_leaf;
DROP TABLE audit_queue;
DROP TABLE audit;
DROP FUNCTION audit_seal();
DROP FUNCTION append_only();
DROP FUNCTION read_log_ahead(int);
DROP AGGREGATE audit_chain(bytea, bytea);
DROP FUNCTION audit_chain_next(bytea, bytea, bytea);
DROP FUNCTION audit_genesis(uuid);
DROP FUNCTION audit_leaf_of(timestamptz, uuid, bytea, text, text, uuid, uuid,
    text);
DROP FUNCTION audit_details(uuid, text, uuid);
COMMIT;
