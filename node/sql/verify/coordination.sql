-- Verify zaedno_node:coordination on pg
BEGIN;
SELECT coordination_document(r, m), coordination_hidden(r.id)
FROM coordination_request r, mirror m LIMIT 0;
SELECT 1 / relrowsecurity::int FROM pg_class
WHERE relname = 'coordination_request';
SELECT 1 / (count(*) = 2)::int FROM pg_policy
WHERE polname IN ('mirror_coordination', 'outbox_answer');
ROLLBACK;
