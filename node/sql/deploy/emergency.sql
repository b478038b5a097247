-- Deploy zaedno_node:emergency to pg
-- requires: statutory outcome consent summary outbox
-- Emergency reading: a practitioner opens a colleague's case, with a reason, for
-- three hours. The row is the permission: the policy of case_file asks for it,
-- by the clock of each statement, and only for operations that read one case
-- and leave their mark in the audit. Supervisors and data-protection officers
-- are told by the same transaction, and every read is noted beside the row.
--
-- Retention: as the audit (code list "retention"): readings, what was read and
-- notices as audit_row, 1826 days; the reason in words as audit_details, 730.

BEGIN;

CREATE TABLE emergency_reading (
	id        uuid PRIMARY KEY,
	n         bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	case_id   uuid NOT NULL REFERENCES case_file,
	number    text NOT NULL,    -- of the case: officers do not see case_file
	holder    uuid NOT NULL REFERENCES app_user,
	reader    uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	sealed    text NOT NULL,    -- the reason
	content   bytea NOT NULL,
	opened_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	until     timestamptz NOT NULL DEFAULT statement_timestamp() + interval '3 hours',
	CHECK (until > opened_at AND until <= opened_at + interval '3 hours')
);
CREATE INDEX emergency_reading_reader ON emergency_reading (reader, until);
CREATE INDEX emergency_reading_case ON emergency_reading (case_id);

CREATE TABLE emergency_read (
	id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	reading_id uuid NOT NULL REFERENCES emergency_reading ON DELETE CASCADE,
	at         timestamptz NOT NULL,
	event      text NOT NULL,
	kind       text NOT NULL,
	ref        uuid NOT NULL,
	request    uuid
);
CREATE INDEX emergency_read_reading ON emergency_read (reading_id, id);

CREATE TABLE codelist.notice_kind (LIKE codelist.need_domain INCLUDING ALL);
GRANT SELECT ON codelist.notice_kind TO zaedno_node_service;

-- What the people of a role have to be told, whoever of them comes first; rows
-- are made by triggers, so that nothing can happen without its notice.
CREATE TABLE notice (
	id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	n       bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	at      timestamptz NOT NULL DEFAULT statement_timestamp(),
	to_role text NOT NULL CHECK (to_role IN
	        ('practitioner', 'supervisor', 'dpo', 'admin')),
	kind    text NOT NULL REFERENCES codelist.notice_kind,
	ref     uuid NOT NULL,
	seen_at timestamptz,
	seen_by uuid REFERENCES app_user,
	CHECK ((seen_at IS NULL) = (seen_by IS NULL))
);
CREATE INDEX notice_role ON notice (to_role, n);

