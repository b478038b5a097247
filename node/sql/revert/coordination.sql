-- Revert zaedno_node:coordination from pg
BEGIN;
DROP FUNCTION subject_coordinations(uuid[]), subject_coordination_refs(uuid[]),
	subject_coordination_ids(uuid[]), subject_parts(uuid);
DROP FUNCTION coordination_case(uuid);
DROP FUNCTION coordination_document(coordination_request, mirror);
DROP TRIGGER coordination_settled ON outbox;
DROP FUNCTION coordination_settled();
DROP FUNCTION coordination_sent(uuid);
DROP INDEX outbox_coordination;
DROP FUNCTION coordination_sends(text);
DROP FUNCTION coordination_under_way(uuid);
DROP POLICY outbox_answer ON outbox;
DROP FUNCTION coordination_hidden(uuid);
DROP POLICY mirror_coordination ON mirror;
DELETE FROM erasure_part WHERE relation = 'coordination_request';
DROP TABLE coordination_request;
COMMIT;
