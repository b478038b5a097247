-- Deploy zaedno-hub:feed to pg
-- requires: delivery
-- What changed, in one gapless order: acts queue references to their events,
-- the sequencer step numbers them, readers project the documents.
BEGIN;

CREATE TABLE event_queue (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	recipient uuid NOT NULL,
	kind text NOT NULL,
	ref uuid NOT NULL,
	version bigint NOT NULL,
	op text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_cost_delay = 0);

-- tag: random, so that a seq that was used twice (a restore) is found out.
CREATE TABLE feed (
	seq bigint PRIMARY KEY,
	recipient uuid NOT NULL,
	prev bigint NOT NULL,
	kind text NOT NULL,
	ref uuid NOT NULL,
	version bigint NOT NULL,
	op text NOT NULL CHECK (op IN ('put', 'purge', 'remove')),
	tag uuid NOT NULL DEFAULT gen_random_uuid()
);
CREATE INDEX feed_recipient ON feed (recipient, seq);

CREATE TABLE feed_head (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	feed_id uuid NOT NULL DEFAULT gen_random_uuid(),
	seq bigint NOT NULL DEFAULT 0,
	leaves bigint NOT NULL DEFAULT 0,
	-- The audit: its name, and the hash after its last leaf.
	log_id uuid NOT NULL DEFAULT gen_random_uuid(),
	chain bytea NOT NULL DEFAULT ''
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 500);
INSERT INTO feed_head DEFAULT VALUES;
UPDATE feed_head SET chain = audit_genesis(log_id);

-- Up to where each organisation's database has it.
CREATE TABLE feed_ack (
	recipient uuid PRIMARY KEY,
	seq bigint NOT NULL,
	at timestamptz NOT NULL DEFAULT statement_timestamp()
) WITH (fillfactor = 80);

ALTER TABLE event_queue ENABLE ROW LEVEL SECURITY;
ALTER TABLE feed ENABLE ROW LEVEL SECURITY;
ALTER TABLE feed_ack ENABLE ROW LEVEL SECURITY;

CREATE POLICY queue_add ON event_queue FOR INSERT WITH CHECK (true);
CREATE POLICY queue_see ON event_queue FOR SELECT
	USING ((SELECT my_job()) = 'sequencer');
-- Its own, not numbered yet: what a recipient says of its copy is held against.
CREATE POLICY queue_own ON event_queue FOR SELECT
	USING (recipient = (SELECT me()));
CREATE POLICY queue_take ON event_queue FOR DELETE
	USING ((SELECT my_job()) = 'sequencer');
CREATE POLICY feed_see ON feed FOR SELECT
	USING (recipient = (SELECT me()) OR recipient = everyone()
	    OR (SELECT my_job()) = 'sequencer');
CREATE POLICY feed_add ON feed FOR INSERT
	WITH CHECK ((SELECT my_job()) = 'sequencer');
CREATE POLICY ack_own ON feed_ack
	USING (recipient = (SELECT me())) WITH CHECK (recipient = (SELECT me()));

-- Whom a worker wakes: ids only, whoever asks.
CREATE FUNCTION feed_recipients(after bigint, head bigint)
RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT DISTINCT recipient FROM feed WHERE seq > after AND seq <= head $$;
REVOKE EXECUTE ON FUNCTION feed_recipients(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION feed_recipients(bigint, bigint)
    TO zaedno_hub_service;

-- Before an organisation's status changes: what it shares is recalled when it
-- is blocked and given again after; what it receives is given again when it
-- is active.  Its rows are others', hence the owner's rights; ids only.
CREATE FUNCTION requeue_summaries(org uuid, next text) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	WITH o AS (SELECT status FROM organisation
	    WHERE id = org AND status <> next),
	evt AS (
	    INSERT INTO event_queue (recipient, kind, ref, version, op)
	    SELECT r.recipient, 'summary', s.id, s.version,
	        CASE WHEN next = 'blocked' AND r.holder = org THEN 'purge'
	            ELSE 'put' END
	    FROM o, consent_recipient r
	    JOIN summary s ON s.consent_id = r.consent_id AND s.doc IS NOT NULL
	    WHERE r.live_until > statement_timestamp()
	    AND ((r.holder = org AND 'blocked' IN (next, o.status))
	        OR (r.recipient = org AND next = 'active'))
	    RETURNING 1)
	SELECT count(*) FROM evt
$$;
REVOKE EXECUTE ON FUNCTION requeue_summaries(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION requeue_summaries(uuid, text) TO zaedno_hub_service;

GRANT SELECT, INSERT, DELETE ON event_queue TO zaedno_hub_service;
GRANT SELECT, INSERT ON feed TO zaedno_hub_service;
GRANT SELECT ON feed_head TO zaedno_hub_service;
GRANT UPDATE (seq, leaves, chain) ON feed_head TO zaedno_hub_service;
GRANT SELECT, INSERT, UPDATE ON feed_ack TO zaedno_hub_service;

COMMIT;
