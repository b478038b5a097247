-- The shared plan.  A write holds the coordination, leaves what it did in
-- zaedno.step, and its reply tells it with the document on a fresh snapshot.

-- statement: plan_get (read)
-- Who reads another's is logged.  Whose consent has ended learns that.
WITH caller AS (SELECT reader_answer() AS status),
seen AS (
    SELECT p AS row, p.id, p.version, (e.part ->> 'consent_id')::uuid
            AS consent_id, (e.part ->> 'holder')::uuid AS holder
    FROM plan p, LATERAL (SELECT part_envelope(p.id, '{}') AS part) e
    WHERE p.id = $1::uuid AND (SELECT status FROM caller) = '200'),
logged AS (
    INSERT INTO read_log (kind, ref, version, consent_id, holder)
    SELECT 'plan', id, version, consent_id, holder FROM seen
    WHERE holder <> me())
SELECT CASE WHEN caller.status <> '200' THEN caller.status
        WHEN s.id IS NOT NULL THEN '200'
        WHEN part_ended($1::uuid) THEN 'consent-withdrawn'
        ELSE 'not-found' END AS status,
    plan_whole_json(s.row)::text AS body, s.version::text AS etag
FROM caller LEFT JOIN seen s ON true
WHERE caller.status IS NOT NULL;

-- statement: plan_hold (write)
SELECT coordination_hold($1::uuid);

-- statement: plan_reply (write)
SELECT coalesce(my_step(), 'not-found') AS status,
    CASE WHEN my_step() LIKE '2%' OR my_step() = 'precondition-failed'
        THEN plan_whole_json(p)::text END AS body,
    CASE WHEN my_step() LIKE '2%' THEN p.version::text END AS etag,
    k.state
FROM (VALUES (1)) one(x) LEFT JOIN coordination k ON k.id = $1::uuid
LEFT JOIN plan p ON p.id = $1::uuid;

-- statement: plan_put (write, act)
-- $1 coordination, $2 body, $3 If-Match or NULL, $4 Idempotency-Key.
WITH want AS (
    SELECT $2::jsonb ->> 'formulation' AS formulation,
        $2::jsonb -> 'contingency' AS contingency,
        act_verdict(plan_verdict($1::uuid, '{coordinator,case_manager}'),
            answered_before($4::uuid, 'putPlan',
                request_hash($1::uuid, $2::jsonb))) AS verdict),
cur AS MATERIALIZED (
    SELECT p.id, p.formulation = w.formulation AND w.contingency
        IS NOT DISTINCT FROM plan_json(p) -> 'contingency' AS same
    FROM plan p, want w WHERE p.id = $1::uuid),
ins AS (
    INSERT INTO plan AS p (id, formulation)
    SELECT $1::uuid, w.formulation FROM want w
    WHERE w.verdict IS NULL AND $3::text IS NULL
    AND NOT EXISTS (SELECT FROM cur)
    ON CONFLICT (id) DO NOTHING
    RETURNING p.id, p.version, '201' AS status),
upd AS (
    UPDATE plan p SET version = p.version + 1, formulation = w.formulation,
        formulation_version = p.formulation_version
            + (p.formulation IS DISTINCT FROM w.formulation)::int,
        state = CASE WHEN p.formulation IS DISTINCT FROM w.formulation
            THEN 'draft' ELSE p.state END,
        updated_at = statement_timestamp()
    FROM want w WHERE p.id = $1::uuid AND w.verdict IS NULL
    AND p.version::text = $3
    RETURNING p.id, p.version, '200' AS status),
done AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
con AS (
    INSERT INTO plan_contingency (plan_id, text, unsafe_for_family)
    SELECT d.id, w.contingency ->> 'text',
        coalesce((w.contingency ->> 'unsafe_for_family')::boolean, false)
    FROM done d, want w
    ON CONFLICT (plan_id) DO UPDATE SET text = EXCLUDED.text,
        unsafe_for_family = EXCLUDED.unsafe_for_family),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'plan.put', 'plan', d.id, k.consent_id
    FROM done d JOIN coordination k ON k.id = d.id),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'putPlan', request_hash($1::uuid, $2::jsonb), d.status,
        d.version::text FROM done d)
