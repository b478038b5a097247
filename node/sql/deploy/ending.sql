-- Deploy zaedno_node:ending to pg
-- requires: task print
-- A consent of ours that another has ended: a family by its code, or the
-- coordinator to whom it was said.

BEGIN;

CREATE TABLE codelist.withdrawal_door
	(LIKE codelist.consent_category INCLUDING ALL);
GRANT SELECT ON codelist.withdrawal_door TO zaedno_node_service;

-- As our own withdrawal: what waits under it is never sent. The hub is asked
-- for the receipt, which names the door: it answers the first one to all who
-- withdraw again. A person here hears of it.
CREATE OR REPLACE FUNCTION feed_apply_consent(ref uuid, d jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
	c consent;
BEGIN
	IF d->>'state' IS DISTINCT FROM 'withdrawn' THEN
		RETURN;
	END IF;
	UPDATE consent SET state = 'withdrawn', version = version + 1,
	       withdrawn_by = coalesce(d->>'withdrawn_by', 'hub'),
	       withdrawn_door = coalesce(d->>'door', 'coordinator'),
	       withdrawn_at = coalesce((d->>'withdrawn_at')::timestamptz,
	                               statement_timestamp()),
	       hub_withdrawn_at = coalesce(hub_withdrawn_at, statement_timestamp())
	WHERE id = ref AND state <> 'withdrawn'
	RETURNING * INTO c;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	UPDATE outbox SET state = 'cancelled'
	WHERE consent_id = ref AND state IN ('queued', 'parked')
	  AND operation <> 'withdrawConsent';
	INSERT INTO outbox (operation, method, path, params, body, subject, lane,
	                    consent_id, actor)
	SELECT 'withdrawConsent', 'PUT', '/v1/consents/' || c.id || '/withdrawal',
	       jsonb_build_object('id', c.id, 'version', c.version),
	       jsonb_build_object('capacity', c.withdrawn_by), c.id, 'withdrawal',
	       c.id, NULL
	WHERE EXISTS (SELECT FROM codelist.signer_capacity s
	              WHERE s.code = c.withdrawn_by);
	PERFORM task_raise('consent_ended', c.id, c.withdrawn_at);
	INSERT INTO audit (event, kind, ref, consent_id)
	VALUES ('consent.ended', 'consent', c.id, c.id);
END $$;

COMMIT;
