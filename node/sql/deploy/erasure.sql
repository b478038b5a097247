-- Deploy zaedno_node:erasure to pg
-- requires: mirror audit
-- The erasure of a person: all that is sealed, all by which it could be found
-- and all that was said of it goes; what stays is that there was a case, its
-- number and days, the consents' facts without names, and how much was erased.
-- Nothing here undoes it.

BEGIN;

CREATE TABLE erasure (
	person_id uuid PRIMARY KEY REFERENCES person,
	at        timestamptz NOT NULL DEFAULT statement_timestamp(),
	actor     text DEFAULT my_user()::text,
	role      text DEFAULT my_role(),
	reason    text NOT NULL CHECK (reason IN
	          ('request', 'unlawful', 'obligation', 'period')),
	counts    jsonb NOT NULL
);
CREATE TRIGGER erasure_append_only
	BEFORE UPDATE OR DELETE OR TRUNCATE ON erasure
	FOR EACH STATEMENT EXECUTE FUNCTION raise_append_only();
ALTER TABLE erasure ENABLE ROW LEVEL SECURITY;
CREATE POLICY erasure_read ON erasure FOR SELECT TO zaedno_node_service
	USING ((SELECT my_role()) = 'dpo');
GRANT SELECT ON erasure TO zaedno_node_service;

-- What hangs on a case, a consent or a summary and goes with them as whole
-- rows. A table that comes later adds its line here; a test asks for it.
CREATE TABLE erasure_part (
	relation text PRIMARY KEY,
	key      text NOT NULL,
	of_kind  text NOT NULL CHECK (of_kind IN ('case', 'consent', 'summary'))
);
INSERT INTO erasure_part VALUES
	('need', 'case_id', 'case'), ('episode', 'case_id', 'case');

-- What is erased has no seal, no salt, no hash of its content.
ALTER TABLE person ALTER sealed DROP NOT NULL;
ALTER TABLE consent_version ALTER sealed DROP NOT NULL;
ALTER TABLE consent_signer ALTER salt DROP NOT NULL;
ALTER TABLE summary ALTER doc DROP NOT NULL;

-- Dead rows are erased too, soon and not when a fifth of the table is dead.
ALTER TABLE person SET (autovacuum_vacuum_threshold = 50,
	autovacuum_vacuum_scale_factor = 0);
ALTER TABLE case_file SET (autovacuum_vacuum_threshold = 50,
	autovacuum_vacuum_scale_factor = 0);
ALTER TABLE consent_version SET (autovacuum_vacuum_threshold = 50,
	autovacuum_vacuum_scale_factor = 0);
ALTER TABLE summary SET (autovacuum_vacuum_threshold = 50,
	autovacuum_vacuum_scale_factor = 0);

-- A person that was erased is found by nobody, and its cases take nothing new.
CREATE POLICY person_erased ON person AS RESTRICTIVE TO zaedno_node_service
	USING (sealed IS NOT NULL);
CREATE POLICY case_erased ON case_file AS RESTRICTIVE FOR UPDATE
	TO zaedno_node_service USING (content <> '');

-- Nor do they while the erasure is under way: what is added waits for it.
CREATE FUNCTION case_takes() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM FROM case_file WHERE id = NEW.case_id AND content <> ''
	FOR KEY SHARE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the case was erased'
		    USING ERRCODE = 'insufficient_privilege';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER case_takes BEFORE INSERT ON consent
	FOR EACH ROW EXECUTE FUNCTION case_takes();
CREATE TRIGGER case_takes BEFORE INSERT ON need
	FOR EACH ROW EXECUTE FUNCTION case_takes();
CREATE TRIGGER case_takes BEFORE INSERT ON episode
	FOR EACH ROW EXECUTE FUNCTION case_takes();

CREATE FUNCTION person_takes() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM FROM person WHERE id = NEW.person_id AND sealed IS NOT NULL
	FOR KEY SHARE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'the person was erased'
		    USING ERRCODE = 'insufficient_privilege';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER person_takes BEFORE INSERT ON case_file
	FOR EACH ROW EXECUTE FUNCTION person_takes();
CREATE TRIGGER person_takes BEFORE INSERT ON person_index
	FOR EACH ROW EXECUTE FUNCTION person_takes();

CREATE FUNCTION erasure_document(e erasure) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('person_id', e.person_id, 'at', rfc3339(e.at),
	       'reason', e.reason, 'erased', e.counts)
$$;

