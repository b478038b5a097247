-- Revert zaedno_node:emergency from pg

BEGIN;

ALTER POLICY outbox_of_consent ON outbox
	USING (EXISTS (SELECT FROM consent c WHERE c.id = outbox.consent_id));
DO $$
DECLARE
	p record;
BEGIN
	FOR p IN SELECT tablename, policyname FROM pg_policies
		WHERE schemaname = 'public' AND (policyname = 'case_emergency'
		      OR policyname IN ('own_work_new', 'own_work_change', 'own_work_end'))
	LOOP
		EXECUTE format('DROP POLICY %I ON %I', p.policyname, p.tablename);
	END LOOP;
END $$;
DROP TRIGGER emergency_note ON audit;
DROP FUNCTION notice_document(notice), emergency_document(emergency_reading),
	emergency_operation(), emergency_note(), emergency_case(uuid, text);
DROP TABLE notice, emergency_read, emergency_reading;
DROP FUNCTION emergency_tell(), emergency_fill();
DROP TABLE codelist.notice_kind;

COMMIT;
