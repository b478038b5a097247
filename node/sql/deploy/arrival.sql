-- Deploy zaedno_node:arrival to pg
-- requires: monitoring shared_change
-- What others write in shared work is looked through for the names held for its
-- case, here, where they are known; the hub knows numbers and addresses alone.
-- The courier, which brings it, has no key: the service looks, and a hit is a
-- task for whoever works on the case.

BEGIN;

-- Documents that have arrived and were not looked through yet.
CREATE TABLE arrival (
	kind text NOT NULL,
	id   uuid NOT NULL,
	PRIMARY KEY (kind, id),
	FOREIGN KEY (kind, id) REFERENCES mirror ON DELETE CASCADE
);
ALTER TABLE arrival ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION mirror_arrives() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	INSERT INTO arrival (kind, id) VALUES (NEW.kind, NEW.id)
	ON CONFLICT DO NOTHING;
	PERFORM pg_notify('arrival', '');
	RETURN NULL;
END $$;
CREATE TRIGGER mirror_arrives AFTER INSERT OR UPDATE OF doc ON mirror
	FOR EACH ROW WHEN (NEW.doc IS NOT NULL AND NEW.kind = ANY
	    ('{coordination,plan,action,meeting,decision,review,keyworker,handover}'))
	EXECUTE FUNCTION mirror_arrives();

CREATE FUNCTION arrival_coordination(m mirror) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE m.kind WHEN 'coordination' THEN m.id ELSE m.parent END
$$;

-- So many that wait, each with the person and the signers whose names are held
-- for its case; what is of no case here is not waited for.
CREATE FUNCTION arrivals(most int)
RETURNS TABLE (kind text, id uuid, seq bigint, doc text, person_id uuid,
               sealed text, signers text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF my_user() IS NOT NULL THEN
		RETURN;
	END IF;
	DELETE FROM arrival a USING mirror m
	WHERE m.kind = a.kind AND m.id = a.id
	  AND (m.doc IS NULL OR NOT EXISTS (
	       SELECT FROM case_file k
	       WHERE k.id = coordination_case(arrival_coordination(m))
	         AND k.content <> ''));
	RETURN QUERY
	SELECT m.kind, m.id, m.seq, m.doc::text, p.id, p.sealed,
	       (SELECT json_agg(json_build_object('id', v.consent_id || '/' || v.version,
	               'sealed', v.sealed))
	        FROM consent c JOIN consent_version v ON v.consent_id = c.id
	        WHERE c.case_id = k.id)::text
	FROM arrival a JOIN mirror m ON m.kind = a.kind AND m.id = a.id
	     JOIN case_file k ON k.id = coordination_case(arrival_coordination(m))
	     JOIN person p ON p.id = k.person_id
	ORDER BY m.seq LIMIT most;
END $$;

-- One was looked through, as it was told under a number: a name in it is a task
-- until the document comes without.
CREATE FUNCTION arrival_seen(of_kind text, of_id uuid, of_seq bigint, named boolean)
RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	of_coordination uuid;
BEGIN
	IF my_user() IS NOT NULL THEN
		RETURN;
	END IF;
	DELETE FROM arrival a USING mirror m
	WHERE a.kind = of_kind AND a.id = of_id AND m.kind = a.kind AND m.id = a.id
	  AND m.seq = of_seq
	RETURNING arrival_coordination(m) INTO of_coordination;
	IF NOT FOUND THEN
		RETURN;
	ELSIF NOT named THEN
		UPDATE task SET done_at = statement_timestamp()
		WHERE kind = 'name_in_shared' AND subject = of_id AND done_at IS NULL;
	ELSIF NOT EXISTS (SELECT FROM task t WHERE t.kind = 'name_in_shared'
	                  AND t.subject = of_id AND t.done_at IS NULL) THEN
		INSERT INTO task (kind, subject, coordination_id, case_id, due)
		VALUES ('name_in_shared', of_id, of_coordination,
		        coordination_case(of_coordination), statement_timestamp());
	END IF;
END $$;

REVOKE EXECUTE ON FUNCTION arrivals(int),
	arrival_seen(text, uuid, bigint, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION arrivals(int),
	arrival_seen(text, uuid, bigint, boolean) TO zaedno_node_service;

COMMIT;
