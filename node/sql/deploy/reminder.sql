-- Deploy zaedno_node:reminder to pg
-- requires: ending
-- What the database reminds of by itself: consents that run out, copies that a
-- recipient has still to erase. Each once; what is settled is done.

BEGIN;

-- Since when what was shared under a consent is to be erased; NULL: it holds.
CREATE FUNCTION consent_ended_at(c consent) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN c.state = 'withdrawn' THEN c.withdrawn_at
	            WHEN c.state = 'superseded' THEN c.superseded_at
	            WHEN c.until <= statement_timestamp() THEN c.until END
$$;

-- The consents under which somebody has still to erase, and since when: it
-- ended, or its last version names that recipient no more. Whoever was named
-- when the hub had the summary may hold it; a receipt alone says otherwise.
CREATE VIEW recall AS
	SELECT c.id AS consent_id,
	       min(coalesce(consent_ended_at(c), v.recorded_at)) AS since
	FROM consent c
	     JOIN summary s ON s.consent_id = c.id AND s.hub_at IS NOT NULL
	     CROSS JOIN LATERAL (
	          SELECT r.organisation_id AS id, true AS named
	          FROM consent_recipient r WHERE r.consent_id = c.id
	          UNION
	          SELECT (m.doc->>'recipient')::uuid, EXISTS (
	                 SELECT FROM consent_recipient r WHERE r.consent_id = c.id
	                 AND r.organisation_id = (m.doc->>'recipient')::uuid)
	          FROM mirror m
	          WHERE m.kind = 'delivery' AND m.parent = s.id
	            AND m.doc IS NOT NULL) o
	     CROSS JOIN LATERAL (
	          SELECT max(x.recorded_at) AS recorded_at FROM consent_version x
	          WHERE x.consent_id = c.id) v
	WHERE (consent_ended_at(c) IS NOT NULL OR NOT o.named)
	  AND NOT EXISTS (SELECT FROM mirror m
	                  WHERE m.kind = 'delivery' AND m.parent = s.id
	                    AND (m.doc->>'recipient')::uuid = o.id
	                    AND m.doc ? 'purged_at')
	GROUP BY c.id;

-- By the timer: nobody asks. The limits are those of the service, in hours; a
-- consent that lasts no longer than a reminder's days has had no use of it.
CREATE FUNCTION task_sweep(target_h int, alarm_h int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	IF my_user() IS NOT NULL OR NOT pg_try_advisory_xact_lock(7402) THEN
		RETURN;
	END IF;
	UPDATE task t SET done_at = statement_timestamp()
	WHERE t.done_at IS NULL
	  AND CASE t.kind
	      WHEN 'consent_renewal' THEN NOT EXISTS (
	           SELECT FROM consent c WHERE c.id = t.subject
	           AND c.state = 'active' AND c.until = t.due)
	      WHEN 'erasure_overdue' THEN NOT EXISTS (
	           SELECT FROM recall r WHERE r.consent_id = t.subject)
	      ELSE false END;
	PERFORM task_raise('consent_renewal', c.id, c.until, d.days)
	FROM consent c, unnest(ARRAY[30, 7]) d(days)
	WHERE c.state = 'active' AND c.until > statement_timestamp()
	  AND c.until <= statement_timestamp() + make_interval(days => d.days)
	  AND c.valid_from < c.until - make_interval(days => d.days)
	  -- Who was not reminded in time hears the last one alone.
	  AND (d.days = 7
	       OR c.until > statement_timestamp() + interval '7 days');
	PERFORM task_raise('erasure_overdue', r.consent_id,
	                   r.since + make_interval(hours => h.hours), h.hours)
	FROM recall r, unnest(ARRAY[target_h, alarm_h]) h(hours)
	WHERE r.since + make_interval(hours => h.hours) <= statement_timestamp();
END $$;
REVOKE EXECUTE ON FUNCTION task_sweep(int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION task_sweep(int, int) TO zaedno_node_service;

COMMIT;
