-- Shared work as the mirror holds it.

-- statement: shared_list (read)
-- $1 kind, $2 coordination, $3 due before, $4 after (kind.id), $5 limit.
WITH hit AS (
	SELECT m.kind, m.id, m.parent, m.state, m.title, m.due,
	       coalesce((m.doc->>'version')::bigint, m.version) AS version,
	       a.user_id
	FROM mirror m LEFT JOIN action_assignee a
	     ON m.kind = 'action' AND a.action_id = m.id
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
                      'assignee', user_id, 'version', version)) ORDER BY kind, id), '[]')
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
       'assignee', CASE WHEN m.kind = 'action' THEN (
               SELECT a.user_id FROM action_assignee a
               WHERE a.action_id = m.id) END,
       'version', coalesce((m.doc->>'version')::bigint, m.version)))
       || jsonb_build_object('document', m.doc))::text AS body
FROM m
UNION ALL
SELECT h.problem, NULL FROM (SELECT shared_problem($1, $2::uuid) AS problem) h
WHERE h.problem IS NOT NULL AND NOT EXISTS (SELECT FROM m);

-- statement: action_assign (write)
-- $1 action, $2 user: an action of ours, somebody who works on cases.
WITH m AS (
	SELECT m.id, m.parent FROM mirror m CROSS JOIN hub_link l
	WHERE m.kind = 'action' AND m.id = $1::uuid
	  AND m.doc->>'organisation_id' = l.organisation_id::text
	  AND shared_writable(m.parent)),
put AS (
	INSERT INTO action_assignee (action_id, coordination_id, user_id)
	SELECT m.id, m.parent, u.id FROM m, app_user u
	WHERE u.id = $2::uuid AND u.state = 'active'
	  AND u.role IN ('practitioner', 'supervisor')
	ON CONFLICT (action_id) DO UPDATE
	SET user_id = EXCLUDED.user_id, assigned_by = my_user(),
	    assigned_at = statement_timestamp()
	RETURNING action_id, user_id),
aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'action.assign', 'action', action_id FROM put)
SELECT CASE WHEN put.action_id IS NOT NULL THEN '200' ELSE 'invalid' END AS status,
       CASE WHEN put.action_id IS NOT NULL
            THEN json_build_object('user_id', put.user_id)::text
            ELSE '/user_id' END AS body,
       CASE WHEN put.action_id IS NULL THEN 'not-found' END AS etag
FROM m LEFT JOIN put ON put.action_id = m.id;

-- statement: meeting_minutes (write)
-- $1 meeting: what the hub's document says, in words; its title is its kind.
WITH m AS (
	SELECT * FROM mirror m
	WHERE m.kind = 'meeting' AND m.id = $1::uuid AND m.doc IS NOT NULL
	  AND m.state = 'held'),
aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'meeting.print', 'meeting', id FROM m)
SELECT '200' AS status, jsonb_strip_nulls(jsonb_build_object(
       'kind', m.title, 'of_case', m.parent IS NOT NULL,
       'starts', bg_time((m.doc->>'starts_at')::timestamptz),
       'place', m.doc->>'place',
       'convened_by', organisation_name((m.doc->>'region')::uuid),
       'agenda', m.doc->'agenda',
       'child', m.doc->'voices'->'child', 'parents', m.doc->'voices'->'parents',
       'present', (SELECT jsonb_agg(jsonb_build_object(
              'name', organisation_name(a.organisation_id), 'role', a.role))
              FROM jsonb_to_recordset(m.doc->'attendance')
                   AS a(organisation_id uuid, role text)),
       'absent', (SELECT jsonb_agg(jsonb_build_object(
              'name', organisation_name(i.organisation_id), 'role', i.role,
              'why', i.answer_reason))
              FROM jsonb_to_recordset(m.doc->'invitations')
                   AS i(organisation_id uuid, role text, answer_reason text)
              WHERE m.doc ? 'attendance' AND NOT EXISTS (
                    SELECT FROM jsonb_to_recordset(m.doc->'attendance')
                           AS a(organisation_id uuid)
                    WHERE a.organisation_id = i.organisation_id)),
       'decisions', (SELECT jsonb_agg(jsonb_build_object(
              'name', organisation_name(d.organisation_id), 'what', d.what,
              'how_known', d.how_known,
              'due', to_char(d.due, E'DD.MM.YYYY"\u00a0г."')))
              FROM jsonb_to_recordset(m.doc->'decisions') AS d(
                   organisation_id uuid, what text, how_known text, due date)),
       'printed', bg_time(statement_timestamp()),
       'printed_by', (SELECT n.bg FROM codelist.node_role n
                      WHERE n.code = my_role())))::text AS body
FROM m
UNION ALL
SELECT h.problem, NULL FROM (SELECT shared_problem('meeting', $1::uuid) AS problem) h
WHERE h.problem IS NOT NULL AND NOT EXISTS (SELECT FROM m);
