-- Deploy zaedno_node:helper to pg
-- requires: voice need_link
-- Who helps, with which needs, since when and how often; who the child or a
-- parent names as keyworker. Who it is, is sealed; the sector and the needs
-- are codes, and from them the table need × helper is made: what nobody helps
-- with, where helpers of one sector overlap, who carries most.

BEGIN;

CREATE TABLE codelist.helper_kind (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.contact_rhythm (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.nomination_source (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.help_state (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.org_kind (LIKE codelist.need_domain INCLUDING ALL);
GRANT SELECT ON codelist.helper_kind, codelist.contact_rhythm,
	codelist.nomination_source, codelist.help_state, codelist.org_kind
	TO zaedno_node_service;

CREATE TABLE helper (
	id           uuid PRIMARY KEY,
	case_id      uuid NOT NULL REFERENCES case_file,
	kind         text NOT NULL REFERENCES codelist.helper_kind
	             CHECK (kind <> 'child'),
	sector       text REFERENCES codelist.sector,
	org_kind     text REFERENCES codelist.org_kind,
	domains      text[] NOT NULL,
	since        date NOT NULL,
	until        date CHECK (until >= since),
	rhythm       text REFERENCES codelist.contact_rhythm,
	last_contact date CHECK (last_contact >= since),
	sealed       text NOT NULL,   -- label, organisation, role, contact
	content      bytea NOT NULL,
	recorded_by  uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at  timestamptz NOT NULL DEFAULT statement_timestamp(),
	version      bigint NOT NULL DEFAULT 1,
	UNIQUE (id, case_id),
	CHECK ((kind = 'professional') = (sector IS NOT NULL)),
	CHECK (kind = 'professional' OR org_kind IS NULL)
);
CREATE INDEX helper_case ON helper (case_id, since);

CREATE TABLE nomination (
	id          uuid PRIMARY KEY,
	case_id     uuid NOT NULL REFERENCES case_file,
	helper_id   uuid NOT NULL,
	source      text NOT NULL REFERENCES codelist.nomination_source,
	since       date NOT NULL,
	until       date CHECK (until >= since),
	recorded_by uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	version     bigint NOT NULL DEFAULT 1,
	FOREIGN KEY (helper_id, case_id) REFERENCES helper (id, case_id)
		ON DELETE CASCADE
);
CREATE INDEX nomination_case ON nomination (case_id, helper_id);

CREATE FUNCTION nomination_document(n nomination) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', n.id,
	       'version', n.version, 'helper_id', n.helper_id, 'source', n.source,
	       'since', n.since, 'until', n.until,
	       'recorded_by', n.recorded_by, 'recorded_at', rfc3339(n.recorded_at)))
$$;

CREATE FUNCTION helps_now(h helper) RETURNS boolean LANGUAGE sql STABLE AS
	$$ SELECT h.until IS NULL OR h.until >= today() $$;

-- Has contact been rarer than its rhythm?
CREATE FUNCTION contact_overdue(h helper) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT helps_now(h) AND coalesce(h.last_contact, h.since) + CASE h.rhythm
	       WHEN 'weekly' THEN 7 WHEN 'fortnightly' THEN 14
	       WHEN 'monthly' THEN 31 WHEN 'quarterly' THEN 92 END < today()
$$;

-- Those who name the helper as keyworker today.
CREATE FUNCTION keyworker_of(h helper) RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT coalesce(jsonb_agg(DISTINCT n.source), '[]') FROM nomination n
	WHERE n.helper_id = h.id AND (n.until IS NULL OR n.until >= today())
$$;

CREATE FUNCTION helper_document(h helper) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', h.id,
	       'version', h.version, 'kind', h.kind, 'sector', h.sector,
	       'org_kind', h.org_kind, 'domains', to_jsonb(h.domains),
	       'since', h.since, 'until', h.until, 'rhythm', h.rhythm,
	       'last_contact', h.last_contact, 'overdue', coalesce(contact_overdue(h), false),
	       'keyworker', keyworker_of(h),
	       'recorded_by', h.recorded_by, 'recorded_at', rfc3339(h.recorded_at),
	       'sealed', h.sealed))
$$;

CREATE FUNCTION helper_wrong(kind text, sector text, org_kind text, since date,
                             until date, last_contact date)
RETURNS text[] LANGUAGE sql STABLE AS $$
	SELECT coalesce(
	       CASE WHEN kind = 'professional' AND sector IS NULL
	            THEN ARRAY['/sector', 'required']
	            WHEN kind <> 'professional' AND sector IS NOT NULL
	            THEN ARRAY['/sector', 'false-schema']
	            WHEN kind <> 'professional' AND org_kind IS NOT NULL
	            THEN ARRAY['/org_kind', 'false-schema'] END,
	       days_wrong('since', since, 'until', until),
	       days_wrong('since', since, 'last_contact', last_contact))
