-- Deploy zaedno_node:family to pg
-- requires: ending erasure_records
-- The family's page at the hub, from the holder's side: slips of six one-time
-- codes (the codes are on paper alone), what a family has said, sealed as soon
-- as it arrives, and what a child does not want shared, which leaves nowhere.

BEGIN;

CREATE TABLE family_slip (
	id         uuid PRIMARY KEY,
	consent_id uuid NOT NULL REFERENCES consent,
	capacity   text NOT NULL,
	signer     int NOT NULL CHECK (signer BETWEEN 0 AND 5),
	issued_at  timestamptz NOT NULL DEFAULT statement_timestamp(),
	issued_by  uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	hub_at     timestamptz,
	refused    text,               -- the hub's code, if it did not take them
	revoked_at timestamptz
);
CREATE UNIQUE INDEX family_slip_one ON family_slip (consent_id, signer)
	WHERE revoked_at IS NULL;

CREATE TABLE family_word (
	id              uuid PRIMARY KEY,
	consent_id      uuid NOT NULL REFERENCES consent,
	capacity        text NOT NULL,
	kind            text NOT NULL CHECK (kind IN ('words', 'disagreement')),
	summary_id      uuid,
	organisation_id uuid,
	category        text,
	said_at         timestamptz NOT NULL,
	arrived_at      timestamptz NOT NULL DEFAULT statement_timestamp(),
	sealed          text,              -- the words
	answer_sealed   text,
	answer_content  bytea,
	answered_at     timestamptz,
	answered_by     uuid REFERENCES app_user,
	answer_hub_at   timestamptz,
	CHECK ((kind = 'words') = (sealed IS NOT NULL)),
	CHECK (num_nonnulls(answer_sealed, answer_content, answered_at,
	                    answered_by) IN (0, 4))
);
CREATE INDEX family_word_consent ON family_word (consent_id, said_at);

-- What the child asked not to be told to anybody: read before sharing, by
-- whose work the case is. No document for the hub is made from it.
CREATE TABLE child_limit (
	case_id     uuid PRIMARY KEY REFERENCES case_file,
	sealed      text NOT NULL,
	content     bytea NOT NULL,
	recorded_by uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	version     bigint NOT NULL DEFAULT 1
);
CREATE TRIGGER case_takes BEFORE INSERT ON child_limit
	FOR EACH ROW EXECUTE FUNCTION case_takes();

INSERT INTO erasure_part VALUES
	('family_slip', 'consent_id', 'consent'),
	('family_word', 'consent_id', 'consent'),
	('child_limit', 'case_id', 'case');

ALTER TABLE family_slip ENABLE ROW LEVEL SECURITY;
CREATE POLICY slip_of_consent ON family_slip FOR SELECT TO zaedno_node_service
	USING (EXISTS (SELECT FROM consent c WHERE c.id = family_slip.consent_id));
CREATE POLICY slip_new ON family_slip FOR INSERT TO zaedno_node_service
	WITH CHECK (issued_by = (SELECT my_user())
	            AND (SELECT may_write_case(c.case_id) FROM consent c
	                 WHERE c.id = consent_id));

ALTER TABLE family_word ENABLE ROW LEVEL SECURITY;
CREATE POLICY word_of_consent ON family_word FOR SELECT TO zaedno_node_service
	USING ((SELECT may_write_case(c.case_id) FROM consent c
	        WHERE c.id = family_word.consent_id));
CREATE POLICY word_answer ON family_word FOR UPDATE TO zaedno_node_service
	USING (answered_at IS NULL
	       AND (SELECT may_write_case(c.case_id) FROM consent c
	            WHERE c.id = family_word.consent_id))
	WITH CHECK (answered_by = (SELECT my_user()));

ALTER TABLE child_limit ENABLE ROW LEVEL SECURITY;
CREATE POLICY limit_of_case ON child_limit TO zaedno_node_service
	USING (may_write_case(case_id))
	WITH CHECK (recorded_by = (SELECT my_user()) AND may_write_case(case_id));

