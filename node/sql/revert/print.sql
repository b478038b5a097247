-- Revert zaedno_node:print from pg

BEGIN;

DROP FUNCTION organisation_name(uuid), receipt_number(uuid, bigint),
	bg_time(timestamptz), bg_day(timestamptz);
DROP TABLE IF EXISTS codelist.node_role, codelist.child_opinion,
	codelist.signer_method, codelist.signer_capacity;

COMMIT;
