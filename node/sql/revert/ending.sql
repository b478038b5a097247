-- Revert zaedno_node:ending from pg

BEGIN;

CREATE OR REPLACE FUNCTION feed_apply_consent(ref uuid, d jsonb) RETURNS void
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
DROP TABLE codelist.withdrawal_door;

COMMIT;