-- The case that is meant, by id or by number, for those who may open one: is
-- it theirs already?
CREATE FUNCTION emergency_case(by_id uuid, by_number text)
RETURNS TABLE (case_id uuid, own boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT c.id, may_write_case(c.id)
	FROM case_file c
	WHERE my_role() IN ('practitioner', 'supervisor')
	  AND (c.id = by_id OR by_id IS NULL
	       AND c.number = split_part(by_number, '/', 1)::int
	       AND c.year = 2000 + split_part(by_number, '/', 2)::int)
$$;

CREATE FUNCTION emergency_fill() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	SELECT case_number(c), c.holder INTO NEW.number, NEW.holder
	FROM case_file c WHERE c.id = NEW.case_id;
	RETURN NEW;
END $$;
CREATE TRIGGER emergency_fill BEFORE INSERT ON emergency_reading
	FOR EACH ROW EXECUTE FUNCTION emergency_fill();

CREATE FUNCTION emergency_tell() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	INSERT INTO notice (to_role, kind, ref)
	VALUES ('supervisor', 'emergency_reading', NEW.id),
	       ('dpo', 'emergency_reading', NEW.id);
	RETURN NULL;
END $$;
CREATE TRIGGER emergency_tell AFTER INSERT ON emergency_reading
	FOR EACH ROW EXECUTE FUNCTION emergency_tell();

-- What a practitioner reads writes its row in the audit; if it is a case open
-- for emergency reading, that is noted here, whichever statement it was.
CREATE FUNCTION emergency_note() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	INSERT INTO emergency_read (reading_id, at, event, kind, ref, request)
	SELECT e.id, NEW.at, NEW.event, NEW.kind, NEW.ref, NEW.request
	FROM emergency_reading e JOIN case_file c ON c.id = e.case_id
	WHERE e.reader = my_user() AND c.holder <> e.reader
	  AND statement_timestamp() >= e.opened_at
	  AND statement_timestamp() < e.until
	  AND CASE NEW.kind
	      WHEN 'case' THEN NEW.ref = c.id
	      WHEN 'person' THEN NEW.ref = c.person_id
	      WHEN 'consent' THEN EXISTS (
	           SELECT FROM consent x WHERE x.id = NEW.ref AND x.case_id = c.id)
	      WHEN 'summary' THEN EXISTS (
	           SELECT FROM summary s JOIN consent x ON x.id = s.consent_id
	           WHERE s.id = NEW.ref AND x.case_id = c.id)
	      WHEN 'signal' THEN EXISTS (
	           SELECT FROM signal x WHERE x.id = NEW.ref AND x.case_id = c.id)
	      WHEN 'team_record' THEN EXISTS (
	           SELECT FROM team_record x WHERE x.id = NEW.ref AND x.case_id = c.id)
	      ELSE false END;
	RETURN NULL;
END $$;
CREATE TRIGGER emergency_note AFTER INSERT ON audit
	FOR EACH ROW WHEN (NEW.role = 'practitioner' AND NEW.ref IS NOT NULL)
	EXECUTE FUNCTION emergency_note();

-- The operations that an emergency opens: each reads one case and writes an
-- audit row. No list, no search, nothing that writes.
CREATE FUNCTION emergency_operation() RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT coalesce(current_setting('zaedno.operation', true) IN (
	       'getCase', 'getPerson', 'listEpisodes', 'listOutcomes', 'listConsents',
	       'getConsent', 'listReceipts', 'getSharedSummary', 'listSignals',
	       'getSignal', 'listTeamRecords', 'getTeamRecord', 'getNeeds',
	       'listNeedLinks', 'listVoices', 'listHelpers', 'listNominations',
	       'getHelpTable', 'getPath', 'listGrids', 'getGrid',
	       'listConnections', 'listPromptAnswers', 'getDifficulty',
	       'listDifficultyChecks'), false)
$$;

ALTER TABLE emergency_reading ENABLE ROW LEVEL SECURITY;
CREATE POLICY emergency_own ON emergency_reading FOR SELECT TO zaedno_node_service
	USING ((SELECT my_role()) = 'practitioner' AND reader = (SELECT my_user()));
CREATE POLICY emergency_overseen ON emergency_reading FOR SELECT TO zaedno_node_service
	USING ((SELECT my_role()) IN ('supervisor', 'dpo'));
CREATE POLICY emergency_open ON emergency_reading FOR INSERT TO zaedno_node_service
	WITH CHECK (reader = (SELECT my_user()) AND (SELECT my_role()) = 'practitioner'
	            AND NOT may_write_case(case_id));

ALTER TABLE emergency_read ENABLE ROW LEVEL SECURITY;
CREATE POLICY emergency_read_overseen ON emergency_read FOR SELECT TO zaedno_node_service
	USING ((SELECT my_role()) IN ('supervisor', 'dpo'));

ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY notice_of_role ON notice FOR SELECT TO zaedno_node_service
	USING (to_role = (SELECT my_role()));
CREATE POLICY notice_seen ON notice FOR UPDATE TO zaedno_node_service
	USING (to_role = (SELECT my_role()) AND seen_at IS NULL)
	WITH CHECK (seen_by = (SELECT my_user()));

CREATE POLICY case_emergency ON case_file FOR SELECT TO zaedno_node_service
	USING ((SELECT emergency_operation()) AND (SELECT my_role()) = 'practitioner'
	       AND EXISTS (SELECT FROM emergency_reading e
	                   WHERE e.case_id = case_file.id
	                     AND e.reader = (SELECT my_user())
	                     AND statement_timestamp() >= e.opened_at
	                     AND statement_timestamp() < e.until));

-- To see is not to write: what hangs on a case asked only whether the case is
-- seen, so each table that a practitioner writes says now whose work it is.
DO $$
DECLARE
	t record;
	what text;
BEGIN
	FOR t IN SELECT * FROM (VALUES
		('need', 'may_write_case(case_id)'),
		('episode', 'may_write_case(case_id)'),
		('consent', 'may_write_case(case_id)'),
		('consent_version', '(SELECT may_write_case(c.case_id) FROM consent c
		                      WHERE c.id = consent_id)'),
		('consent_recipient', '(SELECT may_write_case(c.case_id) FROM consent c
		                        WHERE c.id = consent_id)'),
		('consent_signer', '(SELECT may_write_case(c.case_id) FROM consent c
		                     WHERE c.id = consent_id)'),
		('summary', '(SELECT may_write_case(c.case_id) FROM consent c
		              WHERE c.id = consent_id)'),
		('person_index', 'may_write_person(person_id)')) x(name, test)
	LOOP
		EXECUTE format('CREATE POLICY own_work_new ON %I AS RESTRICTIVE
			FOR INSERT TO zaedno_node_service WITH CHECK (%s)', t.name, t.test);
		EXECUTE format('CREATE POLICY own_work_change ON %I AS RESTRICTIVE
			FOR UPDATE TO zaedno_node_service USING (%s)', t.name, t.test);
		EXECUTE format('CREATE POLICY own_work_end ON %I AS RESTRICTIVE
			FOR DELETE TO zaedno_node_service USING (%s)', t.name, t.test);
	END LOOP;
END $$;
CREATE POLICY own_work_change ON person AS RESTRICTIVE
	FOR UPDATE TO zaedno_node_service USING (may_write_person(id));
-- Else an emergency would become a case of one's own about the same child.
CREATE POLICY own_work_new ON case_file AS RESTRICTIVE
	FOR INSERT TO zaedno_node_service WITH CHECK (may_write_person(person_id));
ALTER POLICY outbox_of_consent ON outbox
	USING ((SELECT may_write_case(c.case_id) FROM consent c
	        WHERE c.id = outbox.consent_id));

GRANT SELECT, INSERT (id, case_id, sealed, content)
	ON emergency_reading TO zaedno_node_service;
GRANT SELECT ON emergency_read TO zaedno_node_service;
GRANT SELECT, UPDATE (seen_at, seen_by) ON notice TO zaedno_node_service;
REVOKE EXECUTE ON FUNCTION emergency_case(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION emergency_case(uuid, text) TO zaedno_node_service;

-- "sealed" is opened by the service; the reads, for those who oversee, are the
-- latest 200 and their number.
CREATE FUNCTION emergency_document(e emergency_reading) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('id', e.id, 'case_id', e.case_id,
	       'number', e.number, 'holder', e.holder, 'reader', e.reader,
	       'sealed', e.sealed, 'opened_at', rfc3339(e.opened_at),
	       'until', rfc3339(e.until),
	       'reads_total', (SELECT count(*) FROM emergency_read r
	                       WHERE r.reading_id = e.id),
	       'reads', (SELECT coalesce(jsonb_agg(jsonb_build_object(
	                        'at', rfc3339(l.at), 'event', l.event,
	                        'kind', l.kind, 'ref', l.ref) ORDER BY l.id), '[]')
	                 FROM (SELECT * FROM emergency_read r
	                       WHERE r.reading_id = e.id
	                       ORDER BY r.id DESC LIMIT 200) l))
$$;

CREATE FUNCTION notice_document(t notice) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', t.id,
	       'at', rfc3339(t.at), 'kind', t.kind, 'ref', t.ref,
	       'seen_at', rfc3339(t.seen_at), 'seen_by', t.seen_by))
$$;

COMMIT;
