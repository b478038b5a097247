-- Deploy zaedno_node:outbox to pg
-- requires: consent summary
-- Requests to the hub, each committed together with the local change that it
-- tells of. An item is an operation of the hub's interface. The courier takes
-- them in order of id within a subject; the lane "withdrawal" goes first.

BEGIN;

CREATE TABLE outbox (
	id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	operation    text NOT NULL,
	method       text NOT NULL,
	path         text NOT NULL,
	params       jsonb NOT NULL DEFAULT '{}',
	body         jsonb,
	subject      uuid NOT NULL,     -- order key: the consent where there is one
	lane         text NOT NULL DEFAULT 'normal'
	             CHECK (lane IN ('withdrawal', 'normal', 'receipt')),
	key          uuid NOT NULL DEFAULT gen_random_uuid(),  -- Idempotency-Key
	if_match     text,              -- '@': the ETag of the item in depends_on
	depends_on   bigint REFERENCES outbox ON DELETE SET NULL,
	state        text NOT NULL DEFAULT 'queued' CHECK (state IN
	             ('queued', 'delivered', 'refused', 'cancelled', 'parked')),
	attempts     int NOT NULL DEFAULT 0,
	next_at      timestamptz NOT NULL DEFAULT statement_timestamp(),
	created_at   timestamptz NOT NULL DEFAULT statement_timestamp(),
	delivered_at timestamptz,
	last_status  int,
	last_code    text,
	last_problem jsonb,
	answer       jsonb,             -- the hub's answer to what was delivered
	etag         text,              -- its ETag, which '@' in if_match stands for
	actor        text DEFAULT my_user()::text || ';' || my_role(),
	consent_id   uuid
);
CREATE INDEX outbox_waiting ON outbox (subject, lane, id)
	WHERE state IN ('queued', 'parked');
CREATE INDEX outbox_lane ON outbox (lane, id)
	WHERE state IN ('queued', 'parked');
CREATE INDEX outbox_consent ON outbox (consent_id, id);

-- What the hub has acknowledged is written beside what it is about, in the
-- transaction that marks the item: items go after 30 days, receipts stay.
CREATE FUNCTION outbox_acknowledged() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	CASE NEW.operation
	WHEN 'putConsent' THEN
		UPDATE consent SET hub_at = NEW.delivered_at,
		       hub_version = greatest(hub_version, (NEW.params->>'version')::bigint)
		WHERE id = NEW.consent_id;
	WHEN 'withdrawConsent' THEN
		UPDATE consent SET hub_withdrawn_at = NEW.delivered_at,
		       withdrawal_receipt = NEW.answer->>'receipt',
		       withdrawn_door = coalesce(NEW.answer->>'door', withdrawn_door)
		WHERE id = NEW.consent_id;
	WHEN 'putSummary' THEN
		UPDATE summary SET hub_at = NEW.delivered_at,
		       hub_version = greatest(hub_version, (NEW.params->>'version')::bigint)
		WHERE id = (NEW.params->>'id')::uuid;
	ELSE
		NULL;
	END CASE;
	RETURN NULL;
END $$;
-- The consents of some items, root before leaf: what settling them does first.
CREATE FUNCTION outbox_lock(items bigint[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
	PERFORM FROM consent c WHERE c.id IN
	    (SELECT o.consent_id FROM outbox o WHERE o.id = ANY (items))
	ORDER BY c.id FOR NO KEY UPDATE;
END $$;
REVOKE EXECUTE ON FUNCTION outbox_lock(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outbox_lock(bigint[]) TO zaedno_node_courier;
CREATE TRIGGER outbox_acknowledged AFTER UPDATE OF state ON outbox
	FOR EACH ROW WHEN (NEW.state = 'delivered' AND OLD.state <> 'delivered')
	EXECUTE FUNCTION outbox_acknowledged();

ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY outbox_courier ON outbox TO zaedno_node_courier
	USING (true);
CREATE POLICY outbox_of_consent ON outbox TO zaedno_node_service
	USING (EXISTS (SELECT FROM consent c WHERE c.id = outbox.consent_id));
CREATE POLICY outbox_list ON outbox FOR SELECT TO zaedno_node_service
	USING ((SELECT my_role()) IN ('admin', 'dpo'));
CREATE POLICY outbox_opening ON outbox FOR INSERT TO zaedno_node_service
	WITH CHECK (operation = 'recordOpening' AND consent_id IS NULL
	            AND (SELECT my_role()) IN ('practitioner', 'supervisor'));

-- The body is the courier's to read: the service queues, lists and cancels.
GRANT SELECT (id, operation, method, path, params, subject, lane, depends_on,
              state, attempts, next_at, created_at, delivered_at, last_status,
              last_code, last_problem, actor, consent_id),
	INSERT (operation, method, path, params, body, subject, lane, if_match,
	        depends_on, consent_id),
	UPDATE (state)
	ON outbox TO zaedno_node_service;
GRANT SELECT,
	UPDATE (state, attempts, next_at, delivered_at, last_status, last_code,
	        last_problem, answer, etag)
	ON outbox TO zaedno_node_courier;

COMMIT;
