-- The directory.  Readers are active organisations and active people.

-- statement: organisation_list (read)
-- $1 limit, $2 after, $3 sector, $4 municipality, $5 kind of service.  To a
-- person whose account was disabled meanwhile it is empty, as every list is.
WITH caller AS (SELECT caller_status() AS status),
page AS (
    SELECT o FROM organisation o
    WHERE (SELECT status FROM caller) <> 'blocked'
    AND ($2::text IS NULL OR o.id > $2::uuid)
    AND ($3::text IS NULL OR $3 = ANY (o.sectors))
    AND ($4::text IS NULL OR o.municipality = $4)
    AND ($5::text IS NULL OR EXISTS (SELECT FROM service s
        WHERE s.organisation_id = o.id AND s.kind = $5))
    ORDER BY o.id LIMIT coalesce($1::int, 50) + 1),
shown AS (
    SELECT (o).id, organisation_json(o) AS doc FROM page
    ORDER BY (o).id LIMIT coalesce($1::int, 50))
SELECT CASE c.status WHEN 'blocked' THEN 'organisation-blocked'
        ELSE '200' END AS status,
    CASE WHEN c.status IS DISTINCT FROM 'blocked' THEN
        jsonb_strip_nulls(jsonb_build_object('items',
        coalesce((SELECT jsonb_agg(doc ORDER BY id) FROM shown), '[]'),
        'next', n.next))::text END AS body,
    NULL AS etag, NULL AS location, n.next
FROM caller c, (SELECT CASE WHEN (SELECT count(*) FROM page)
    > coalesce($1::int, 50) THEN (SELECT max(id::text) FROM shown) END AS next) n;

-- statement: organisation_get (read)
WITH caller AS (SELECT caller_status() AS status)
SELECT CASE c.status WHEN 'blocked' THEN 'organisation-blocked'
        ELSE '200' END AS status,
    CASE WHEN c.status <> 'blocked' THEN organisation_json(o)::text END AS body,
    CASE WHEN c.status <> 'blocked' THEN o.version::text END AS etag
FROM organisation o, caller c
WHERE o.id = $1::uuid AND c.status IS NOT NULL;

-- statement: organisation_lock (write)
SELECT id FROM organisation WHERE id = $1::uuid FOR NO KEY UPDATE;

-- statement: organisation_put (write, act)
-- $1 id, $2 body, $3 If-Match or NULL.  Without If-Match it creates, and a
-- repeat with equal content is no change.
WITH new AS (
    SELECT n.*, ARRAY(SELECT jsonb_array_elements_text($2::jsonb -> 'sectors'))
        AS sectors, coalesce($2::jsonb -> 'contact', '{}') AS contact
    FROM jsonb_to_record($2::jsonb) AS n(name text, kind text,
        municipality text, eik text)
    WHERE EXISTS (SELECT FROM my_account())),
cur AS MATERIALIZED (
    SELECT o AS old FROM organisation o, new WHERE o.id = $1::uuid),
ins AS (
    INSERT INTO organisation AS o (id, name, kind, sectors, municipality, eik,
        contact)
    SELECT $1::uuid, n.name, n.kind, n.sectors, n.municipality, n.eik,
        n.contact
    FROM new n WHERE NOT EXISTS (SELECT FROM cur) AND $3::text IS NULL
    ON CONFLICT DO NOTHING
    RETURNING o.id, o.version, organisation_json(o) AS doc),
upd AS (
    UPDATE organisation o SET name = n.name, kind = n.kind,
        sectors = n.sectors, municipality = n.municipality, eik = n.eik,
        contact = n.contact, version = o.version + 1
    FROM new n, cur
    WHERE o.id = $1::uuid AND (cur.old).version::text = $3
    RETURNING o.id, o.version, organisation_json(o.*) AS doc),
done AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT everyone(), 'organisation', id, version, 'put' FROM done),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'organisation.put', 'organisation', id FROM done)
SELECT CASE WHEN ins.id IS NOT NULL THEN '201'
        WHEN upd.id IS NOT NULL THEN '200'
        WHEN new.name IS NULL THEN 'session-ended'
        WHEN $3 IS NOT NULL THEN CASE WHEN cur.old IS NULL THEN 'not-found'
            ELSE 'precondition-failed' END
        WHEN (cur.old).name = new.name AND (cur.old).kind = new.kind
            AND (cur.old).sectors = new.sectors
            AND (cur.old).municipality = new.municipality
            AND (cur.old).eik = new.eik AND (cur.old).contact = new.contact
            THEN '200'
        ELSE 'already-exists' END AS status,
    CASE WHEN done.id IS NOT NULL THEN done.doc
        WHEN new.name IS NOT NULL AND (cur.old).id IS NOT NULL
            THEN organisation_json(cur.old) END::text AS body,
    coalesce(done.version, (cur.old).version)::text AS etag
FROM (VALUES (1)) one(x) LEFT JOIN new ON true LEFT JOIN cur ON true
LEFT JOIN ins ON true LEFT JOIN upd ON true LEFT JOIN done ON true;

