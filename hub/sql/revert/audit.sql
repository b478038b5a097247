-- Revert zaedno-hub:audit from pg
BEGIN;
DROP TABLE read_log;
DROP TABLE audit_leaf;
DROP TABLE audit_queue;
DROP TABLE audit;
DROP FUNCTION append_only();
DROP FUNCTION audit_leaf_hash(text, text, uuid, uuid);
COMMIT;
