-- Deploy zaedno_node:subject to pg
-- requires: erasure print
-- All that this node holds on one person, for the data-protection officer, who
-- sees no case otherwise. The function asks who asks, and notes that it was
-- asked: an export without its row in the audit cannot be had.

BEGIN;

CREATE TABLE IF NOT EXISTS codelist.help_wanted
	(LIKE codelist.consent_category INCLUDING ALL);
CREATE TABLE IF NOT EXISTS codelist.urgency
	(LIKE codelist.consent_category INCLUDING ALL);
CREATE TABLE IF NOT EXISTS codelist.sector
	(LIKE codelist.consent_category INCLUDING ALL);
CREATE TABLE IF NOT EXISTS codelist.service_kind
	(LIKE codelist.consent_category INCLUDING ALL);
CREATE TABLE IF NOT EXISTS codelist.municipality
	(LIKE codelist.consent_category INCLUDING ALL);
CREATE TABLE IF NOT EXISTS codelist.episode_kind
	(LIKE codelist.consent_category INCLUDING ALL);
CREATE TABLE IF NOT EXISTS codelist.erasure_reason
	(LIKE codelist.consent_category INCLUDING ALL);
GRANT SELECT ON codelist.help_wanted, codelist.urgency, codelist.sector,
	codelist.service_kind, codelist.municipality, codelist.episode_kind,
	codelist.erasure_reason TO zaedno_node_service;

-- The rows of the audit of one export, the newest first.
CREATE FUNCTION subject_audit_max() RETURNS int LANGUAGE sql IMMUTABLE AS
	$$ SELECT 2000 $$;

CREATE FUNCTION subject_consents(cases uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
	SELECT coalesce(jsonb_agg(consent_document(c) || jsonb_build_object(
	       'versions', (
	               SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
	                      'id', v.consent_id || '/' || v.version,
	                      'version', v.version, 'receipt', v.receipt,
	                      'recorded_at', rfc3339(v.recorded_at),
	                      'sealed', v.sealed)) ORDER BY v.version), '[]')
	               FROM consent_version v WHERE v.consent_id = c.id))
	       || CASE WHEN c.withdrawal_receipt IS NOT NULL THEN
	          jsonb_build_object('withdrawal_receipt', c.withdrawal_receipt)
	          ELSE '{}' END
	       ORDER BY c.created_at, c.id), '[]')
	FROM consent c WHERE c.case_id = ANY (cases)
$$;

CREATE FUNCTION subject_shared(cases uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
	SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
	       'id', s.id, 'consent_id', s.consent_id, 'version', s.version,
	       'doc', s.doc, 'shared_at', rfc3339(s.shared_at),
	       'hub_version', s.hub_version, 'hub_at', rfc3339(s.hub_at),
	       'with', (
	               SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
	                      'organisation_id', d.doc->>'recipient',
	                      'organisation', organisation_name((d.doc->>'recipient')::uuid),
	                      'queued_at', d.doc->>'queued_at',
	                      'delivered_at', d.doc->>'delivered_at',
	                      'opened_at', d.doc->>'opened_at',
	                      'opened_role', d.doc->>'opened_role',
	                      'purged_at', d.doc->>'purged_at'))
	                      ORDER BY d.doc->>'recipient'), '[]')
	               FROM mirror d WHERE d.kind = 'delivery' AND d.parent = s.id
	                    AND d.doc IS NOT NULL)))
	       ORDER BY s.shared_at, s.id), '[]')
	FROM summary s JOIN consent c ON c.id = s.consent_id
	WHERE c.case_id = ANY (cases)
$$;