-- How often a slip was used is the hub's to say.
CREATE POLICY mirror_family_slip ON mirror FOR SELECT TO zaedno_node_service
	USING (kind = 'family_slip'
	       AND EXISTS (SELECT FROM family_slip s WHERE s.id = mirror.id));

GRANT SELECT, INSERT (id, consent_id, capacity, signer)
	ON family_slip TO zaedno_node_service;
GRANT SELECT, UPDATE (answer_sealed, answer_content, answered_at, answered_by)
	ON family_word TO zaedno_node_service;
GRANT SELECT, INSERT (case_id, sealed, content),
	UPDATE (sealed, content, recorded_by, recorded_at, version)
	ON child_limit TO zaedno_node_service;

-- Ends slips, here and, whatever waits, at the hub.
CREATE FUNCTION family_revoke(slips uuid[]) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
	WITH gone AS (
		UPDATE family_slip SET revoked_at = statement_timestamp()
		WHERE id = ANY (slips) AND revoked_at IS NULL
		RETURNING id, consent_id),
	waits AS (
		UPDATE outbox o SET state = 'cancelled' FROM gone
		WHERE o.operation = 'putFamilyCodes' AND o.state IN ('queued', 'parked')
		  AND o.consent_id = gone.consent_id
		  AND o.params->>'id' = gone.id::text)
	INSERT INTO outbox (operation, method, path, params, body, subject, lane)
	SELECT 'revokeFamilyCodes', 'PUT', '/v1/family-codes/' || id || '/revocation',
	       jsonb_build_object('id', id),
	       jsonb_build_object('consent_id', consent_id), consent_id, 'withdrawal'
	FROM gone
$$;