SELECT set_config('zaedno.step', CASE
    WHEN d.id IS NOT NULL THEN d.status
    WHEN w.verdict IS NOT NULL THEN w.verdict
    WHEN cur.id IS NULL AND $3::text IS NOT NULL THEN 'not-found'
    WHEN $3::text IS NOT NULL THEN 'precondition-failed'
    WHEN cur.same THEN '200' ELSE 'already-exists' END, true)
FROM want w LEFT JOIN cur ON true LEFT JOIN done d ON true;

-- statement: plan_adopt (write, act)
-- $1 coordination, $2 body: the caller's organisation, the version it has read.
WITH want AS (
    SELECT ($2::jsonb ->> 'formulation_version')::bigint AS seen,
        plan_verdict($1::uuid, '{case_manager,member}') AS verdict),
cur AS MATERIALIZED (
    SELECT p.id, p.formulation IS NOT NULL
        AND p.formulation_version = w.seen AS read
    FROM plan p, want w WHERE p.id = $1::uuid AND plan_place(p.id)),
put AS (
    INSERT INTO plan_adoption AS a (plan_id, formulation_version)
    SELECT cur.id, w.seen FROM cur, want w
    WHERE cur.read AND w.verdict IS NULL
    ON CONFLICT (plan_id, organisation_id) DO UPDATE
    SET formulation_version = EXCLUDED.formulation_version, at = EXCLUDED.at
    WHERE a.formulation_version <> EXCLUDED.formulation_version
    RETURNING a.plan_id),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'plan.adopt', 'plan', k.id, k.consent_id
    FROM put JOIN coordination k ON k.id = put.plan_id)
SELECT set_config('zaedno.step', CASE
    WHEN w.verdict IS NOT NULL THEN w.verdict
    WHEN cur.id IS NULL THEN 'not-found'
    WHEN NOT cur.read THEN 'precondition-failed' ELSE '200' END, true)
FROM want w LEFT JOIN cur ON true;

-- statement: plan_family_view_put (write, act)
-- $1 coordination, $2 body: as child or parents told it to the team.
WITH want AS (
    SELECT b.*, plan_verdict($1::uuid, '{coordinator,case_manager}')
        AS verdict
    FROM jsonb_to_record($2::jsonb) AS b(who text, view text, text text)),
cur AS MATERIALIZED (
    SELECT p.id, p.formulation_version FROM plan p WHERE p.id = $1::uuid),
put AS (
    INSERT INTO plan_family_view (plan_id, who, recorded_by, view, text,
        formulation_version)
    SELECT cur.id, w.who, 'team', w.view, w.text, cur.formulation_version
    FROM cur, want w WHERE w.verdict IS NULL
    ON CONFLICT (plan_id, who, recorded_by, capacity, signer) DO UPDATE
    SET view = EXCLUDED.view, text = EXCLUDED.text, at = EXCLUDED.at,
        formulation_version = EXCLUDED.formulation_version
    RETURNING plan_id),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'plan.family_view', 'plan', k.id, k.consent_id
    FROM put JOIN coordination k ON k.id = put.plan_id)
SELECT set_config('zaedno.step', CASE
    WHEN w.verdict IS NOT NULL THEN w.verdict
    WHEN cur.id IS NULL THEN 'not-found' ELSE '200' END, true)
FROM want w LEFT JOIN cur ON true;

-- statement: goal_hold (write)
-- $1 goal, $2 body.
SELECT coordination_hold(coalesce(plan_root('goal', $1::uuid),
    ($2::jsonb ->> 'coordination_id')::uuid));