-- The content only where this node may still show it.
CREATE FUNCTION subject_received(cases uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
	SELECT coalesce(jsonb_agg(received_document(r, m) ||
	       CASE WHEN m.doc IS NOT NULL
	            THEN jsonb_build_object('summary', m.doc) ELSE '{}' END
	       ORDER BY r.arrived_at, r.summary_id), '[]')
	FROM received r
	     LEFT JOIN mirror m ON m.kind = 'summary' AND m.id = r.summary_id
	          AND (m.doc IS NULL OR lease_holds()
	               AND (m.doc->>'until')::timestamptz > statement_timestamp())
	WHERE r.case_id = ANY (cases)
$$;

-- own: the person asks itself. To whoever asks for it is not told what it has
-- said for itself alone: not to be told, or on its own page.
CREATE FUNCTION subject_export(p uuid, own boolean) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	who person;
	cases uuid[];
	refs uuid[];
	hidden uuid[] := '{}';
BEGIN
	SELECT * INTO who FROM person WHERE id = p;
	IF my_role() IS DISTINCT FROM 'dpo' OR who.id IS NULL THEN
		RETURN NULL;
	END IF;
	INSERT INTO audit (event, kind, ref) VALUES ('subject.export', 'person', p);
	cases := ARRAY(SELECT id FROM case_file WHERE person_id = p);
	IF NOT own THEN
		hidden := subject_young(cases);
	END IF;
	refs := p || cases
	    || ARRAY(SELECT id FROM consent WHERE case_id = ANY (cases))
	    || ARRAY(SELECT id FROM episode WHERE case_id = ANY (cases))
	    || ARRAY(SELECT s.id FROM summary s JOIN consent c ON c.id = s.consent_id
	             WHERE c.case_id = ANY (cases))
	    || ARRAY(SELECT summary_id FROM received WHERE case_id = ANY (cases))
	    || ARRAY(SELECT id FROM shared_change WHERE case_id = ANY (cases))
	    || subject_coordination_refs(cases)
	    || subject_record_refs(cases) || subject_casework_refs(cases)
	    || subject_family_refs(cases);
	refs := ARRAY(SELECT unnest(refs) EXCEPT SELECT unnest(hidden));
	RETURN jsonb_strip_nulls(jsonb_build_object(
	    'at', rfc3339(statement_timestamp()),
	    'organisation', (SELECT organisation_name(organisation_id) FROM hub_link),
	    'person', jsonb_build_object('id', who.id, 'version', who.version,
	            'sealed', who.sealed),
	    'created_at', rfc3339(who.created_at),
	    'erasure', (SELECT erasure_document(e) FROM erasure e
	                WHERE e.person_id = p))) || jsonb_build_object(
	    'cases', (SELECT coalesce(jsonb_agg(case_document(c)
	                     ORDER BY c.year, c.number), '[]')
	              FROM case_file c WHERE c.person_id = p),
	    'episodes', (SELECT coalesce(jsonb_agg(episode_document(e)
	                        || jsonb_build_object('case_id', e.case_id)
	                        ORDER BY e.start_on, e.id), '[]')
	                 FROM episode e WHERE e.case_id = ANY (cases)),
	    'casework', subject_casework(cases),
	    'consents', subject_consents(cases),
	    'shared', subject_shared(cases),
	    'received', subject_received(cases),
	    'coordinations', subject_coordinations(cases),
	    'changes', subject_changes(cases)) || subject_records(cases, hidden)
	    || subject_family(cases, own) || jsonb_build_object(
	    'audit_total', (SELECT count(*) FROM audit
	                    WHERE ref = ANY (refs) AND (own OR event <> 'case.limit')),
	    'audit', (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
	                     'at', rfc3339(a.at), 'event', a.event, 'kind', a.kind,
	                     'ref', a.ref, 'role', a.role)) ORDER BY a.id DESC), '[]')
	              FROM (SELECT * FROM audit
	                    WHERE ref = ANY (refs) AND (own OR event <> 'case.limit')
	                    ORDER BY id DESC LIMIT subject_audit_max()) a));
END $$;

-- Finds a person for the officer, by the same keyed hashes as searchPersons.
CREATE FUNCTION subject_search(want json) RETURNS jsonb LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	hits uuid[];
BEGIN
	IF my_role() IS DISTINCT FROM 'dpo' THEN
		RETURN '[]';
	END IF;
	hits := ARRAY(
	    WITH w AS (SELECT DISTINCT x.purpose, decode(x.token, 'hex') AS token
	               FROM json_to_recordset(want) AS x(purpose text, token text))
	    SELECT i.person_id FROM person_index i JOIN w USING (purpose, token)
	    GROUP BY i.person_id HAVING count(*) = (SELECT count(*) FROM w)
	    ORDER BY i.person_id LIMIT 50);
	INSERT INTO audit (event, kind, ref)
	SELECT 'subject.search', 'person', h FROM unnest(hits) h
	UNION ALL SELECT 'subject.search', 'person', NULL WHERE hits = '{}';
	RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id,
	               'version', p.version, 'sealed', p.sealed) ORDER BY p.id), '[]')
	        FROM person p WHERE p.id = ANY (hits));
END $$;

-- List → code → label of what an export shows.
CREATE FUNCTION subject_labels() RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
	list text;
	labels jsonb;
	found jsonb := '{}';
BEGIN
	FOR list IN
		SELECT tablename FROM pg_tables
		WHERE schemaname = 'codelist' ORDER BY tablename
	LOOP
		EXECUTE format('SELECT coalesce(jsonb_object_agg(code, bg), ''{}'')
			FROM codelist.%I', list) INTO labels;
		found := found || jsonb_build_object(list, labels);
	END LOOP;
	RETURN found;
END $$;

-- A document with its times and days as people read them.
CREATE FUNCTION bg_times(d jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
	t text;
BEGIN
	CASE jsonb_typeof(d)
	WHEN 'object' THEN
		RETURN (SELECT coalesce(jsonb_object_agg(key, bg_times(value)), '{}')
		        FROM jsonb_each(d));
	WHEN 'array' THEN
		RETURN (SELECT coalesce(jsonb_agg(bg_times(value) ORDER BY n), '[]')
		        FROM jsonb_array_elements(d) WITH ORDINALITY e(value, n));
	WHEN 'string' THEN
		t := d #>> '{}';
		IF t ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$' THEN
			RETURN to_jsonb(bg_time(t::timestamptz));
		ELSIF t ~ '^\d{4}-\d\d-\d\d$' THEN
			RETURN to_jsonb(to_char(t::date, E'DD.MM.YYYY"\u00a0г."'));
		END IF;
		RETURN d;
	ELSE
		RETURN d;
	END CASE;
END $$;

REVOKE EXECUTE ON FUNCTION subject_consents(uuid[]), subject_shared(uuid[]),
	subject_received(uuid[]), subject_export(uuid, boolean), subject_search(json)
	FROM PUBLIC;
GRANT EXECUTE ON FUNCTION subject_export(uuid, boolean), subject_search(json)
	TO zaedno_node_service;

COMMIT;
