-- What was learned, as the mirror has it.

-- statement: lesson_list (read)
-- $1 quarter, $2 after (quarter.id), $3 limit: the latest quarter first, within
-- it in no order that says anything.
WITH hit AS (
	SELECT m.doc, m.doc->>'quarter' AS quarter, m.id FROM mirror m
	WHERE m.kind = 'lesson'
	  AND ($1::text IS NULL OR m.doc->>'quarter' = $1)
	  AND ($2::text IS NULL OR m.doc->>'quarter' < split_part($2, '.', 1)
	       OR m.doc->>'quarter' = split_part($2, '.', 1)
	          AND m.id > split_part($2, '.', 2)::uuid)
	ORDER BY quarter DESC, m.id LIMIT $3::int + 1),
page AS (SELECT * FROM hit ORDER BY quarter DESC, id LIMIT $3::int),
more AS (SELECT CASE WHEN (SELECT count(*) FROM hit) > $3::int
            THEN (SELECT quarter || '.' || id FROM page
                  ORDER BY quarter, id DESC LIMIT 1) END AS next)
SELECT '200' AS status, page_json((
               SELECT coalesce(json_agg(json_build_object(
                      'id', id, 'quarter', quarter, 'text', doc->>'text')
                      ORDER BY quarter DESC, id), '[]')
               FROM page), more.next) AS body,
       NULL AS etag, NULL AS location, more.next
FROM more;
