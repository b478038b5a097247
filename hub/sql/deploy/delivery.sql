-- Deploy zaedno-hub:delivery to pg
-- requires: summary
-- For each summary and recipient: queued, in its database, opened, purged.
BEGIN;

CREATE TABLE delivery (
	id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
	summary_id uuid NOT NULL,
	recipient uuid NOT NULL,
	consent_id uuid NOT NULL,
	holder uuid NOT NULL,
	version bigint NOT NULL DEFAULT 1,
	summary_version bigint NOT NULL,
	queued_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	delivered_at timestamptz,
	opened_at timestamptz,
	opened_role text,
	purged_at timestamptz,
	purge_receipt text,
	PRIMARY KEY (summary_id, recipient)
) WITH (fillfactor = 80);
CREATE INDEX delivery_consent ON delivery (consent_id);

ALTER TABLE delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY delivery_see ON delivery FOR SELECT
	USING (recipient = me() OR holder = me() OR my_job() = 'sweep');
CREATE POLICY delivery_add ON delivery FOR INSERT
	WITH CHECK (holder = me());
CREATE POLICY delivery_change ON delivery FOR UPDATE
	USING (recipient = me() OR holder = me());

CREATE FUNCTION delivery_json(d delivery) RETURNS jsonb LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('summary_id', d.summary_id,
	    'consent_id', d.consent_id, 'recipient', d.recipient,
	    'queued_at', rfc3339(d.queued_at),
	    'delivered_at', rfc3339(d.delivered_at),
	    'opened_at', rfc3339(d.opened_at), 'opened_role', d.opened_role,
	    'purged_at', rfc3339(d.purged_at),
	    'purge_receipt', d.purge_receipt))
$$;

CREATE FUNCTION delivery_state(d delivery) RETURNS text LANGUAGE sql STABLE AS
$$
	SELECT CASE WHEN d.purged_at IS NOT NULL THEN 'purged'
	    WHEN d.opened_at IS NOT NULL THEN 'opened'
	    WHEN d.delivered_at IS NOT NULL THEN 'delivered' ELSE 'queued' END
$$;

GRANT SELECT, INSERT, UPDATE ON delivery TO zaedno_hub_service;

COMMIT;