-- statement: organisation_requeue (write)
-- $1 id, $2 the status to be; before organisation_status.
SELECT requeue_summaries($1::uuid, $2), requeue_coordinations($1::uuid, $2),
    requeue_questions($1::uuid, $2), requeue_parts($1::uuid, $2),
    requeue_meetings($1::uuid, $2), requeue_reminders($1::uuid, $2),
    requeue_hours($1::uuid, $2)
WHERE EXISTS (SELECT FROM my_account());

-- statement: organisation_status (write, act)
-- $1 id, $2 status, $3 reason; after organisation_lock.
WITH cur AS MATERIALIZED (
    SELECT o AS old FROM organisation o
    WHERE o.id = $1::uuid AND EXISTS (SELECT FROM my_account())),
upd AS (
    UPDATE organisation o SET status = $2, status_reason = $3,
        version = o.version + 1
    FROM cur WHERE o.id = (cur.old).id AND o.status <> $2
    RETURNING o.id, o.version, organisation_json(o.*) AS doc),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT everyone(), 'organisation', id, version, 'put' FROM upd),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'organisation.status', 'organisation', id FROM upd)
SELECT '200' AS status,
    coalesce(upd.doc, organisation_json(cur.old))::text AS body,
    coalesce(upd.version, (cur.old).version)::text AS etag
FROM cur LEFT JOIN upd ON true;

-- statement: service_put (write, act)
-- $1 organisation, $2 service, $3 body, $4 'any' for an administrator; after
-- organisation_lock.  A service's change is a change of its organisation.
WITH caller AS (SELECT caller_status() AS status),
org AS MATERIALIZED (
    SELECT o FROM organisation o, caller
    WHERE o.id = $1::uuid AND caller.status IS NOT NULL
    AND ($4::text IS NOT NULL OR o.id = me())),
new AS (
    SELECT b.*, CASE WHEN $3::jsonb ? 'age_bands' THEN
        ARRAY(SELECT jsonb_array_elements_text($3::jsonb -> 'age_bands')) END
        AS age_bands
    FROM jsonb_to_record($3::jsonb) AS b(kind text, form text, name text,
        does text, does_not text, reach text)),
old AS (SELECT id FROM service WHERE id = $2::uuid),
put AS (
    INSERT INTO service AS s (id, organisation_id, kind, form, name, does,
        does_not, reach, age_bands)
    SELECT $2::uuid, (org.o).id, n.kind, n.form, n.name, n.does, n.does_not,
        n.reach, n.age_bands
    FROM org, new n, caller WHERE caller.status = 'active'
    ON CONFLICT (id) DO UPDATE SET kind = EXCLUDED.kind, form = EXCLUDED.form,
        name = EXCLUDED.name, does = EXCLUDED.does,
        does_not = EXCLUDED.does_not, reach = EXCLUDED.reach,
        age_bands = EXCLUDED.age_bands
    WHERE s.organisation_id = EXCLUDED.organisation_id
    RETURNING s.id),
upd AS (
    UPDATE organisation o SET version = o.version + 1
    FROM put WHERE o.id = $1::uuid RETURNING o.id, o.version),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT everyone(), 'organisation', id, version, 'put' FROM upd),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'service.put', 'service', id FROM put)
SELECT set_config('zaedno.step', CASE
    WHEN put.id IS NOT NULL AND old.id IS NULL THEN '201'
    WHEN put.id IS NOT NULL THEN '200'
    WHEN caller.status = 'suspended' THEN 'organisation-suspended'
    WHEN caller.status = 'blocked' THEN 'organisation-blocked'
    ELSE 'not-found' END, true)
FROM caller LEFT JOIN put ON true LEFT JOIN old ON true;

-- statement: service_delete (write, act)
-- $1 organisation, $2 service, $3 'any' for an administrator.
WITH caller AS (SELECT caller_status() AS status),
del AS (
    DELETE FROM service s USING caller
    WHERE s.id = $2::uuid AND s.organisation_id = $1::uuid
    AND caller.status = 'active' AND ($3::text IS NOT NULL OR $1::uuid = me())
    RETURNING s.id),
upd AS (
    UPDATE organisation o SET version = o.version + 1
    FROM del WHERE o.id = $1::uuid RETURNING o.id, o.version),
evt AS (
    INSERT INTO event_queue (recipient, kind, ref, version, op)
    SELECT everyone(), 'organisation', id, version, 'put' FROM upd),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'service.delete', 'service', id FROM del)
SELECT CASE WHEN del.id IS NOT NULL THEN '204'
    WHEN caller.status = 'suspended' THEN 'organisation-suspended'
    WHEN caller.status = 'blocked' THEN 'organisation-blocked'
    ELSE 'not-found' END AS status, NULL AS body
FROM caller LEFT JOIN del ON true;

-- statement: organisation_after (write, act)
-- $1 organisation: the answer of the change before, with the document as it
-- is now.
SELECT my_step() AS status,
    CASE WHEN my_step() LIKE '2%' THEN organisation_json(o)::text END AS body,
    CASE WHEN my_step() LIKE '2%' THEN o.version::text END AS etag
FROM (VALUES (1)) one(x) LEFT JOIN organisation o ON o.id = $1::uuid;
