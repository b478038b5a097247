-- Deploy zaedno_node:mirror to pg
-- requires: hub_link outbox
-- What the hub's feed has told this node: one generic table of documents, what
-- was done here with received summaries, and the functions that apply a page of
-- events and read the whole feed again.

BEGIN;

CREATE TABLE mirror (
	kind       text NOT NULL,
	id         uuid NOT NULL,
	parent     uuid,
	subject    uuid,
	state      text,
	due        timestamptz,
	title      text,
	feed_id    uuid NOT NULL,
	seq        bigint NOT NULL,
	tag        uuid,                -- of that event
	receipted  uuid,                -- tag of the purge last receipted
	version    bigint NOT NULL,
	doc        jsonb,               -- NULL in a tombstone
	own        boolean NOT NULL DEFAULT false,  -- the echo of what we shared
	applied_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	PRIMARY KEY (kind, id)
) WITH (autovacuum_vacuum_threshold = 50, autovacuum_vacuum_scale_factor = 0);
CREATE INDEX mirror_kind_seq ON mirror (kind, seq);
CREATE INDEX mirror_parent ON mirror (parent, kind);

CREATE TABLE received (
	summary_id  uuid PRIMARY KEY,
	arrived_at  timestamptz NOT NULL DEFAULT statement_timestamp(),
	assigned_to uuid REFERENCES app_user,
	assigned_by uuid REFERENCES app_user,
	assigned_at timestamptz,
	opened_at   timestamptz,        -- first opening by anybody here
	opened_role text,
	case_id     uuid REFERENCES case_file,  -- our own case; never leaves
	linked_at   timestamptz,
	version     bigint NOT NULL DEFAULT 1
);
CREATE INDEX received_assigned ON received (assigned_to, summary_id);

ALTER TABLE received ENABLE ROW LEVEL SECURITY;
CREATE POLICY received_own ON received TO zaedno_node_service
	USING ((SELECT my_role()) = 'practitioner'
	       AND assigned_to = (SELECT my_user()));
CREATE POLICY received_all ON received TO zaedno_node_service
	USING ((SELECT my_role()) = 'supervisor');

-- Case content only to whom it was assigned, within the lease and its term (a
-- tombstone has none); what is open to every organisation, to every user.
ALTER TABLE mirror ENABLE ROW LEVEL SECURITY;
CREATE POLICY mirror_open ON mirror FOR SELECT TO zaedno_node_service
	USING (kind = 'organisation' AND (SELECT my_role()) IS NOT NULL);
-- Lessons have no case, and so no lease.
CREATE POLICY mirror_lesson ON mirror FOR SELECT TO zaedno_node_service
	USING (kind = 'lesson' AND doc IS NOT NULL
	       AND (SELECT my_role()) IN ('practitioner', 'supervisor'));
CREATE POLICY mirror_received ON mirror FOR SELECT TO zaedno_node_service
	USING (kind = 'summary' AND NOT own
	       AND (SELECT my_role()) IN ('practitioner', 'supervisor')
	       AND (doc IS NULL OR (SELECT lease_holds())
	            AND (doc->>'until')::timestamptz > statement_timestamp())
	       AND EXISTS (SELECT FROM received r WHERE r.summary_id = mirror.id));

CREATE POLICY mirror_delivery ON mirror FOR SELECT TO zaedno_node_service
	USING (kind = 'delivery'
	       AND EXISTS (SELECT FROM summary s WHERE s.id = mirror.parent));

GRANT SELECT ON mirror TO zaedno_node_service;
GRANT SELECT, UPDATE (assigned_to, assigned_by, assigned_at, opened_at,
	opened_role, case_id, linked_at, version) ON received TO zaedno_node_service;

-- A received summary's envelope. An unseen row of the mirror within the lease
-- is one whose term has passed.
CREATE FUNCTION received_state(r received, m mirror) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN m.id IS NULL AND NOT coalesce(lease_holds(), false) THEN 'lease'
	            WHEN m.doc IS NULL THEN 'purged'
	            WHEN r.opened_at IS NOT NULL THEN 'opened'
	            WHEN r.assigned_to IS NOT NULL THEN 'assigned'
	            ELSE 'new' END
$$;

CREATE FUNCTION received_document(r received, m mirror) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object(
	       'id', r.summary_id, 'state', received_state(r, m),
	       'holder', m.doc->>'holder', 'purpose', m.doc->>'purpose',
	       'organisation', (SELECT o.doc->>'name' FROM mirror o
	                        WHERE o.kind = 'organisation'
	                          AND o.id = (m.doc->>'holder')::uuid),
	       'until', m.doc->>'until', 'arrived_at', rfc3339(r.arrived_at),
	       'assigned_to', r.assigned_to, 'opened_at', rfc3339(r.opened_at),
	       'case_id', r.case_id, 'version', r.version))
