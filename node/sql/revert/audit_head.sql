-- Revert zaedno_node:audit_head from pg

BEGIN;

REVOKE SELECT (clock_offset_ms) ON hub_link FROM zaedno_node_service;
DROP POLICY outbox_head ON outbox;
DROP TRIGGER audit_head_refused ON outbox;
DROP TRIGGER audit_head_countersigned ON outbox;
DROP TRIGGER hub_head_kept ON mirror;
DROP FUNCTION audit_row_json(audit), audit_alarms(), audit_head_countersigned(),
	audit_head_refused(),
	hub_head_judge(uuid, jsonb), hub_head_kid(text), hub_head_kept();
DROP TABLE hub_head, hub_key, audit_head;
DROP FUNCTION hub_head_guard(), audit_head_guard();

COMMIT;
