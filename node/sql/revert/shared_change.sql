-- Revert zaedno_node:shared_change from pg
BEGIN;
CREATE OR REPLACE FUNCTION outbox_lock(items bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM FROM consent c WHERE c.id IN
	    (SELECT o.consent_id FROM outbox o WHERE o.id = ANY (items))
	ORDER BY c.id FOR NO KEY UPDATE;
END $$;
DROP FUNCTION subject_changes(uuid[]);
DROP VIEW due_change_settled;
ALTER TABLE retention_log DISABLE TRIGGER USER;
DELETE FROM retention_log WHERE rule = 'change_settled';
ALTER TABLE retention_log ENABLE TRIGGER USER;
DELETE FROM retention WHERE rule = 'change_settled';
DROP POLICY task_do_author ON task;
DROP POLICY task_of_author ON task;
DROP TRIGGER shared_change_forgotten ON outbox;
DROP FUNCTION shared_change_forgotten();
DROP TRIGGER shared_change_purged ON mirror;
DROP FUNCTION shared_change_purged();
DROP TRIGGER shared_change_followed ON outbox;
DROP FUNCTION shared_change_followed();
DROP TRIGGER shared_change_settled ON outbox;
DROP FUNCTION shared_change_settled();
DROP FUNCTION shared_change_cancel(uuid);
DROP FUNCTION shared_change_queue(uuid, jsonb);
DROP FUNCTION shared_change_document(shared_change);
DROP FUNCTION shared_change_item(shared_change);
DROP TRIGGER shared_change_linked ON received;
DROP FUNCTION shared_change_linked();
DELETE FROM erasure_part WHERE relation = 'shared_change';
DROP TABLE shared_change;
DROP FUNCTION shared_change_done(), shared_change_edited();
DROP FUNCTION shared_change_fill();
DROP FUNCTION shared_names(uuid);
DROP FUNCTION coordination_consent(uuid);
DROP FUNCTION shared_writable(text, uuid);
DROP FUNCTION shared_writable(uuid);
DROP FUNCTION shared_problem(text, uuid);
DROP FUNCTION shared_place(text, uuid, uuid);
DROP FUNCTION shared_hidden(text, uuid);
DROP INDEX mirror_due;
DROP POLICY mirror_kept ON mirror;
DROP FUNCTION coordination_kept(uuid);
DROP POLICY mirror_part ON mirror;
DROP FUNCTION shared_kind(text);
DROP FUNCTION coordination_seen(uuid);
COMMIT;
