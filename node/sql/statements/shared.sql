-- Shared work as the mirror holds it.

-- statement: shared_list (read)
-- $1 kind, $2 coordination, $3 due before, $4 after (kind.id), $5 limit.
WITH hit AS (
	SELECT m.kind, m.id, m.parent, m.state, m.title, m.due,
	       coalesce((m.doc->>'version')::bigint, m.version) AS version
	FROM mirror m
	WHERE m.doc IS NOT NULL AND shared_kind(m.kind)
	  AND ($1::text IS NULL OR m.kind = $1)
	  AND ($2::uuid IS NULL OR m.parent = $2::uuid
	       OR m.kind = 'coordination' AND m.id = $2::uuid)
	  AND ($3::timestamptz IS NULL OR m.due < $3::timestamptz)
	  AND ($4::text IS NULL OR (m.kind, m.id) >
	       (split_part($4, '.', 1), split_part($4, '.', 2)::uuid))
	ORDER BY m.kind, m.id LIMIT $5::int + 1),
page AS (SELECT * FROM hit ORDER BY kind, id LIMIT $5::int),
more AS (SELECT CASE WHEN (SELECT count(*) FROM hit) > $5::int
            THEN (SELECT kind || '.' || id FROM page
                  ORDER BY kind DESC, id DESC LIMIT 1) END AS next)
SELECT '200' AS status, page_json((
               SELECT coalesce(json_agg(json_strip_nulls(json_build_object(
                      'kind', kind, 'id', id,
                      'coordination_id', CASE WHEN kind = 'coordination'
                              THEN id ELSE parent END,
                      'state', state, 'title', title, 'due', rfc3339(due),
                      'overdue', coalesce(due <= statement_timestamp(), false),
                      'version', version)) ORDER BY kind, id), '[]')
               FROM page), more.next) AS body,
       NULL AS etag, NULL AS location, more.next
FROM more;

-- statement: shared_get (write)
-- $1 kind, $2 id.
WITH m AS (
	SELECT * FROM mirror m
	WHERE m.kind = $1 AND m.id = $2::uuid AND m.doc IS NOT NULL
	  AND shared_kind(m.kind)),
aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'shared.read', kind, id FROM m)
SELECT '200' AS status, (jsonb_strip_nulls(jsonb_build_object(
       'kind', m.kind, 'id', m.id,
       'coordination_id', CASE WHEN m.kind = 'coordination' THEN m.id
                               ELSE m.parent END,
       'state', m.state, 'title', m.title, 'due', rfc3339(m.due),
       'overdue', coalesce(m.due <= statement_timestamp(), false),
       'version', coalesce((m.doc->>'version')::bigint, m.version)))
       || jsonb_build_object('document', m.doc))::text AS body
FROM m
UNION ALL
SELECT CASE h.why WHEN 'lease' THEN 'hub-unreachable'
                  ELSE 'consent-withdrawn' END, NULL
FROM (SELECT shared_hidden($1, $2::uuid) AS why) h
WHERE h.why IS NOT NULL AND NOT EXISTS (SELECT FROM m)
  AND NOT EXISTS (SELECT FROM mirror k WHERE k.kind = 'coordination'
                  AND k.id = (SELECT p.coordination_id
                              FROM shared_place($1, $2::uuid, NULL) p));
