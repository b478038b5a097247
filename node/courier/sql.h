/*
 * Every statement of the courier.  SQL(NAME, number of parameters, text)
 * All are prepared at connect, so that an error in one stops the start.
 */
SQL(LOCK, 1, "SELECT pg_try_advisory_lock($1::bigint)")

SQL(LINK, 0,
    "SELECT state, hub_url, issuer, organisation_id, code, feed_id, cursor,"
    "       chain[1], chain[2], resync_since IS NOT NULL, clock_offset_ms,"
    "       extract(epoch FROM hub_down_since)::bigint"
    "  FROM hub_link")

/*
 * The first waiting item of each subject, lane by lane: $1 what is in
 * flight already, $2 to $4 how many of each lane may go.  A parked item holds
 * up its subject, and comes back by next_at.
 */
SQL(HEADS, 4,
    "SELECT h.*"
    "  FROM (VALUES ('withdrawal', $2::int), ('receipt', $3::int),"
    "               ('normal', $4::int)) AS l (lane, room)"
    " CROSS JOIN LATERAL ("
    "       SELECT o.id, o.lane, o.operation, o.method, o.path, o.body, o.key,"
    "              CASE WHEN o.if_match = '@' THEN d.etag ELSE o.if_match END,"
    "              o.actor, o.attempts, o.state"
    "         FROM outbox o"
    "         LEFT JOIN outbox d ON d.id = o.depends_on"
    "        WHERE o.lane = l.lane"
    "          AND o.state IN ('queued', 'parked')"
    "          AND o.next_at <= statement_timestamp()"
    "          AND o.id <> ALL ($1::bigint[])"
    "          AND (o.depends_on IS NULL OR d.state = 'delivered')"
    "          AND NOT EXISTS ("
    "              SELECT FROM outbox p"
    "               WHERE p.subject = o.subject"
    "                 AND p.lane = o.lane"
    "                 AND p.id < o.id"
    "                 AND p.state IN ('queued', 'parked'))"
    "        ORDER BY o.id"
    "        LIMIT l.room) AS h"
    " ORDER BY h.lane = 'withdrawal' DESC, h.id")

/*
 * What the hub said of several items, one commit; their consents are locked
 * before them, as withdrawing does.  An item that was cancelled
 * on its way is delivered if the hub says so: that is the truth.
 */
SQL(SETTLE, 1,
    "WITH root AS MATERIALIZED ("
    "       SELECT outbox_lock(ARRAY("
    "              SELECT (r->>'id')::bigint"
    "                FROM jsonb_array_elements($1::jsonb) AS r)))"
    "UPDATE outbox o"
    "   SET state = CASE"
    "           WHEN r.verdict = 'delivered' THEN 'delivered'"
    "           WHEN o.state = 'cancelled' THEN 'cancelled'"
    "           WHEN r.verdict IN ('refused', 'parked') THEN r.verdict"
    "           ELSE o.state END,"
    "       attempts = o.attempts + 1,"
    "       next_at = statement_timestamp()"
    "               + r.delay_ms * interval '1 millisecond',"
    "       delivered_at = CASE WHEN r.verdict = 'delivered'"
    "                      THEN statement_timestamp() END,"
    "       last_status = r.status,"
    "       last_code = r.code,"
    "       last_problem = r.problem,"
    "       etag = r.etag,"
    "       answer = CASE WHEN o.lane = 'withdrawal'"
    "           OR o.operation = 'putAuditHead' THEN r.answer END"
    "  FROM root, jsonb_to_recordset($1::jsonb)"
    "       AS r (id bigint, verdict text, status int, code text,"
    "             problem jsonb, etag text, answer jsonb, delay_ms bigint)"
    " WHERE o.id = r.id"
    "   AND o.state IN ('queued', 'parked', 'cancelled')")

/* One transaction: the events, and the cursor that acknowledges them. */
SQL(FEED_APPLY, 4,
    "SELECT feed_apply($1::jsonb, $2, $3::uuid, $4::timestamptz)")

/* What comes again ($1) is no accident: people must look, once a day. */
SQL(FEED_REFUSED, 1,
    "WITH told AS ("
    "       UPDATE hub_link"
    "          SET feed_refused = feed_refused + 1,"
    "              feed_refused_at = statement_timestamp()"
    "       RETURNING coalesce(feed_id, organisation_id) AS subject)"
    "SELECT task_raise('hub_untrusted', subject,"
    "                  date_trunc('day', statement_timestamp()))"
    "  FROM told"
    " WHERE $1::boolean")

SQL(RESYNC_BEGIN, 1, "SELECT feed_resync_begin($1::boolean)")

SQL(RESYNC_END, 0, "SELECT feed_resync_end()")

/*
 * The hub's heads of which nobody knows yet whether they hold, in their
 * order, each with the key that it names, if we have it.
 */
SQL(HUB_HEADS_NEW, 0,
    "SELECT h.id, h.head, k.jwk"
    "  FROM hub_head h"
    "  LEFT JOIN hub_key k ON k.kid = hub_head_kid(h.head)"
    " WHERE h.state = 'new'"
    " ORDER BY h.seq, h.received_at"
    " LIMIT 100")

SQL(HUB_HEAD_JUDGE, 2, "SELECT hub_head_judge($1::uuid, $2::jsonb)")

/* A key that is known stays what it is. */
SQL(HUB_KEYS, 1,
    "INSERT INTO hub_key (kid, jwk)"
    " SELECT k->>'kid', k"
    "   FROM jsonb_array_elements($1::jsonb) AS k"
    "  WHERE k->>'kid' IS NOT NULL AND NOT k ? 'd'"
    " ON CONFLICT DO NOTHING")

SQL(JOINED, 4,
    "UPDATE hub_link"
    "   SET state = 'joined',"
    "       issuer = $1,"
    "       organisation_id = $2::uuid,"
    "       feed_id = $3::uuid,"
    "       scopes = ARRAY(SELECT jsonb_array_elements_text($4::jsonb)),"
    "       cursor = NULL,"
    "       code = NULL,"
    "       problem = NULL,"
    "       updated_at = statement_timestamp()"
    " WHERE state = 'joining'")

SQL(JOIN_REFUSED, 1,
    "UPDATE hub_link"
    "   SET state = 'refused',"
    "       code = NULL,"
    "       problem = $1::jsonb,"
    "       updated_at = statement_timestamp()"
    " WHERE state = 'joining'")

/* Why the hub gives no token: blocked, a key that it does not know… */
SQL(TOKEN_PROBLEM, 1,
    "UPDATE hub_link"
    "   SET problem = $1::jsonb,"
    "       updated_at = statement_timestamp()"
    " WHERE state = 'joined'")

SQL(HUB_DOWN, 1,
    "UPDATE hub_link"
    "   SET hub_down_since = CASE WHEN $1::boolean"
    "       THEN coalesce(hub_down_since, statement_timestamp()) END")

SQL(CLOCK, 1,
    "UPDATE hub_link"
    "   SET clock_offset_ms = $1::bigint")