-- statement: goal_put (write, act)
-- $1 goal, $2 body, $3 If-Match or NULL, $4 Idempotency-Key.
WITH want AS (
    SELECT b.*, act_verdict(
            plan_verdict(coalesce(plan_root('goal', $1::uuid),
                b.coordination_id), '{coordinator,case_manager}'),
            answered_before($4::uuid, 'putGoal',
                request_hash($1::uuid, $2::jsonb))) AS verdict
    FROM jsonb_to_record($2::jsonb) AS b(coordination_id uuid, whose text,
        words text, own_words boolean, parents_may_see boolean, baseline int,
        target int)),
cur AS MATERIALIZED (
    SELECT g.id, g.plan_id = w.coordination_id AS here,
        (g.plan_id, g.whose, g.words, g.own_words, g.parents_may_see,
            g.baseline, g.target) = (w.coordination_id, w.whose, w.words,
            w.own_words, coalesce(w.parents_may_see, false), w.baseline,
            w.target) AS same
    FROM plan_goal g, want w WHERE g.id = $1::uuid),
ins AS (
    INSERT INTO plan_goal AS g (id, plan_id, whose, words, own_words,
        parents_may_see, baseline, target)
    SELECT $1::uuid, p.id, w.whose, w.words, w.own_words,
        coalesce(w.parents_may_see, false), w.baseline, w.target
    FROM want w JOIN plan p ON p.id = w.coordination_id
    WHERE w.verdict IS NULL AND $3::text IS NULL
    AND NOT EXISTS (SELECT FROM cur)
    ON CONFLICT (id) DO NOTHING
    RETURNING g.plan_id, g.version, '201' AS status),
upd AS (
    UPDATE plan_goal g SET whose = w.whose, words = w.words,
        own_words = w.own_words,
        parents_may_see = coalesce(w.parents_may_see, false),
        baseline = w.baseline, target = w.target, version = g.version + 1
    FROM want w WHERE g.id = $1::uuid AND g.plan_id = w.coordination_id
    AND w.verdict IS NULL AND g.version::text = $3
    RETURNING g.plan_id, g.version, '200' AS status),
done AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'goal.put', 'goal', $1::uuid, k.consent_id
    FROM done d JOIN coordination k ON k.id = d.plan_id),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'putGoal', request_hash($1::uuid, $2::jsonb), d.status,
        d.version::text FROM done d)
SELECT set_config('zaedno.step', CASE
    WHEN d.plan_id IS NOT NULL THEN d.status
    WHEN w.verdict IS NOT NULL THEN w.verdict
    WHEN cur.id IS NULL THEN 'not-found'
    WHEN NOT cur.here THEN 'already-exists'
    WHEN $3::text IS NOT NULL THEN 'precondition-failed'
    WHEN cur.same THEN '200' ELSE 'already-exists' END, true)
FROM want w LEFT JOIN cur ON true LEFT JOIN done d ON true;

-- statement: goal_reply (write)
SELECT coalesce(my_step(), 'not-found') AS status,
    CASE WHEN my_step() LIKE '2%' OR my_step() = 'precondition-failed'
        THEN goal_json(g)::text END AS body,
    CASE WHEN my_step() LIKE '2%' THEN g.version::text END AS etag, k.state
FROM (VALUES (plan_root('goal', $1::uuid))) one(root)
LEFT JOIN plan_goal g ON g.id = $1::uuid
LEFT JOIN coordination k ON k.id = coalesce(one.root,
    ($2::jsonb ->> 'coordination_id')::uuid);

-- statement: rating_hold (write)
-- $1 goal.
SELECT coordination_hold(plan_root('goal', $1::uuid));

-- statement: rating_put (write, act)
-- $1 goal, $2 body, $3 rating.
WITH want AS (
    SELECT ($2::jsonb ->> 'value')::int AS value,
        plan_verdict(plan_root('goal', $1::uuid),
            '{coordinator,case_manager}') AS verdict),
cur AS MATERIALIZED (
    SELECT r.id, (r.goal_id, r.value) = ($1::uuid, w.value) AS same
    FROM plan_rating r, want w WHERE r.id = $3::uuid),
