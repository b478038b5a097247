-- Revert zaedno_node:roles from pg

BEGIN;

DROP FUNCTION raise_append_only(), page_json(json, text),
	touched(xid), today(), rfc3339(timestamptz), my_request(), my_role(), my_user(), me();
REVOKE USAGE ON SCHEMA public FROM zaedno_node_service, zaedno_node_courier;

COMMIT;