$$;

-- For /readyz and the log: without names, without a caller.
CREATE FUNCTION hub_health() RETURNS TABLE (hub text, down_since text,
                                           down_s bigint, waiting bigint,
                                           oldest_age_s bigint,
                                           feed_refused bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT CASE WHEN l.state <> 'joined' THEN 'none'
	            WHEN d.since IS NULL THEN 'up' ELSE 'down' END,
	       CASE WHEN l.state = 'joined' THEN rfc3339(d.since) END,
	       coalesce(extract(epoch FROM statement_timestamp() - d.since), 0)::bigint,
	       o.n, coalesce(extract(epoch FROM statement_timestamp() - o.oldest), 0)::bigint,
	       l.feed_refused
	FROM hub_link l,
	     LATERAL (SELECT coalesce(l.hub_down_since,
	                CASE WHEN l.last_feed_at < statement_timestamp() - interval '120 s'
	                     THEN l.last_feed_at END) AS since) d,
	     (SELECT count(*) AS n, min(created_at) AS oldest FROM outbox
	      WHERE state IN ('queued', 'parked')) o
$$;
REVOKE EXECUTE ON FUNCTION hub_health() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub_health() TO zaedno_node_service;

-- The receipts for the purges of some summaries, each naming the event that
-- its tombstone came with; signed by the courier when they are delivered.
CREATE FUNCTION feed_queue_purge(summaries uuid[])
RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
	WITH due AS (
		UPDATE mirror SET receipted = tag
		WHERE kind = 'summary' AND id = ANY (summaries)
		RETURNING id, version, feed_id, seq, tag)
	INSERT INTO outbox (operation, method, path, params, body, subject, lane, actor)
	SELECT 'recordPurge', 'PUT', '/v1/summaries/' || d.id || '/purge',
	       jsonb_build_object('id', d.id, 'version', d.version),
	       jsonb_build_object('sign', 'purge-receipt', 'summary_id', d.id,
	                          'version', d.version, 'feed_id', d.feed_id,
	                          'seq', d.seq, 'tag', d.tag,
	                          'at', rfc3339(statement_timestamp())),
	       d.id, 'receipt', NULL
	FROM due d
$$;

-- Applies one event to the row that it is about, unless that row is as new.
CREATE FUNCTION feed_apply_event(e jsonb, feed uuid, resync timestamptz)
RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
	ref uuid := (e->>'id')::uuid;
	old mirror;
	mine boolean;
	gone boolean := e->>'op' <> 'put';
BEGIN
	SELECT * INTO old FROM mirror m
	WHERE m.kind = e->>'kind' AND m.id = ref FOR NO KEY UPDATE;
	-- As new already; or a tombstone, which yields only to what is not older.
	IF old.feed_id = feed AND old.seq >= (e->>'seq')::bigint
	       AND NOT coalesce(old.applied_at < resync, false)
	    OR old.state = 'purged' AND NOT gone
	       AND (e->>'version')::bigint < old.version THEN
		UPDATE mirror m SET applied_at = clock_timestamp()
		WHERE m.kind = e->>'kind' AND m.id = ref;
		RETURN;
	END IF;
	mine := e->>'kind' = 'summary'
	    AND EXISTS (SELECT FROM summary s WHERE s.id = ref);
	INSERT INTO mirror AS m (kind, id, parent, subject, state, due, title,
	                         feed_id, seq, tag, version, doc, own)
	VALUES (e->>'kind', ref, (e->>'parent')::uuid, (e->>'subject')::uuid,
	        CASE WHEN gone THEN 'purged' ELSE e->>'state' END,
	        (e->>'due')::timestamptz,
	        CASE WHEN NOT gone THEN e->>'title' END, feed,
	        (e->>'seq')::bigint, (e->>'tag')::uuid, (e->>'version')::bigint,
	        CASE WHEN NOT gone THEN e->'doc' END, mine)
	ON CONFLICT (kind, id) DO UPDATE
	SET parent = coalesce(EXCLUDED.parent, m.parent),
	    subject = coalesce(EXCLUDED.subject, m.subject),
	    state = EXCLUDED.state, due = EXCLUDED.due, title = EXCLUDED.title,
	    feed_id = EXCLUDED.feed_id, seq = EXCLUDED.seq, tag = EXCLUDED.tag,
	    version = EXCLUDED.version, doc = EXCLUDED.doc, own = EXCLUDED.own,
	    applied_at = clock_timestamp();
	IF e->>'kind' <> 'summary' OR mine THEN
		RETURN;
	END IF;
	IF NOT gone THEN
		INSERT INTO received (summary_id) VALUES (ref) ON CONFLICT DO NOTHING;
	ELSIF resync IS NULL THEN
		-- Every purge has its receipt, though it be of a tombstone: what
		-- was given before it may have been given and gone unseen. While
		-- the feed is read again, old events come again: see the end.
		PERFORM feed_queue_purge(ARRAY[ref]);
	END IF;
END $$;

-- A consent of ours that another has ended: on paper, or by a family code.
CREATE FUNCTION feed_apply_consent(ref uuid, d jsonb) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
	UPDATE consent SET state = 'withdrawn', version = version + 1,
	       withdrawn_by = coalesce(d->>'withdrawn_by', 'hub'),
	       withdrawn_at = coalesce((d->>'withdrawn_at')::timestamptz,
	                               statement_timestamp()),
	       hub_withdrawn_at = coalesce(hub_withdrawn_at, statement_timestamp())
	WHERE id = ref AND d->>'state' = 'withdrawn' AND state <> 'withdrawn';
	UPDATE outbox SET state = 'cancelled'
	WHERE consent_id = ref AND d->>'state' = 'withdrawn'
	  AND state IN ('queued', 'parked') AND operation <> 'withdrawConsent'
$$;

-- A day, a point of time and an id as the hub writes them, if there is such a one.
CREATE FUNCTION is_day(t text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
	SELECT CASE WHEN t ~ '^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$'
	            THEN extract(day FROM (left(t, 8) || '01')::date
	                         + interval '1 month - 1 day') >= right(t, 2)::int
	            ELSE false END
$$;
CREATE FUNCTION is_time(t text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
	SELECT is_day(left(t, 10))
	       AND substr(t, 11) ~ '^T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z$'
$$;
CREATE FUNCTION is_uuid(t text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
	SELECT t ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
$$;

-- Is a member of a document, which bears its name wherever it is, such that
-- policies, sweeps and pages can read it? One that is null is not there.
CREATE FUNCTION member_good(name text, v jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE
	       WHEN v = 'null' THEN true
	       WHEN name = 'until' OR name ~ '_at$' THEN is_time(v #>> '{}')
	       WHEN name ~ '_id$' OR name IN ('holder', 'region', 'recipient',
	                                      'case_pseudonym') THEN is_uuid(v #>> '{}')
	       WHEN name IN ('version', 'minutes', 'used', 'hours')
	       THEN jsonb_typeof(v) = 'number' AND v #>> '{}' ~ '^\d{1,9}$'
	       WHEN name = 'given_hours'
	       THEN jsonb_typeof(v) = 'number' AND v #>> '{}' ~ '^\d{1,9}(\.\d)?$'
	       WHEN name = 'quarter' THEN v #>> '{}' ~ '^20\d\d-Q[1-4]$'
	       WHEN name IN ('overdue', 'whole') THEN jsonb_typeof(v) = 'boolean'
	       WHEN name = 'link' THEN v #>> '{}' ~ '^https://[^\u0001-\u0020\u007f"<>]+$'
	       WHEN name = 'voices' THEN jsonb_typeof(v) = 'object'
	       WHEN name = 'agenda'
	       THEN jsonb_typeof(v) = 'array'
	            AND NOT jsonb_path_exists(v, '$[*] ? (@.type() != "string")')
	       WHEN name IN ('members', 'invitations', 'attendance', 'decisions')
	       THEN jsonb_typeof(v) = 'array' AND NOT EXISTS (
	            SELECT FROM jsonb_array_elements(
	                   CASE jsonb_typeof(v) WHEN 'array' THEN v ELSE '[]' END) x
	            WHERE jsonb_typeof(x) <> 'object'
	               OR NOT is_uuid(x->>'organisation_id')
	               OR name = 'decisions' AND NOT is_day(x->>'due'))
	       ELSE true END
$$;

-- Of what is of a kind not known here, the version alone is read.
CREATE FUNCTION members_good(kind text, d jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(bool_and(member_good(m.key, m.value)), true)
	FROM jsonb_each(d) m
	WHERE m.key = 'version' OR kind = ANY ('{summary,delivery,consent,coordination,
	      plan,action,meeting,decision,review,keyworker,handover,family_slip,
	      family_word,hour_promise,lesson}')
$$;

-- What a hub that keeps its promises never says in an event, as one word; NULL
-- when nothing is wrong. Members that are there have to be right; what is of a
-- kind not known here is kept and shown to nobody.
CREATE FUNCTION feed_event_fault(e jsonb, link hub_link) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
	ref uuid := (e->>'id')::uuid;
	d jsonb := e->'doc';
	put boolean := e->>'op' = 'put';
	mine boolean;
	old mirror;
BEGIN
	IF e->>'kind' !~ '^[a-z][a-z_]{0,39}$' THEN
		RETURN 'kind';
	ELSIF jsonb_typeof(d) <> 'object' OR NOT put AND d IS NOT NULL THEN
		RETURN 'document';
	ELSIF octet_length(d::text) > 65536 THEN
		RETURN 'size';
	ELSIF e->>'kind' = ANY ('{summary,delivery,consent,question,
	                         hour_promise}')
	    AND e->>'recipient' <> 'own' THEN
		RETURN 'recipient';
	END IF;
	IF NOT is_time(e->>'due') THEN
		RETURN 'due';
	ELSIF d IS NULL THEN
		RETURN NULL;
	-- Minutes and calendars call a meeting by its title alone.
	ELSIF e->>'kind' = 'meeting' AND coalesce(e->>'title', '') = '' THEN
		RETURN 'title';
	ELSIF NOT members_good(e->>'kind', d) THEN
		RETURN 'document';
	END IF;
	IF d ? 'id' AND e->>'kind' <> 'delivery'
	    AND d->>'id' IS DISTINCT FROM ref::text THEN
		RETURN 'document';
	END IF;
	IF e->>'kind' = 'consent' THEN
		IF d ? 'holder' AND d->>'holder' IS DISTINCT FROM link.organisation_id::text
		    AND EXISTS (SELECT FROM consent c WHERE c.id = ref) THEN
			RETURN 'holder';
		END IF;
		RETURN NULL;
	ELSIF e->>'kind' = 'definition' THEN
		RETURN definition_fault(d);
	ELSIF e->>'kind' = 'hour_promise' THEN
		RETURN CASE WHEN d->>'organisation_id'
		            IS DISTINCT FROM link.organisation_id::text THEN 'holder' END;
	ELSIF e->>'kind' = 'lesson' THEN
		RETURN CASE WHEN d->>'quarter' IS NULL
		            OR coalesce(jsonb_typeof(d->'text') <> 'string'
		               OR length(d->>'text') NOT BETWEEN 1 AND 280, true)
		            THEN 'document' END;
	ELSIF e->>'kind' <> 'summary' THEN
		RETURN NULL;
	END IF;
	IF d - '{id,case_pseudonym,holder,consent_id,consent_version,until,purpose,
	          version,published_at,basics,contact,needs,difficulty,help,wish,
	          path}'::text[] <> '{}'
	    OR d->>'until' IS NULL
	    OR EXISTS (SELECT FROM jsonb_each(d) m
	               WHERE m.key IN ('basics', 'contact', 'needs', 'difficulty',
	                               'help', 'wish', 'path')
	                 AND jsonb_typeof(m.value) <> 'object')
	    OR d ? 'purpose' AND NOT EXISTS (
	       SELECT FROM codelist.purpose p WHERE p.code = d->>'purpose')
	    OR length(d->'help'->>'text') > 280 OR length(d->'wish'->>'text') > 280 THEN
		RETURN 'document';
	END IF;
	SELECT EXISTS (SELECT FROM summary s WHERE s.id = ref) INTO mine;
	-- Ours under another's name, another's under a consent of ours.
	IF d ? 'holder' AND d->>'holder' <> link.organisation_id::text AND (mine
	    OR EXISTS (SELECT FROM consent c WHERE c.id = (d->>'consent_id')::uuid)) THEN
		RETURN 'holder';
	-- The hub has signed that this ended.
	ELSIF mine AND EXISTS (SELECT FROM summary s JOIN consent c ON c.id = s.consent_id
	                       WHERE s.id = ref AND c.state = 'withdrawn'
	                         AND c.withdrawal_receipt IS NOT NULL) THEN
		RETURN 'withdrawn';
	END IF;
	-- A document is projected when it is read, so within one feed its own
	-- version never falls (the event's may: it is of when it was queued).
	SELECT * INTO old FROM mirror m WHERE m.kind = 'summary' AND m.id = ref;
	IF old.feed_id = link.feed_id AND link.resync_since IS NULL
	    AND (d->>'version')::numeric < (old.doc->>'version')::numeric THEN
		RETURN 'version';
	END IF;
	RETURN NULL;
END $$;

-- Applies a page of the feed and stores its cursor, in one transaction. The
-- feed has two chains, our own rows and those meant for all; hub_link.chain
-- holds the last seq applied of each. Events at or below the newest are passed
-- over; one that does not follow the end of its chain (SQLSTATE ZN001) or that
-- cannot be (ZN002) is refused, and nothing of the page is kept. Returns how many events were new.
-- "at" is the hub's clock; the lease is measured by ours.
CREATE FUNCTION feed_apply(events jsonb, cursor text, feed_id uuid,
                           at timestamptz)
RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
	link hub_link;
	e jsonb;
	n bigint;
	i int;
	fault text;
	applied int := 0;
BEGIN
	SELECT * INTO STRICT link FROM hub_link FOR NO KEY UPDATE;
	FOR e IN SELECT * FROM jsonb_array_elements(feed_apply.events) LOOP
		n := (e->>'seq')::bigint;
		CONTINUE WHEN n <= greatest(link.chain[1], link.chain[2]);
		i := CASE e->>'recipient' WHEN 'all' THEN 2 ELSE 1 END;
		IF link.chain[i] <> -1
		    AND link.chain[i] IS DISTINCT FROM (e->>'prev_seq')::bigint THEN
			RAISE EXCEPTION 'event % follows %, but % was applied last',
			    n, e->>'prev_seq', link.chain[i] USING ERRCODE = 'ZN001';
		END IF;
		fault := feed_event_fault(e, link);
		IF fault IS NOT NULL THEN
			RAISE EXCEPTION 'event % cannot be: %', n, fault
			    USING ERRCODE = 'ZN002', DETAIL = fault;
		END IF;
		PERFORM feed_apply_event(e, feed_apply.feed_id, link.resync_since);
		IF e->>'kind' = 'consent' THEN
			PERFORM feed_apply_consent((e->>'id')::uuid, e->'doc');
		END IF;
		link.chain[i] := n;
		applied := applied + 1;
	END LOOP;
	UPDATE hub_link SET feed_id = feed_apply.feed_id, chain = link.chain,
	       cursor = feed_apply.cursor, last_feed_at = statement_timestamp(),
	       hub_at = feed_apply.at, hub_down_since = NULL,
	       updated_at = statement_timestamp();
	RETURN applied;
END $$;

-- Reading the whole feed again, after 409 feed-forked, 410 or a gap: begin,
-- feed_apply() from the start, end. What was not seen again since is purged,
-- as of the cursor; and each tombstone whose last event has no receipt yet, for
-- it is of another feed or came while we were away, has one now.
-- A compacted feed begins with events that follow ones it has dropped.
CREATE FUNCTION feed_resync_begin(compacted boolean DEFAULT false) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	UPDATE hub_link SET cursor = NULL,
	       chain = CASE WHEN compacted THEN '{-1,-1}' ELSE '{0,0}' END::bigint[],
	       resync_since = clock_timestamp(), updated_at = statement_timestamp()
$$;

CREATE FUNCTION feed_resync_end() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	UPDATE mirror m SET doc = NULL, title = NULL, state = 'purged',
	       feed_id = l.feed_id, seq = split_part(l.cursor, '.', 2)::bigint,
	       tag = split_part(l.cursor, '.', 3)::uuid, receipted = NULL,
	       applied_at = clock_timestamp()
	FROM hub_link l
	WHERE m.applied_at < l.resync_since AND m.state IS DISTINCT FROM 'purged';
	SELECT feed_queue_purge(array_agg(m.id)) FROM mirror m
	WHERE m.kind = 'summary' AND NOT m.own AND m.state = 'purged'
	  AND m.tag IS DISTINCT FROM m.receipted;
	UPDATE hub_link SET resync_since = NULL, updated_at = statement_timestamp()
$$;

REVOKE EXECUTE ON FUNCTION feed_apply(jsonb, text, uuid, timestamptz),
	feed_resync_begin(boolean), feed_resync_end(), feed_queue_purge(uuid[]),
	feed_apply_event(jsonb, uuid, timestamptz), feed_apply_consent(uuid, jsonb),
	feed_event_fault(jsonb, hub_link), members_good(text, jsonb),
	member_good(text, jsonb)
	FROM PUBLIC;
GRANT EXECUTE ON FUNCTION feed_apply(jsonb, text, uuid, timestamptz),
	feed_resync_begin(boolean), feed_resync_end() TO zaedno_node_courier;

COMMIT;
