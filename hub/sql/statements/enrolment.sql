-- How an organisation gets in: codes, keys, assertions.

-- statement: enrolment_code_create (write)
-- $1 organisation, $2 code's sha256, $3 hours.  Only the last code works.
WITH org AS (
    SELECT o.id FROM organisation o
    WHERE o.id = $1::uuid AND EXISTS (SELECT FROM my_account())),
old AS (
    DELETE FROM enrolment_code c USING org
    WHERE c.organisation_id = org.id AND c.used_at IS NULL),
new AS (
    INSERT INTO enrolment_code (code_sha256, organisation_id, expires_at)
    SELECT decode($2, 'hex'), org.id,
        statement_timestamp() + make_interval(hours => $3::int)
    FROM org RETURNING organisation_id, expires_at),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'enrolment.code', 'organisation', organisation_id FROM new)
SELECT rfc3339(expires_at) AS expires_at FROM new;

-- statement: enrolment_lock (write)
SELECT organisation_id FROM enrolment_code
WHERE code_sha256 = decode($1, 'hex') FOR NO KEY UPDATE;

-- statement: enrolment_redeem (write, act)
-- $1 code's sha256, $2 keys [{kid, purpose, jwk, pem}], whose proofs were
-- checked.  Enrolling anew retires the organisation's earlier keys.  A used
-- code answers again to the very same keys.
WITH new AS (
    SELECT * FROM jsonb_to_recordset($2::jsonb)
        AS k(kid text, purpose text, jwk jsonb, pem text)),
want AS (SELECT array_agg(kid ORDER BY kid) AS kids FROM new),
code AS (
    SELECT c.* FROM enrolment_code c
    JOIN organisation o ON o.id = c.organisation_id
    WHERE c.code_sha256 = decode($1, 'hex')
    AND c.expires_at > statement_timestamp()),
used AS (
    UPDATE enrolment_code c SET used_at = statement_timestamp(),
        kids = want.kids
    FROM code, want
    WHERE c.code_sha256 = code.code_sha256 AND c.used_at IS NULL
    AND NOT EXISTS (SELECT FROM organisation_key k JOIN new USING (kid))
    RETURNING c.organisation_id),
retired AS (
    UPDATE organisation_key k
    SET retired_at = greatest(statement_timestamp(),
        k.not_before + interval '1 microsecond')
    FROM used WHERE k.organisation_id = used.organisation_id
    AND (k.retired_at IS NULL OR k.retired_at > statement_timestamp())),
keys AS (
    INSERT INTO organisation_key (kid, organisation_id, purpose, jwk, pem)
    SELECT n.kid, used.organisation_id, n.purpose, n.jwk, n.pem
    FROM used, new n),
org AS (
    UPDATE organisation o SET enrolled_at = statement_timestamp()
    FROM used WHERE o.id = used.organisation_id),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'enrolment.redeem', 'organisation', organisation_id FROM used)
SELECT CASE WHEN used.organisation_id IS NOT NULL THEN '201'
        WHEN code.kids = want.kids THEN '200'
        ELSE 'enrolment-refused' END AS status,
    code.organisation_id, (SELECT feed_id FROM feed_head) AS feed_id
FROM want LEFT JOIN code ON true LEFT JOIN used ON true;

-- statement: key_find (read)
-- $1 kid, $2 organisation, $3 purpose: the public key, while it holds.
SELECT k.pem
FROM organisation_key k
WHERE k.kid = $1 AND k.organisation_id = $2::uuid AND k.purpose = $3
AND k.not_before <= statement_timestamp() + interval '30 seconds'
AND (k.retired_at IS NULL OR k.retired_at > statement_timestamp());

-- statement: token_admit (write)
-- $1 organisation, $2 jti, $3 seconds to remember it.
WITH seen AS (
    INSERT INTO assertion_jti (organisation_id, jti, expires_at)
    SELECT o.id, $2,
        statement_timestamp() + make_interval(secs => $3::int)
    FROM organisation o WHERE o.id = $1::uuid
    ON CONFLICT DO NOTHING RETURNING 1)
SELECT CASE WHEN NOT EXISTS (SELECT FROM seen) THEN 'client-refused'
    WHEN o.status = 'blocked' THEN 'organisation-blocked'
    ELSE '200' END AS status
FROM organisation o WHERE o.id = $1::uuid;

-- statement: key_lock (write)
SELECT id FROM organisation WHERE id = me() FOR NO KEY UPDATE;

-- statement: key_put (write)
-- $1 kid, $2 purpose, $3 jwk, $4 pem, $5 not_before or NULL, $6 overlap in
-- seconds; after key_lock.  The proof by the current key was checked.
WITH org AS (SELECT id, status FROM organisation WHERE id = me()),
want AS (
    SELECT coalesce($5::timestamptz, statement_timestamp()
        + make_interval(secs => $6::int)) AS not_before),
old AS (SELECT * FROM organisation_key WHERE kid = $1),
new AS (
    INSERT INTO organisation_key (kid, organisation_id, purpose, jwk, pem,
        not_before)
    SELECT $1, org.id, $2, $3::jsonb, $4, want.not_before
    FROM org, want
    WHERE org.status = 'active' AND NOT EXISTS (SELECT FROM old)
    AND want.not_before >= statement_timestamp()
        + make_interval(secs => $6::int) - interval '60 seconds'
    RETURNING kid, purpose, not_before),
gone AS (
    UPDATE organisation_key k
    SET retired_at = new.not_before + make_interval(secs => $6::int)
    FROM new WHERE k.organisation_id = me() AND k.purpose = new.purpose
    AND k.kid <> new.kid AND k.retired_at IS NULL
    AND k.not_before < new.not_before),
aud AS (
    INSERT INTO audit (event, kind, ref)
    SELECT 'key.put', 'organisation', me() FROM new)
SELECT CASE WHEN new.kid IS NOT NULL THEN '201'
        WHEN org.status = 'suspended' THEN 'organisation-suspended'
        WHEN org.status = 'blocked' THEN 'organisation-blocked'
        WHEN old.organisation_id = org.id AND old.purpose = $2 THEN '200'
        WHEN old.kid IS NOT NULL THEN 'already-exists'
        ELSE 'invalid' END AS status,
    CASE WHEN new.kid IS NOT NULL THEN jsonb_build_object('kid', new.kid,
        'purpose', new.purpose, 'not_before', rfc3339(new.not_before))
    WHEN old.organisation_id = org.id AND old.purpose = $2
        AND org.status = 'active' THEN jsonb_strip_nulls(jsonb_build_object(
        'kid', old.kid, 'purpose', old.purpose,
        'not_before', rfc3339(old.not_before),
        'retired_at', rfc3339(old.retired_at))) END::text AS body
FROM org LEFT JOIN new ON true LEFT JOIN old ON true;