$$;

-- A nomination names a helper of the same case; one source names one helper
-- once at a time, but several helpers may be named.
CREATE FUNCTION nomination_wrong(of_case uuid, nomination uuid, helper uuid,
                                 source text, since date, until date)
RETURNS text[] LANGUAGE sql STABLE AS $$
	SELECT coalesce(
	       CASE WHEN NOT EXISTS (SELECT FROM helper h
	                 WHERE h.id = nomination_wrong.helper AND h.case_id = of_case)
	            THEN ARRAY['/helper_id', 'not-found'] END,
	       days_wrong('since', since, 'until', until),
	       CASE WHEN EXISTS (SELECT FROM nomination n
	                 WHERE n.helper_id = nomination_wrong.helper
	                   AND n.id <> nomination_wrong.nomination
	                   AND n.source = nomination_wrong.source
	                   AND daterange(n.since, n.until, '[]') &&
	                       daterange(nomination_wrong.since, nomination_wrong.until, '[]'))
	            THEN ARRAY['/since', 'duplicate'] END)
$$;

-- The table need × helper of a case: needs above none with those who help now.
-- "overlap": two or more of them belong to one sector.
CREATE FUNCTION help_table(of_case uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
	WITH active AS (
	     SELECT * FROM helper h WHERE h.case_id = of_case AND helps_now(h)),
	cell AS (
	     SELECT n.domain, n.level, h.id AS helper, h.sector, h.since
	     FROM need n LEFT JOIN active h ON n.domain = ANY (h.domains)
	     WHERE n.case_id = of_case AND n.level > 0),
	line AS (
	     SELECT c.domain, c.level,
	            coalesce(jsonb_agg(c.helper ORDER BY c.since, c.helper)
	                     FILTER (WHERE c.helper IS NOT NULL), '[]') AS helpers,
	            coalesce(jsonb_agg(DISTINCT c.sector)
	                     FILTER (WHERE c.sector IS NOT NULL), '[]') AS sectors,
	            CASE count(c.helper) WHEN 0 THEN 'gap' WHEN 1 THEN 'one'
	            ELSE CASE WHEN count(c.sector) > count(DISTINCT c.sector)
	                      THEN 'overlap' ELSE 'shared' END END AS state
	     FROM cell c GROUP BY c.domain, c.level),
	load AS (
	     SELECT h.id, h.kind, h.sector, h.since,
	            coalesce(contact_overdue(h), false) AS overdue,
	            keyworker_of(h) AS keyworker,
	            (SELECT count(*) FROM cell c WHERE c.helper = h.id) AS needs
	     FROM active h)
	SELECT jsonb_build_object(
	       'needs', (SELECT coalesce(jsonb_agg(jsonb_build_object(
	                 'domain', l.domain, 'level', l.level, 'state', l.state,
	                 'helpers', l.helpers, 'sectors', l.sectors)
	                 ORDER BY l.level DESC, l.domain), '[]') FROM line l),
	       'helpers', (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
	                   'id', h.id, 'kind', h.kind, 'sector', h.sector,
	                   'needs', h.needs, 'overdue', h.overdue,
	                   'keyworker', h.keyworker)) ORDER BY h.since, h.id), '[]')
	                   FROM load h),
	       'gaps', (SELECT count(*) FROM line WHERE state = 'gap'),
	       'overlaps', (SELECT count(*) FROM line WHERE state = 'overlap'),
	       'sectors', (SELECT count(DISTINCT sector) FROM active),
	       'concentrated', coalesce((
	            SELECT jsonb_agg(h.id) FROM load h
	            WHERE (SELECT count(helper) FROM cell) >= 3
	              AND h.needs * 10 > 6 * (SELECT count(helper) FROM cell)), '[]'))
$$;

SELECT case_part('helper', 'helpers', 'helper_document'),
       case_part('nomination', 'nominations', 'nomination_document');
SELECT case_part_changes('helper', 'content'),
       case_part_changes('nomination', 'source');
GRANT SELECT, INSERT (id, case_id, kind, sector, org_kind, domains, since, until,
	rhythm, last_contact, sealed, content),
	UPDATE (kind, sector, org_kind, domains, since, until, rhythm, last_contact,
	sealed, content, version)
	ON helper TO zaedno_node_service;
GRANT SELECT, INSERT (id, case_id, helper_id, source, since, until),
	UPDATE (helper_id, source, since, until, version)
	ON nomination TO zaedno_node_service;

COMMIT;
