-- Verify zaedno_node:shared_change on pg
BEGIN;
SELECT shared_change_document(c), shared_writable(c.kind, c.coordination_id)
FROM shared_change c LIMIT 0;
SELECT 1 / (retention_due('change_settled') IS NOT NULL)::int;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE relname = 'shared_change';
SELECT 1 / (count(*) = 7)::int FROM pg_policy
WHERE polname IN ('mirror_part', 'change_read', 'change_new', 'change_edit',
	'change_drop', 'task_of_author', 'task_do_author');
SELECT 1 / (count(*) = 8)::int FROM pg_trigger
WHERE tgname IN ('shared_change_fill', 'shared_change_linked',
	'shared_change_settled', 'shared_change_followed', 'shared_change_done',
	'shared_change_dropped', 'shared_change_purged', 'shared_change_forgotten');
ROLLBACK;
