-- Deploy zaedno-hub:recall to pg
-- requires: ending delivery
-- Copies that are to be erased at a recipient, from when on, and how long that
-- has taken.  The moment is written by the database, whoever ends a consent,
-- narrows it or erases what was shared.
BEGIN;

ALTER TABLE delivery ADD recalled_at timestamptz;
CREATE INDEX delivery_recalled ON delivery (recalled_at, consent_id, recipient)
    WHERE recalled_at IS NOT NULL AND purged_at IS NULL;

-- What was shared is erased here: every copy is to go.
CREATE FUNCTION summary_recall() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	UPDATE delivery d SET recalled_at = statement_timestamp()
	WHERE d.summary_id = NEW.id AND d.purged_at IS NULL
	AND d.recalled_at IS NULL;
	RETURN NULL;
END $$;
CREATE TRIGGER summary_recall AFTER UPDATE OF doc ON summary
	FOR EACH ROW WHEN (OLD.doc IS NOT NULL AND NEW.doc IS NULL)
	EXECUTE FUNCTION summary_recall();

-- A consent no longer names a recipient, or names it again.
CREATE FUNCTION recipient_recall() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	UPDATE delivery d SET recalled_at = CASE NEW.live_until
	    WHEN '-infinity' THEN statement_timestamp() END
	WHERE d.consent_id = NEW.consent_id AND d.recipient = NEW.recipient
	AND d.purged_at IS NULL
	AND (d.recalled_at IS NULL) = (NEW.live_until = '-infinity');
	RETURN NULL;
END $$;
CREATE TRIGGER recipient_recall AFTER UPDATE OF live_until ON consent_recipient
	FOR EACH ROW WHEN ((OLD.live_until = '-infinity')
	    <> (NEW.live_until = '-infinity'))
	EXECUTE FUNCTION recipient_recall();

-- Another consent has taken the place of its own: whoever that one names keeps
-- the copy, everybody else has to erase it.
CREATE FUNCTION summary_moved() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS
$$
BEGIN
	UPDATE delivery d SET consent_id = NEW.consent_id,
	    recalled_at = CASE WHEN d.purged_at IS NOT NULL THEN d.recalled_at
	        WHEN d.recipient <> ALL (NEW.readers)
	        THEN coalesce(d.recalled_at, statement_timestamp()) END
	WHERE d.summary_id = NEW.id;
	RETURN NULL;
END $$;
CREATE TRIGGER summary_moved AFTER UPDATE OF consent_id ON summary
	FOR EACH ROW WHEN (OLD.consent_id <> NEW.consent_id)
	EXECUTE FUNCTION summary_moved();

-- Given again after it was erased: a new copy.
CREATE FUNCTION delivery_anew() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
	NEW.recalled_at := NULL;
	RETURN NEW;
END $$;
CREATE TRIGGER delivery_anew BEFORE UPDATE OF purged_at ON delivery
	FOR EACH ROW WHEN (OLD.purged_at IS NOT NULL AND NEW.purged_at IS NULL)
	EXECUTE FUNCTION delivery_anew();

-- The list of what is not erased yet: who answers for the federation, in that
-- operation.
CREATE POLICY delivery_recalled ON delivery FOR SELECT
	USING (recalled_at IS NOT NULL AND purged_at IS NULL
	    AND my_operation() = 'listRecalls'
	    AND my_role() IN ('coordinator', 'admin') AND person_stands());

-- How it stands: on its way, over the target, or for people to look into.
CREATE FUNCTION recall_state(since timestamptz, target_h int, alarm_h int)
RETURNS text LANGUAGE sql STABLE AS
$$
	SELECT CASE WHEN since <= statement_timestamp()
	        - make_interval(hours => alarm_h) THEN 'alarm'
	    WHEN since <= statement_timestamp()
	        - make_interval(hours => target_h) THEN 'overdue'
	    ELSE 'pending' END
$$;

-- For the metrics: numbers, of no organisation.
CREATE FUNCTION recall_counts(target_h int, alarm_h int)
RETURNS TABLE (pending bigint, overdue bigint, alarm bigint, oldest_s bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT count(*) FILTER (WHERE d.state = 'pending'),
	    count(*) FILTER (WHERE d.state = 'overdue'),
	    count(*) FILTER (WHERE d.state = 'alarm'),
	    coalesce(extract(epoch FROM statement_timestamp()
	        - min(d.recalled_at)), 0)::bigint
	FROM (SELECT recalled_at, recall_state(recalled_at, target_h, alarm_h)
	        AS state
	    FROM delivery WHERE recalled_at IS NOT NULL AND purged_at IS NULL) d
$$;
REVOKE EXECUTE ON FUNCTION recall_counts(int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recall_counts(int, int) TO zaedno_hub_service;

COMMIT;
