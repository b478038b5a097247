-- People, as an administrator sees and changes them.

-- statement: user_list (read)
WITH page AS (
    SELECT u FROM app_user u
    WHERE EXISTS (SELECT FROM my_account())
    AND ($2::text IS NULL OR u.id::text > $2)
    ORDER BY u.id::text LIMIT coalesce($1::int, 50) + 1),
shown AS (
    SELECT (u).id, user_json(u) AS doc FROM page
    ORDER BY (u).id::text LIMIT coalesce($1::int, 50))
SELECT '200' AS status, jsonb_strip_nulls(jsonb_build_object(
    'items', coalesce((SELECT jsonb_agg(doc ORDER BY id::text) FROM shown), '[]'),
    'next', n.next))::text AS body, NULL AS etag, NULL AS location, n.next
FROM (SELECT CASE WHEN (SELECT count(*) FROM page)
    > coalesce($1::int, 50) THEN (SELECT max(id::text) FROM shown) END AS next) n;

-- statement: user_create (write)
-- $1 id, $2 body, $3 password's hash, $4 second factor's secret or NULL.
WITH new AS (
    SELECT b.login, b.name, b.role, b.organisation_id,
        CASE b.role WHEN 'expert' THEN coalesce(b.level, 'regional') END
        AS level
    FROM jsonb_to_record($2::jsonb) AS b(login text, name text,
        role text, level text, organisation_id uuid)),
put AS (
    INSERT INTO app_user (id, login, name, role, level, organisation_id,
        password_hash, totp_secret)
    SELECT $1::uuid, n.login, n.name, n.role, n.level, n.organisation_id, $3,
        $4
    FROM new n
    WHERE EXISTS (SELECT FROM my_account())
    AND (n.organisation_id IS NULL OR EXISTS (
        SELECT FROM organisation o WHERE o.id = n.organisation_id))
    ON CONFLICT DO NOTHING
    RETURNING app_user),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'user.create', 'user', $1::uuid FROM put),
old AS (
    SELECT u, u.login = n.login AND u.name = n.name AND u.role = n.role
        AND (u.level, u.organisation_id)
            IS NOT DISTINCT FROM (n.level, n.organisation_id) AS same
    FROM new n JOIN app_user u ON u.id = $1::uuid
    WHERE EXISTS (SELECT FROM my_account()))
SELECT CASE WHEN (p.app_user).id IS NOT NULL THEN '201'
        WHEN NOT EXISTS (SELECT FROM my_account()) THEN 'session-ended'
        WHEN o.same THEN '200' ELSE 'already-exists' END AS status,
    CASE WHEN (p.app_user).id IS NOT NULL THEN user_json(p.app_user)
        WHEN o.same THEN user_json(o.u) END::text AS body,
    CASE WHEN (p.app_user).id IS NOT NULL THEN '1'
        WHEN o.same THEN (o.u).version::text END AS etag
FROM (VALUES (1)) one(x) LEFT JOIN put p ON true LEFT JOIN old o ON true;

-- statement: user_lock (write)
SELECT id FROM app_user WHERE id = $1::uuid FOR NO KEY UPDATE;

-- statement: user_update (write)
-- $1 id, $2 version, $3 body, $4 new hash, $5 new secret; after user_lock.
WITH cur AS MATERIALIZED (
    SELECT u AS old FROM app_user u
    WHERE u.id = $1::uuid AND EXISTS (SELECT FROM my_account())),
new AS (
    SELECT * FROM jsonb_to_record($3::jsonb) AS b(name text, role text,
        level text, state text)),
upd AS (
    UPDATE app_user u SET name = coalesce(n.name, u.name),
        role = coalesce(n.role, u.role),
        level = CASE coalesce(n.role, u.role) WHEN 'expert'
            THEN coalesce(n.level, u.level, 'regional') END,
        state = coalesce(n.state, u.state),
        password_hash = coalesce($4, u.password_hash),
        totp_secret = coalesce($5, u.totp_secret),
        totp_step = CASE WHEN $5 IS NULL THEN u.totp_step ELSE 0 END,
        version = u.version + 1
    FROM cur, new n
    WHERE u.id = (cur.old).id AND (cur.old).version::text = $2
    RETURNING u.id, u.role, u.state, u.version, user_json(u.*) AS doc),
over AS (
    UPDATE session s SET ended_at = statement_timestamp(),
        ended_why = 'account-changed'
    FROM upd, cur
    WHERE s.user_id = upd.id AND s.ended_at IS NULL
    AND (upd.role <> (cur.old).role OR upd.state <> 'active'
        OR $4 IS NOT NULL OR $5 IS NOT NULL)),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'user.update', 'user', id FROM upd)
SELECT CASE WHEN upd.id IS NOT NULL THEN '200'
        ELSE 'precondition-failed' END AS status,
    coalesce(upd.doc, user_json(cur.old))::text AS body,
    coalesce(upd.version, (cur.old).version)::text AS etag
FROM cur LEFT JOIN upd ON true;
