-- The statutory lane: signals and team records. None of these statements is an
-- act that wakes the courier, and none touches the outbox.

-- statement: signal_put (write)
-- $1 signal, $2 case, $3 channel, $4 recipient, $5 when, $6 by whom, $7 sealed,
-- $8 hash of the content.
WITH put AS (
	INSERT INTO signal (id, case_id, channel, recipient, made_at, made_by,
	                    sealed, content)
	SELECT $1::uuid, c.id, $3, $4, $5::timestamptz, u.id, $7, decode($8, 'hex')
	FROM case_file c, app_user u
	WHERE c.id = $2::uuid AND u.id = coalesce($6::uuid, my_user())
	  AND has_been($5::timestamptz)
	ON CONFLICT DO NOTHING
	RETURNING id)
INSERT INTO audit (event, kind, ref)
SELECT 'signal.create', 'signal', id FROM put;

-- statement: signal_put_reply (write)
WITH unused AS (SELECT $3::text, $4::text, $7::text)
SELECT CASE WHEN touched(s.xmin) THEN '201'
            WHEN s.content = decode($8, 'hex') THEN '200'
            WHEN s.id IS NOT NULL THEN 'already-exists'
            WHEN c.id IS NULL OR u.id IS NULL OR NOT has_been($5::timestamptz)
            THEN 'invalid' ELSE 'not-found' END AS status,
       CASE WHEN s.content = decode($8, 'hex') THEN signal_document(s)::text
            WHEN s.id IS NOT NULL THEN NULL
            WHEN c.id IS NULL THEN '/case_id' WHEN u.id IS NULL THEN '/made_by'
            WHEN NOT has_been($5::timestamptz) THEN '/made_at' END AS body,
       CASE WHEN s.id IS NOT NULL THEN s.version::text
            WHEN c.id IS NULL OR u.id IS NULL THEN 'not-found'
            WHEN NOT has_been($5::timestamptz) THEN 'in-future' END AS etag
FROM (VALUES ($1::uuid, $2::uuid)) k(id, case_id)
     LEFT JOIN signal s ON s.id = k.id
     LEFT JOIN case_file c ON c.id = k.case_id
     LEFT JOIN app_user u ON u.id = coalesce($6::uuid, my_user());

-- statement: signal_acknowledge (write)
-- $1 signal, $2 when, $3 sealed, $4 hash of the content. Once.
WITH put AS (
	UPDATE signal SET ack_at = $2::timestamptz, ack_sealed = $3,
	       ack_content = decode($4, 'hex'), ack_recorded_by = my_user(),
	       ack_recorded_at = statement_timestamp(), version = version + 1
	WHERE id = $1::uuid AND ack_at IS NULL AND $2::timestamptz >= made_at
	  AND has_been($2::timestamptz)
	RETURNING id)
INSERT INTO audit (event, kind, ref)
SELECT 'signal.acknowledge', 'signal', id FROM put;

-- statement: signal_acknowledge_reply (write)
WITH unused AS (SELECT $3::text)
SELECT CASE WHEN touched(s.xmin) OR s.ack_content = decode($4, 'hex') THEN '200'
            WHEN s.ack_at IS NULL THEN 'invalid'
            ELSE 'already-exists' END AS status,
       CASE WHEN s.ack_content = decode($4, 'hex') THEN signal_document(s)::text
            WHEN s.ack_at IS NULL THEN '/at' END AS body,
       CASE WHEN s.ack_at IS NOT NULL THEN s.version::text
            WHEN $2::timestamptz < s.made_at THEN 'too-early'
            ELSE 'in-future' END AS etag
FROM signal s WHERE s.id = $1::uuid;

-- statement: signal_get (read)
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'signal.read', 'signal', id FROM signal WHERE id = $1::uuid)
SELECT '200' AS status, signal_document(s)::text AS body, s.version::text AS etag
FROM signal s WHERE s.id = $1::uuid;

-- statement: signal_list (read)
-- $1 case.
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'signal.list', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status,
       json_build_object('items', (
               SELECT coalesce(json_agg(signal_document(s)
                      ORDER BY s.made_at DESC, s.id), '[]')
               FROM signal s WHERE s.case_id = c.id))::text AS body
FROM case_file c WHERE c.id = $1::uuid;

-- statement: team_record_put (write)
-- $1 record, $2 case, $3 kind, $4 convened, $5 held, $6 sealed, $7 hash of the
-- content.
WITH put AS (
	INSERT INTO team_record (id, case_id, kind, convened_at, held_at, sealed,
	                         content)
	SELECT $1::uuid, c.id, $3, $4::timestamptz, $5::timestamptz, $6,
	       decode($7, 'hex')
	FROM case_file c
	WHERE c.id = $2::uuid AND has_been($5::timestamptz)
	  AND $5::timestamptz >= $4::timestamptz
	ON CONFLICT DO NOTHING
	RETURNING id)
INSERT INTO audit (event, kind, ref)
SELECT 'team_record.create', 'team_record', id FROM put;

-- statement: team_record_put_reply (write)
WITH unused AS (SELECT $3::text, $6::text),
wrong AS (
	SELECT CASE WHEN NOT has_been($5::timestamptz) THEN 'in-future'
	            WHEN $5::timestamptz < $4::timestamptz THEN 'too-early' END AS held)
SELECT CASE WHEN touched(t.xmin) THEN '201'
            WHEN t.content = decode($7, 'hex') THEN '200'
            WHEN t.id IS NOT NULL THEN 'already-exists'
            WHEN c.id IS NULL OR wrong.held IS NOT NULL THEN 'invalid'
            ELSE 'not-found' END AS status,
       CASE WHEN t.content = decode($7, 'hex') THEN team_record_document(t)::text
            WHEN t.id IS NOT NULL THEN NULL
            WHEN c.id IS NULL THEN '/case_id'
            WHEN wrong.held IS NOT NULL THEN '/held_at' END AS body,
       CASE WHEN t.id IS NOT NULL THEN NULL WHEN c.id IS NULL THEN 'not-found'
            ELSE wrong.held END AS etag
FROM (VALUES ($1::uuid, $2::uuid)) k(id, case_id) CROSS JOIN wrong
     LEFT JOIN team_record t ON t.id = k.id
     LEFT JOIN case_file c ON c.id = k.case_id;

-- statement: team_record_get (read)
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'team_record.read', 'team_record', id FROM team_record
	WHERE id = $1::uuid)
SELECT '200' AS status, team_record_document(t)::text AS body
FROM team_record t WHERE t.id = $1::uuid;

-- statement: team_record_list (read)
-- $1 case.
WITH aud AS (
	INSERT INTO audit (event, kind, ref)
	SELECT 'team_record.list', 'case', id FROM case_file WHERE id = $1::uuid)
SELECT '200' AS status,
       json_build_object('items', (
               SELECT coalesce(json_agg(team_record_document(t)
                      ORDER BY t.held_at DESC, t.id), '[]')
               FROM team_record t WHERE t.case_id = c.id))::text AS body
FROM case_file c WHERE c.id = $1::uuid;