-- Erases the person and says what was erased; the caller has asked whether it
-- may. The person's row is the lock: its cases' consents come after it.
CREATE FUNCTION person_erase(p uuid, why text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	cases uuid[];
	consents uuid[];
	summaries uuid[];
	coordinations uuid[];
	gone jsonb := '{}';
	part erasure_part;
	n bigint;
BEGIN
	cases := ARRAY(SELECT id FROM case_file WHERE person_id = p ORDER BY id
	               FOR NO KEY UPDATE);
	consents := ARRAY(SELECT id FROM consent WHERE case_id = ANY (cases)
	                  ORDER BY id FOR NO KEY UPDATE);
	summaries := ARRAY(SELECT id FROM summary WHERE consent_id = ANY (consents));

	DELETE FROM person_index WHERE person_id = p;
	GET DIAGNOSTICS n = ROW_COUNT;
	gone := gone || jsonb_build_object('index_rows', n);
	FOR part IN SELECT * FROM erasure_part ORDER BY relation LOOP
		EXECUTE format('DELETE FROM %I WHERE %I = ANY ($1)', part.relation, part.key)
		USING CASE part.of_kind WHEN 'case' THEN cases
		                        WHEN 'consent' THEN consents ELSE summaries END;
		GET DIAGNOSTICS n = ROW_COUNT;
		gone := gone || jsonb_build_object(part.relation, n);
	END LOOP;
	UPDATE summary SET doc = NULL WHERE id = ANY (summaries) AND doc IS NOT NULL;
	GET DIAGNOSTICS n = ROW_COUNT;
	gone := gone || jsonb_build_object('summaries', n);
	UPDATE consent_version SET sealed = NULL
	WHERE consent_id = ANY (consents) AND sealed IS NOT NULL;
	GET DIAGNOSTICS n = ROW_COUNT;
	gone := gone || jsonb_build_object('consent_texts', n);
	UPDATE received SET case_id = NULL, linked_at = NULL, version = version + 1
	WHERE case_id = ANY (cases);
	GET DIAGNOSTICS n = ROW_COUNT;
	gone := gone || jsonb_build_object('links', n);

	-- The salts too: without them a commitment says nothing.
	UPDATE consent_signer SET salt = NULL WHERE consent_id = ANY (consents);
	UPDATE consent SET content = '' WHERE id = ANY (consents);
	UPDATE mirror SET doc = NULL, title = NULL, state = 'purged'
	WHERE kind = 'summary' AND own AND id = ANY (summaries);
	-- What was worked on together, and whatever hangs on it; of a delivery
	-- only to whom and when is known, which an erasure there is asked by.
	coordinations := ARRAY(SELECT id FROM mirror WHERE kind = 'coordination'
	                       AND parent = ANY (summaries));
	UPDATE mirror SET doc = NULL, title = NULL, state = 'purged'
	WHERE doc IS NOT NULL AND (kind = 'coordination' AND id = ANY (coordinations)
	                           OR parent = ANY (coordinations));
	GET DIAGNOSTICS n = ROW_COUNT;
	gone := gone || jsonb_build_object('shared_documents', n);
	-- What waits under an ended consent is never sent, but for its end.
	UPDATE outbox SET state = 'cancelled'
	WHERE consent_id = ANY (consents) AND state IN ('queued', 'parked')
	  AND operation <> 'withdrawConsent';
	UPDATE outbox SET body = NULL, last_problem = NULL
	WHERE consent_id = ANY (consents) AND operation <> 'withdrawConsent';
	UPDATE case_file SET sealed = NULL, content = '', state = 'closed',
	       closed_on = coalesce(closed_on, greatest(opened_on, today())),
	       version = version + 1, updated_at = statement_timestamp()
	WHERE id = ANY (cases);
	UPDATE person SET sealed = NULL, content = '', version = version + 1,
	       updated_at = statement_timestamp()
	WHERE id = p;

	INSERT INTO erasure (person_id, reason, counts)
	VALUES (p, why, gone || jsonb_build_object('cases', cardinality(cases),
	        'consents', cardinality(consents)));
	INSERT INTO audit (event, kind, ref) VALUES ('person.erase', 'person', p);
END $$;
REVOKE EXECUTE ON FUNCTION person_erase(uuid, text) FROM PUBLIC;

-- Does a consent about the person still hold, or wait to be ended at the hub?
CREATE FUNCTION person_consented(p uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT EXISTS (SELECT FROM consent c JOIN case_file k ON k.id = c.case_id
	               WHERE k.person_id = p AND c.state = 'active'
	                 AND c.until > statement_timestamp())
$$;
REVOKE EXECUTE ON FUNCTION person_consented(uuid) FROM PUBLIC;

-- The data-protection officer's request: what became of it. NULL: no such
-- person, or not the officer's to ask.
CREATE FUNCTION subject_erase(p uuid, why text) RETURNS text LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF my_role() IS DISTINCT FROM 'dpo' THEN
		RETURN NULL;
	END IF;
	PERFORM FROM person WHERE id = p FOR UPDATE;
	IF NOT FOUND THEN
		RETURN NULL;
	ELSIF EXISTS (SELECT FROM erasure WHERE person_id = p) THEN
		RETURN 'erased';
	END IF;
	-- A consent recorded meanwhile waits for these rows, or was seen here.
	PERFORM FROM case_file WHERE person_id = p ORDER BY id FOR UPDATE;
	IF person_consented(p) THEN
		RETURN 'consent-active';
	END IF;
	PERFORM person_erase(p, why);
	RETURN 'erased';
END $$;

-- Is there such a person? For the officer's refusals.
CREATE FUNCTION subject_known(p uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT my_role() = 'dpo' AND EXISTS (SELECT FROM person WHERE id = p)
$$;

REVOKE EXECUTE ON FUNCTION subject_erase(uuid, text), subject_known(uuid)
	FROM PUBLIC;
GRANT EXECUTE ON FUNCTION subject_erase(uuid, text), subject_known(uuid)
	TO zaedno_node_service;

COMMIT;
