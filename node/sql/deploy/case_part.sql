-- Deploy zaedno_node:case_part to pg
-- requires: erasure_records subject task
-- What the records of case work have in common. A table that hangs on a case
-- is seen like its case and written by those whose work it is; an erased case
-- takes none of it anew, erasure takes it away, and an export shows it.

BEGIN;

-- Member of an export's "casework" → table, and the function that makes a
-- document of its row; a test asks for the line of each.
CREATE TABLE subject_part (
	member   text PRIMARY KEY,
	relation text NOT NULL UNIQUE,
	document text NOT NULL
);

-- For migrations: all of that for one table with a column case_id. The service
-- is granted columns by whoever calls it.
CREATE FUNCTION case_part(of_table text, member text, document text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', of_table);
	EXECUTE format('ALTER TABLE %I SET (autovacuum_vacuum_threshold = 50,
		autovacuum_vacuum_scale_factor = 0)', of_table);
	EXECUTE format('CREATE POLICY part_of_case ON %I FOR SELECT
		TO zaedno_node_service USING (EXISTS (
		SELECT FROM case_file c WHERE c.id = case_id))', of_table);
	EXECUTE format('CREATE POLICY own_work_new ON %I FOR INSERT
		TO zaedno_node_service WITH CHECK (may_write_case(case_id))', of_table);
	EXECUTE format('CREATE POLICY own_work_change ON %I FOR UPDATE
		TO zaedno_node_service USING (may_write_case(case_id))', of_table);
	EXECUTE format('CREATE TRIGGER case_takes BEFORE INSERT ON %I
		FOR EACH ROW EXECUTE FUNCTION case_takes()', of_table);
	INSERT INTO erasure_part VALUES (of_table, 'case_id', 'case');
	IF member IS NOT NULL THEN
		INSERT INTO subject_part VALUES (member, of_table, document);
	END IF;
END $$;
REVOKE EXECUTE ON FUNCTION case_part(text, text, text) FROM PUBLIC;

-- Whoever writes a record anew has recorded it; a new seal alone is no change.
CREATE FUNCTION part_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF my_user() IS NOT NULL THEN
		NEW.recorded_by := my_user();
		NEW.recorded_at := statement_timestamp();
	END IF;
	RETURN NEW;
END $$;
-- For migrations, of a record that can be changed: a column that every change
-- of it sets, and nothing else.
CREATE FUNCTION case_part_changes(of_table text, by_column text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TRIGGER part_rewritten BEFORE UPDATE OF %I ON %I
		FOR EACH ROW EXECUTE FUNCTION part_rewritten()', by_column, of_table);
END $$;
REVOKE EXECUTE ON FUNCTION case_part_changes(text, text) FROM PUBLIC;

-- And before such a table is dropped.
CREATE FUNCTION case_part_forget(of_table text) RETURNS void LANGUAGE sql AS $$
	DELETE FROM erasure_part WHERE relation = of_table;
	DELETE FROM subject_part WHERE relation = of_table;
$$;
REVOKE EXECUTE ON FUNCTION case_part_forget(text) FROM PUBLIC;

-- What became of a PUT that makes or, with If-Match, changes a record: was the
-- row written just now, its version, does it hold the same, the version asked
-- for, and the field that forbids it, as {pointer, code}.
CREATE FUNCTION part_status(done boolean, version bigint, same boolean,
                            wanted text, wrong text[]) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN done THEN CASE WHEN version = 1 THEN '201' ELSE '200' END
	            WHEN version IS NULL AND (wanted IS NOT NULL OR wrong IS NULL)
	            THEN 'not-found'
	            WHEN version IS NULL THEN 'invalid'
	            WHEN wanted IS NULL AND same THEN '200'
	            WHEN wanted IS NULL THEN 'already-exists'
	            WHEN wanted <> version::text THEN 'precondition-failed'
	            WHEN wrong IS NULL THEN 'not-found'
	            ELSE 'invalid' END
$$;

-- The row that answers it: the document with its version, when it was written
-- or stands as it was asked for or in the way of what was; the field that
-- forbids it, as reply_checked() takes it; or neither. No set, so that what is
-- given is reckoned once and not where it is used.
CREATE FUNCTION part_reply(done boolean, version bigint, same boolean,
                           wanted text, wrong text[], document jsonb,
                           OUT status text, OUT body text, OUT etag text)
LANGUAGE sql IMMUTABLE AS $$
	SELECT s.status,
	       CASE WHEN s.status = 'invalid' THEN wrong[1]
	            WHEN s.status IN ('200', '201', 'precondition-failed')
	            THEN document::text END,
	       CASE WHEN s.status = 'invalid' THEN wrong[2] ELSE version::text END
	FROM part_status(done, version, same, wanted, wrong) s(status)
$$;

-- Days that a record tells of: none is in the future, none ends before it
-- began.
CREATE FUNCTION days_wrong(first_name text, first date, last_name text, last date)
RETURNS text[] LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN first > today() THEN ARRAY['/' || first_name, 'in-future']
	            WHEN last < first THEN ARRAY['/' || last_name, 'too-early']
	            WHEN last > today() THEN ARRAY['/' || last_name, 'in-future'] END
$$;

CREATE FUNCTION subject_casework(cases uuid[]) RETURNS jsonb LANGUAGE plpgsql
STABLE SET search_path = public, pg_temp AS $$
DECLARE
	part subject_part;
	items jsonb;
	found jsonb := '{}';
BEGIN
	FOR part IN SELECT * FROM subject_part ORDER BY member LOOP
		EXECUTE format('SELECT coalesce(jsonb_agg(%I(t) || jsonb_build_object(
			''case_id'', t.case_id) ORDER BY t.recorded_at), ''[]'')
			FROM %I t WHERE t.case_id = ANY ($1)', part.document, part.relation)
		INTO items USING cases;
		found := found || jsonb_build_object(part.member, items);
	END LOOP;
	RETURN found;
END $$;
-- What the audit calls them by; the export tells who did what to them.
CREATE FUNCTION subject_casework_refs(cases uuid[]) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
	part subject_part;
	ids uuid[];
	found uuid[] := '{}';
BEGIN
	FOR part IN SELECT * FROM subject_part LOOP
		EXECUTE format('SELECT array_agg((%I(t)->>''id'')::uuid)
			FROM %I t WHERE t.case_id = ANY ($1)', part.document, part.relation)
		INTO ids USING cases;
		found := found || coalesce(array_remove(ids, NULL), '{}');
	END LOOP;
	RETURN found;
END $$;
REVOKE EXECUTE ON FUNCTION subject_casework(uuid[]), subject_casework_refs(uuid[])
	FROM PUBLIC;

COMMIT;