put AS (
    INSERT INTO plan_rating AS r (id, goal_id, plan_id, value)
    SELECT $3::uuid, g.id, g.plan_id, w.value
    FROM want w JOIN plan_goal g ON g.id = $1::uuid
    WHERE w.verdict IS NULL
    ON CONFLICT (id) DO NOTHING
    RETURNING r.plan_id),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'goal.rate', 'goal', $1::uuid, k.consent_id
    FROM put JOIN coordination k ON k.id = put.plan_id)
SELECT set_config('zaedno.step', CASE
    WHEN put.plan_id IS NOT NULL THEN '201'
    WHEN w.verdict IS NOT NULL THEN w.verdict
    WHEN cur.same THEN '200'
    WHEN cur.id IS NOT NULL THEN 'already-exists'
    ELSE 'not-found' END, true)
FROM want w LEFT JOIN cur ON true LEFT JOIN put ON true;

-- statement: waymark_hold (write)
-- $1 waymark, $2 body.
SELECT coordination_hold(coalesce(plan_root('waymark', $1::uuid),
    ($2::jsonb ->> 'coordination_id')::uuid));

-- statement: waymark_put (write, act)
-- $1 waymark, $2 body, $3 If-Match or NULL, $4 Idempotency-Key.
WITH want AS (
    SELECT b.*, act_verdict(
            plan_verdict(coalesce(plan_root('waymark', $1::uuid),
                b.coordination_id), '{coordinator,case_manager}'),
            answered_before($4::uuid, 'putWaymark',
                request_hash($1::uuid, $2::jsonb))) AS verdict,
        NOT EXISTS (SELECT unnest(b.goals) EXCEPT SELECT g.id
            FROM plan_goal g WHERE g.plan_id = b.coordination_id) AS fits
    FROM jsonb_to_record($2::jsonb) AS b(coordination_id uuid, words text,
        goals uuid[], due timestamptz, reached boolean)),
cur AS MATERIALIZED (
    SELECT m.id, m.plan_id = w.coordination_id AS here,
        (m.plan_id, m.words, m.goals, m.reached_at IS NOT NULL)
            = (w.coordination_id, w.words, w.goals,
            coalesce(w.reached, false))
        AND m.due IS NOT DISTINCT FROM w.due AS same
    FROM plan_waymark m, want w WHERE m.id = $1::uuid),
ins AS (
    INSERT INTO plan_waymark AS m (id, plan_id, words, goals, due, reached_at)
    SELECT $1::uuid, p.id, w.words, w.goals, w.due,
        CASE WHEN w.reached THEN statement_timestamp() END
    FROM want w JOIN plan p ON p.id = w.coordination_id
    WHERE w.verdict IS NULL AND w.fits AND $3::text IS NULL
    AND NOT EXISTS (SELECT FROM cur)
    ON CONFLICT (id) DO NOTHING
    RETURNING m.plan_id, m.version, '201' AS status),
upd AS (
    UPDATE plan_waymark m SET words = w.words, goals = w.goals, due = w.due,
        reached_at = CASE WHEN w.reached
            THEN coalesce(m.reached_at, statement_timestamp()) END,
        version = m.version + 1
    FROM want w WHERE m.id = $1::uuid AND m.plan_id = w.coordination_id
    AND w.verdict IS NULL AND w.fits AND m.version::text = $3
    RETURNING m.plan_id, m.version, '200' AS status),
done AS (SELECT * FROM ins UNION ALL SELECT * FROM upd),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'waymark.put', 'waymark', $1::uuid, k.consent_id
    FROM done d JOIN coordination k ON k.id = d.plan_id),
keep AS (
    INSERT INTO idempotency (key, operation, request_sha256, status, etag)
    SELECT $4::uuid, 'putWaymark', request_hash($1::uuid, $2::jsonb),
        d.status, d.version::text FROM done d)
