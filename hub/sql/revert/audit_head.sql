-- Revert zaedno-hub:audit_head from pg
BEGIN;
DROP FUNCTION read_set_json(read_set);
DROP FUNCTION audit_head_json(audit_head);
DROP FUNCTION audit_known(jsonb);
DROP FUNCTION audit_row_json(audit);
DROP FUNCTION audit_time(timestamptz);
DROP FUNCTION audit_opened(uuid, text, uuid);
DROP FUNCTION read_row_hash(read_log);
DROP FUNCTION read_hash(timestamptz, uuid, bytea, uuid, text, uuid, uuid,
    text, bigint);
DROP TABLE node_head, audit_head, read_set, read_head;
COMMIT;
