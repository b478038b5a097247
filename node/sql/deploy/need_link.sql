-- Deploy zaedno_node:need_link to pg
-- requires: case_part need
-- How needs hang together: one explains another, or keeps it up; why, in words,
-- is sealed. Strengths are rated like needs. What was ever rated stays as
-- history, one row for each time that it changed.

BEGIN;

CREATE TABLE codelist.need_link_kind (LIKE codelist.need_domain INCLUDING ALL);
GRANT SELECT ON codelist.need_link_kind TO zaedno_node_service;

ALTER TABLE need ADD COLUMN strength_level smallint
	CHECK (strength_level BETWEEN 0 AND 2);

CREATE FUNCTION needs_of(of_case uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT coalesce(jsonb_agg(jsonb_build_object('domain', n.domain,
	       'level', n.level) ORDER BY n.domain), '[]')
	FROM need n WHERE n.case_id = of_case AND n.level IS NOT NULL
$$;

-- One that is not rated yet has no level.
CREATE FUNCTION strengths_of(of_case uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
	       'domain', n.domain, 'level', n.strength_level)) ORDER BY n.domain), '[]')
	FROM need n
	WHERE n.case_id = of_case AND (n.strength OR n.strength_level IS NOT NULL)
$$;

CREATE TABLE need_history (
	id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	n           bigint GENERATED ALWAYS AS IDENTITY,
	case_id     uuid NOT NULL REFERENCES case_file,
	needs       jsonb NOT NULL,
	strengths   jsonb NOT NULL,
	recorded_by uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at timestamptz NOT NULL DEFAULT statement_timestamp()
);
CREATE INDEX need_history_case ON need_history (case_id, n);

CREATE TABLE need_link (
	id          uuid PRIMARY KEY,
	case_id     uuid NOT NULL REFERENCES case_file,
	from_domain text NOT NULL REFERENCES codelist.need_domain,
	to_domain   text NOT NULL REFERENCES codelist.need_domain,
	kind        text NOT NULL REFERENCES codelist.need_link_kind,
	since       date NOT NULL,
	until       date CHECK (until >= since),
	sealed      text NOT NULL,     -- the note
	content     bytea NOT NULL,
	recorded_by uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	version     bigint NOT NULL DEFAULT 1,
	CHECK (from_domain <> to_domain)
);
CREATE UNIQUE INDEX need_link_holds
	ON need_link (case_id, from_domain, to_domain, kind) WHERE until IS NULL;

CREATE FUNCTION need_history_document(h need_history) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('at', rfc3339(h.recorded_at),
	       'recorded_by', h.recorded_by, 'needs', h.needs,
	       'strengths', h.strengths)
$$;

CREATE FUNCTION need_link_document(l need_link) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', l.id,
	       'version', l.version, 'from', l.from_domain, 'to', l.to_domain,
	       'kind', l.kind, 'since', l.since, 'until', l.until,
	       'recorded_by', l.recorded_by, 'recorded_at', rfc3339(l.recorded_at),
	       'sealed', l.sealed))
$$;

-- Why a link cannot be: one that holds is between needs of the case, once.
CREATE FUNCTION need_link_wrong(of_case uuid, link uuid, from_domain text,
                                to_domain text, kind text, since date, until date)
RETURNS text[] LANGUAGE sql STABLE AS $$
	SELECT coalesce(days_wrong('since', since, 'until', until),
	       CASE WHEN need_link_wrong.from_domain = need_link_wrong.to_domain
	            THEN ARRAY['/to', 'conflict']
	            WHEN until IS NOT NULL THEN NULL
	            WHEN NOT EXISTS (SELECT FROM need n
	                 WHERE n.case_id = of_case AND n.level > 0
	                   AND n.domain = need_link_wrong.from_domain)
	            THEN ARRAY['/from', 'not-found']
	            WHEN NOT EXISTS (SELECT FROM need n
	                 WHERE n.case_id = of_case AND n.level > 0
	                   AND n.domain = need_link_wrong.to_domain)
	            THEN ARRAY['/to', 'not-found']
	            WHEN EXISTS (SELECT FROM need_link l
	                 WHERE l.case_id = of_case AND l.id <> link
	                   AND l.from_domain = need_link_wrong.from_domain
	                   AND l.to_domain = need_link_wrong.to_domain
	                   AND l.kind = need_link_wrong.kind AND l.until IS NULL)
	            THEN ARRAY['/to', 'duplicate'] END)
$$;

SELECT case_part('need_history', 'need_history', 'need_history_document'),
       case_part('need_link', 'need_links', 'need_link_document');
SELECT case_part_changes('need_link', 'content');
GRANT SELECT, INSERT (case_id, needs, strengths)
	ON need_history TO zaedno_node_service;
GRANT SELECT, INSERT (id, case_id, from_domain, to_domain, kind, since, until,
	sealed, content),
	UPDATE (from_domain, to_domain, kind, since, until, sealed, content, version)
	ON need_link TO zaedno_node_service;

COMMIT;