SELECT set_config('zaedno.step', CASE
    WHEN d.plan_id IS NOT NULL THEN d.status
    WHEN w.verdict IS NOT NULL THEN w.verdict
    WHEN cur.id IS NULL AND ($3::text IS NOT NULL OR NOT EXISTS (
        SELECT FROM plan p WHERE p.id = w.coordination_id)) THEN 'not-found'
    WHEN NOT cur.here THEN 'already-exists'
    WHEN $3::text IS NULL AND cur.same THEN '200'
    WHEN $3::text IS NULL AND cur.id IS NOT NULL THEN 'already-exists'
    WHEN NOT w.fits THEN 'invalid:/goals'
    WHEN $3::text IS NOT NULL THEN 'precondition-failed'
    ELSE 'not-found' END, true)
FROM want w LEFT JOIN cur ON true LEFT JOIN done d ON true;

-- statement: waymark_reply (write)
SELECT coalesce(my_step(), 'not-found') AS status,
    CASE WHEN my_step() LIKE '2%' OR my_step() = 'precondition-failed'
        THEN waymark_json(m)::text END AS body,
    CASE WHEN my_step() LIKE '2%' THEN m.version::text END AS etag, k.state
FROM (VALUES (plan_root('waymark', $1::uuid))) one(root)
LEFT JOIN plan_waymark m ON m.id = $1::uuid
LEFT JOIN coordination k ON k.id = coalesce(one.root,
    ($2::jsonb ->> 'coordination_id')::uuid);

-- statement: family_plan_hold (write)
WITH unused AS (SELECT $1::text)
SELECT family_plan(true);

-- statement: family_plan_view_put (write, act)
-- $1 visit, $2 body: in the name of who has opened it.
WITH unused AS (SELECT $1::text),
cur AS MATERIALIZED (
    SELECT p.id, p.formulation_version FROM plan p
    WHERE p.id = family_plan(false)),
put AS (
    INSERT INTO plan_family_view (plan_id, who, recorded_by, view, text,
        formulation_version)
    SELECT cur.id, CASE my_capacity() WHEN 'young_person' THEN 'child'
        ELSE 'parents' END, 'family', $2::jsonb ->> 'view',
        $2::jsonb ->> 'text', cur.formulation_version
    FROM cur
    ON CONFLICT (plan_id, who, recorded_by, capacity, signer) DO UPDATE
    SET view = EXCLUDED.view, text = EXCLUDED.text, at = EXCLUDED.at,
        formulation_version = EXCLUDED.formulation_version
    RETURNING plan_id)
INSERT INTO audit (event, kind, ref, consent_id)
SELECT 'plan.family_view', 'plan', put.plan_id, my_consent()
FROM put;

-- statement: family_plan (write, act)
-- $1 visit.  What the family reads is audited as every reading of theirs.
WITH unused AS (SELECT $1::text),
p AS MATERIALIZED (
    SELECT p AS row, p.id, clock_holds() AS holds FROM plan p
    WHERE p.id = family_plan(false)),
aud AS (
    INSERT INTO audit (event, kind, ref, consent_id)
    SELECT 'plan.read', 'plan', p.id, my_consent()
    FROM p WHERE p.holds)
SELECT CASE WHEN my_consent() IS NULL THEN 'session-ended'
        WHEN p.id IS NULL THEN 'not-found'
        WHEN NOT p.holds THEN 'clock-behind' ELSE '200' END AS status,
    (plan_json(p.row) || jsonb_build_object('actions', coalesce((
        SELECT jsonb_agg(action_whole_json(a) ORDER BY a.due, a.id)
        FROM action a WHERE a.coordination_id = p.id), '[]'),
        'reviews', coalesce((SELECT jsonb_agg(review_json(v)
        ORDER BY v.at DESC, v.id) FROM review v
        WHERE v.coordination_id = p.id), '[]')))::text AS body
FROM (VALUES (1)) one(x) LEFT JOIN p ON true;