-- A representative who is suspected of harm gets no codes: while somebody else
-- signs in the place of the representatives, or has done so since this consent
-- was signed, only who has signed there does.
CREATE FUNCTION family_suspected(of_consent uuid, capacity text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT family_suspected.capacity <> 'young_person'
	   AND c.rule <> 'other_representative' AND EXISTS (
	       SELECT FROM consent x JOIN case_file k ON k.id = x.case_id
	       WHERE x.rule = 'other_representative'
	         AND k.person_id = (SELECT f.person_id FROM case_file f
	                            WHERE f.id = c.case_id)
	         AND (x.state = 'active' AND x.until > statement_timestamp()
	              OR (SELECT max(v.recorded_at) FROM consent_version v
	                  WHERE v.consent_id = x.id)
	               > (SELECT max(v.recorded_at) FROM consent_version v
	                  WHERE v.consent_id = c.id)))
	FROM consent c WHERE c.id = of_consent
$$;

-- When another comes to sign for the child, or the child itself at eighteen,
-- what the adults held before ends with it. A version that has other signers
-- ends the slips of those who are no longer among them.
CREATE FUNCTION family_follow() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM family_revoke(array_agg(s.id))
	FROM family_slip s JOIN consent c ON c.id = s.consent_id
	     JOIN case_file k ON k.id = c.case_id
	WHERE s.revoked_at IS NULL AND s.capacity <> 'young_person'
	  AND k.person_id = (SELECT f.person_id FROM case_file f
	                     WHERE f.id = NEW.case_id)
	  AND NEW.rule IN ('other_representative', 'self')
	  AND (c.id = NEW.id OR c.rule <> 'other_representative' OR NEW.rule = 'self');
	RETURN NULL;
END $$;
CREATE TRIGGER family_follow AFTER INSERT OR UPDATE OF version ON consent
	FOR EACH ROW WHEN (NEW.state = 'active') EXECUTE FUNCTION family_follow();

CREATE FUNCTION family_follow_signers() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM family_revoke(array_agg(s.id)) FROM family_slip s
	WHERE s.consent_id = NEW.consent_id AND s.revoked_at IS NULL
	  AND NOT EXISTS (SELECT FROM consent_signer g
	                  WHERE g.consent_id = NEW.consent_id
	                    AND g.version = NEW.version AND g.n = s.signer + 1
	                    AND g.capacity = s.capacity);
	RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER family_follow_signers AFTER INSERT ON consent_version
	DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION family_follow_signers();

-- What the hub has taken, or not; the stretched codes and the answer go from
-- the queue with it.
CREATE FUNCTION family_acknowledged() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF NEW.operation = 'putFamilyCodes' THEN
		UPDATE family_slip SET
		       hub_at = CASE WHEN NEW.state = 'delivered' THEN NEW.delivered_at END,
		       refused = CASE WHEN NEW.state = 'refused' THEN NEW.last_code END
		WHERE id = (NEW.params->>'id')::uuid;
	ELSIF NEW.state = 'delivered' THEN
		UPDATE family_word SET answer_hub_at = NEW.delivered_at
		WHERE id = (NEW.params->>'id')::uuid;
	END IF;
	UPDATE outbox SET body = NULL WHERE id = NEW.id;
	RETURN NULL;
END $$;
CREATE TRIGGER family_acknowledged AFTER UPDATE OF state ON outbox
	FOR EACH ROW WHEN (NEW.operation IN ('putFamilyCodes', 'answerFamilyWord')
	                   AND NEW.state IN ('delivered', 'refused', 'cancelled'))
	EXECUTE FUNCTION family_acknowledged();

-- An answer that waits goes with the word that it answers.
CREATE FUNCTION family_word_gone() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	UPDATE outbox SET state = 'cancelled'
	WHERE operation = 'answerFamilyWord' AND params->>'id' = OLD.id::text
	  AND state IN ('queued', 'parked');
	RETURN NULL;
END $$;
CREATE TRIGGER family_word_gone AFTER DELETE ON family_word
	FOR EACH ROW EXECUTE FUNCTION family_word_gone();

-- The courier brings words as they were said; the service, which has the key,
-- is told at once and seals them.
CREATE FUNCTION family_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('family', '');
	RETURN NULL;
END $$;
CREATE TRIGGER family_tell AFTER INSERT OR UPDATE OF doc ON mirror
	FOR EACH ROW WHEN (NEW.kind = 'family_word' AND NEW.doc IS NOT NULL)
	EXECUTE FUNCTION family_tell();

-- What waits to be sealed. Nobody asks for it but the service itself.
CREATE FUNCTION family_words_arrived(most int)
RETURNS TABLE (id uuid, words text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT m.id, m.doc->>'text' FROM mirror m
	WHERE m.kind = 'family_word' AND m.doc IS NOT NULL AND my_user() IS NULL
	ORDER BY m.seq LIMIT most
$$;

-- An answer is due in three days; by that its task is known as well.
CREATE FUNCTION family_answer_due(said_at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$ SELECT said_at + interval '3 days' $$;

-- Keeps one, sealed; what was not sealed goes, here and at the hub. A task
-- tells whose work the case is, and when its answer is due. What is about
-- no consent of ours, or an erased case, is not kept.
CREATE FUNCTION family_word_take(word uuid, words_sealed text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	d jsonb;
	of_consent uuid;
BEGIN
	IF my_user() IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT m.doc INTO d FROM mirror m
	WHERE m.kind = 'family_word' AND m.id = word AND m.doc IS NOT NULL
	FOR NO KEY UPDATE;
	IF d IS NULL THEN
		RETURN;
	END IF;
	UPDATE mirror SET doc = NULL, title = NULL, state = 'purged'
	WHERE kind = 'family_word' AND id = word;
	-- The case's row first, as an erasure does.
	PERFORM FROM case_file k WHERE k.content <> '' AND k.id =
	    (SELECT c.case_id FROM consent c WHERE c.id = (d->>'consent_id')::uuid)
	FOR KEY SHARE;
	IF FOUND THEN
		INSERT INTO family_word (id, consent_id, capacity, kind, summary_id,
		       organisation_id, category, said_at, sealed)
		VALUES (word, (d->>'consent_id')::uuid, d->>'capacity', d->>'kind',
		       (d->>'summary_id')::uuid, (d->>'organisation_id')::uuid,
		       d->>'category', (d->>'said_at')::timestamptz, words_sealed)
		ON CONFLICT DO NOTHING RETURNING consent_id INTO of_consent;
		IF of_consent IS NOT NULL THEN
			PERFORM task_raise('family_word', of_consent,
			    family_answer_due((d->>'said_at')::timestamptz));
			INSERT INTO audit (event, kind, ref, consent_id)
			VALUES ('family_word.arrive', 'family_word', word, of_consent);
		END IF;
	END IF;
	INSERT INTO outbox (operation, method, path, params, body, subject, lane)
	VALUES ('takeFamilyWord', 'PUT', '/v1/family-words/' || word || '/receipt',
	        jsonb_build_object('id', word),
	        jsonb_build_object('at', rfc3339(statement_timestamp())), word,
	        'receipt');
END $$;

-- The answer's way: not cancelled when the consent ends, for it is owed.
CREATE FUNCTION family_answer_queue(word uuid, words text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	INSERT INTO outbox (operation, method, path, params, body, subject)
	SELECT 'answerFamilyWord', 'PUT', '/v1/family-words/' || w.id || '/answer',
	       jsonb_build_object('id', w.id), jsonb_build_object('text', words), w.id
	FROM family_word w
	WHERE w.id = word AND touched(w.xmin) AND w.answered_by = my_user();
	UPDATE task t SET done_at = statement_timestamp(), done_by = my_user()
	FROM family_word w
	WHERE w.id = word AND touched(w.xmin) AND t.kind = 'family_word'
	  AND t.subject = w.consent_id AND t.due = family_answer_due(w.said_at)
	  AND t.done_at IS NULL
$$;

-- Of the holder's people: one may end any slip of a consent that is their work.
CREATE FUNCTION family_slip_revoke(slip uuid) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT family_revoke(array_agg(s.id)) FROM family_slip s
	     JOIN consent c ON c.id = s.consent_id
	WHERE s.id = slip AND may_write_case(c.case_id)
$$;

-- The slip before of the same signer, under the consent's lock.
CREATE FUNCTION family_slip_replace(of_consent uuid, of_signer int)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT family_revoke(array_agg(s.id)) FROM family_slip s
	     JOIN consent c ON c.id = s.consent_id
	WHERE s.consent_id = of_consent AND s.signer = of_signer
	  AND s.revoked_at IS NULL AND may_write_case(c.case_id)
$$;

CREATE FUNCTION family_slip_document(s family_slip) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', s.id,
	       'consent_id', s.consent_id, 'capacity', s.capacity,
	       'signer', s.signer, 'issued_at', rfc3339(s.issued_at),
	       'issued_by', s.issued_by, 'hub_at', rfc3339(s.hub_at),
	       'refused', s.refused,
	       'used', coalesce((m.doc->>'used')::int, 0),
	       'first_used_at', m.doc->>'first_used_at',
	       'last_used_at', m.doc->>'last_used_at',
	       'revoked_at', rfc3339(coalesce(s.revoked_at,
	               (m.doc->>'revoked_at')::timestamptz)),
	       'state', CASE
	               WHEN s.revoked_at IS NOT NULL OR m.doc ? 'revoked_at' THEN 'revoked'
	               WHEN s.refused IS NOT NULL THEN 'refused'
	               WHEN s.hub_at IS NULL AND m.doc IS NULL THEN 'queued'
	               WHEN coalesce((m.doc->>'used')::int, 0) = 6 THEN 'used'
	               WHEN coalesce((m.doc->>'used')::int, 0) > 0 THEN 'open'
	               WHEN s.issued_at + interval '72 hours' <= statement_timestamp()
	               THEN 'lapsed' ELSE 'open' END))
	FROM (VALUES (1)) one(x)
	     LEFT JOIN mirror m ON m.kind = 'family_slip' AND m.id = s.id
$$;

-- "sealed", at both levels, is opened by the service.
CREATE FUNCTION family_word_document(w family_word) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', w.id,
	       'consent_id', w.consent_id, 'capacity', w.capacity, 'kind', w.kind,
	       'summary_id', w.summary_id, 'organisation_id', w.organisation_id,
	       'organisation', CASE WHEN w.organisation_id IS NOT NULL
	               THEN organisation_name(w.organisation_id) END,
	       'category', w.category, 'said_at', rfc3339(w.said_at),
	       'arrived_at', rfc3339(w.arrived_at), 'sealed', w.sealed,
	       'answer', CASE WHEN w.answered_at IS NOT NULL THEN
	               jsonb_build_object('at', rfc3339(w.answered_at),
	                       'by', w.answered_by, 'sealed', w.answer_sealed,
	                       'hub_at', rfc3339(w.answer_hub_at)) END))
$$;

CREATE FUNCTION child_limit_document(l child_limit) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('id', l.case_id, 'case_id', l.case_id,
	       'recorded_by', l.recorded_by, 'recorded_at', rfc3339(l.recorded_at),
	       'version', l.version, 'sealed', l.sealed)
$$;

-- For a person's rights. One person's words are that person's, here as on the
-- page: whole they are exported to who said them, if that is whom the export is
-- of; of anybody else's the fact. What a young person does with its page, and
-- what it does not want told, nobody learns who asks for it. Codes are not here.
CREATE FUNCTION subject_family(cases uuid[], own boolean) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
	SELECT jsonb_build_object(
	'family_slips', (SELECT coalesce(jsonb_agg(family_slip_document(s)
	                        ORDER BY s.issued_at, s.id), '[]')
	                 FROM family_slip s JOIN consent c ON c.id = s.consent_id
	                 WHERE c.case_id = ANY (cases)
	                   AND (own OR s.capacity <> 'young_person')),
	'family_words', (SELECT coalesce(jsonb_agg(CASE
	                        WHEN own AND w.capacity = 'young_person' THEN x.doc
	                        ELSE x.doc #- '{sealed}' #- '{answer,sealed}' END
	                        ORDER BY w.said_at, w.id), '[]')
	                 FROM family_word w JOIN consent c ON c.id = w.consent_id,
	                      LATERAL (SELECT family_word_document(w) AS doc) x
	                 WHERE c.case_id = ANY (cases)
	                   AND (own OR w.capacity <> 'young_person')),
	'child_limits', (SELECT coalesce(jsonb_agg(child_limit_document(l)
	                        ORDER BY l.recorded_at, l.case_id), '[]')
	                 FROM child_limit l
	                 WHERE own AND l.case_id = ANY (cases)))
$$;

-- What the audit calls them by.
CREATE FUNCTION subject_family_refs(cases uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
	SELECT ARRAY(
	       SELECT s.id FROM family_slip s JOIN consent c ON c.id = s.consent_id
	       WHERE c.case_id = ANY (cases)
	       UNION ALL
	       SELECT w.id FROM family_word w JOIN consent c ON c.id = w.consent_id
	       WHERE c.case_id = ANY (cases))
$$;

-- Of them and of their tasks a young person's.
CREATE FUNCTION subject_young(cases uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
	SELECT ARRAY(
	       SELECT s.id FROM family_slip s JOIN consent c ON c.id = s.consent_id
	       WHERE c.case_id = ANY (cases) AND s.capacity = 'young_person'
	       UNION ALL
	       SELECT unnest(ARRAY[w.id, t.id])
	       FROM family_word w JOIN consent c ON c.id = w.consent_id
	            LEFT JOIN task t ON t.kind = 'family_word'
	                 AND t.subject = w.consent_id
	                 AND t.due = family_answer_due(w.said_at)
	       WHERE c.case_id = ANY (cases) AND w.capacity = 'young_person')
$$;

REVOKE EXECUTE ON FUNCTION subject_family(uuid[], boolean),
	subject_family_refs(uuid[]), subject_young(uuid[]), family_revoke(uuid[]), family_suspected(uuid, text),
	family_words_arrived(int), family_word_take(uuid, text),
	family_answer_queue(uuid, text), family_slip_revoke(uuid),
	family_slip_replace(uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION family_suspected(uuid, text),
	family_words_arrived(int), family_word_take(uuid, text),
	family_answer_queue(uuid, text), family_slip_revoke(uuid),
	family_slip_replace(uuid, int) TO zaedno_node_service;

COMMIT;
