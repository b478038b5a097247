-- What waits to be sent: who sees it, what a withdrawal does to it, and what
-- an acknowledgement leaves behind.
BEGIN;
\ir lib/fixture.psql
SELECT plan(21);

INSERT INTO outbox (operation, method, path, params, body, subject, consent_id)
SELECT op, 'PUT', '/', jsonb_build_object('id', ref, 'version', 1), '{"doc": 1}', :'consent_a', :'consent_a'
FROM (VALUES ('putConsent', :'consent_a'), ('putSummary', :'summary_a')) x(op, ref);
UPDATE outbox SET state = 'parked' WHERE operation = 'putSummary';

SELECT is(pg_temp.as_user('anna', 'SELECT id FROM outbox'), '2', 'who holds the case sees what waits under it');
SELECT is(pg_temp.as_user('boris', 'SELECT id FROM outbox'), '0', 'a colleague does not');
SELECT is(pg_temp.as_user('emil', 'SELECT id FROM outbox'), '2', 'an administrator sees that it waits');
SELECT is(pg_temp.as_user('dora', 'SELECT id FROM outbox'), '2', 'so does the data-protection officer');
SELECT is(pg_temp.as_user('nobody', 'SELECT id FROM outbox'), '0', 'nobody else does');
SELECT is(pg_temp.as_user('boris', $$UPDATE outbox SET state = 'cancelled'$$), '0', 'a colleague cancels nothing');
SELECT is(pg_temp.as_user('emil', $$UPDATE outbox SET state = 'cancelled'$$), '0', 'nor does an administrator');
SELECT is(pg_temp.as_user('boris', format($$INSERT INTO outbox (operation, method, path, subject, consent_id)
	VALUES ('putSummary', 'PUT', '/', %1$L, %1$L)$$, :'consent_a')), '42501', 'nor queues under it');
SELECT is(pg_temp.as_user('emil', format($$INSERT INTO outbox (operation, method, path, subject)
	VALUES ('recordOpening', 'PUT', '/', %L)$$, :'received_1')), '42501', 'an administrator opens nothing');
SELECT is(pg_temp.as_user('anna', format($$INSERT INTO outbox (operation, method, path, subject)
	VALUES ('putSummary', 'PUT', '/', %L)$$, :'received_1')), '42501',
	'without a consent only an opening is queued');

-- The statements of withdrawConsent, as the service sends them.
SELECT is(pg_temp.as_user('anna', format($$UPDATE consent SET state = 'withdrawn', version = version + 1,
	withdrawn_at = statement_timestamp(), withdrawn_by = 'parent' WHERE id = %L$$, :'consent_a')), '1',
	'the holder withdraws');
SELECT is(pg_temp.as_user('anna', format($$UPDATE outbox SET state = 'cancelled' WHERE consent_id = %L
	AND state IN ('queued', 'parked') AND operation <> 'withdrawConsent'$$, :'consent_a')), '2',
	'all that waits under the consent is cancelled, what is parked too');
SELECT is(pg_temp.as_user('anna', format($$INSERT INTO outbox (operation, method, path, params, subject, lane,
	consent_id) VALUES ('withdrawConsent', 'PUT', '/', '{"version": 2}', %1$L, 'withdrawal', %1$L)$$,
	:'consent_a')), '1', 'the withdrawal has its own lane');
SELECT is(count(*), 0::bigint, 'nothing else waits under the consent') FROM outbox
WHERE consent_id = :'consent_a' AND state = 'queued' AND operation <> 'withdrawConsent';

SELECT is(pg_temp.as_courier($$UPDATE outbox SET state = 'delivered', delivered_at = '2026-11-22T10:00:00Z',
	answer = '{"receipt": "x.y.z"}' WHERE operation = 'withdrawConsent'$$), '1', 'the hub acknowledges it');
SELECT is(withdrawal_receipt, 'x.y.z', 'the hub''s receipt is kept beside the consent') FROM consent
WHERE id = :'consent_a';
SELECT is(hub_withdrawn_at, '2026-11-22T10:00:00Z', 'with its time') FROM consent WHERE id = :'consent_a';

-- An item cancelled while it was in flight, and stored by the hub all the same.
SELECT is(pg_temp.as_courier($$UPDATE outbox SET state = 'delivered', delivered_at = '2026-11-22T11:00:00Z'
	WHERE operation = 'putSummary'$$), '1', 'what had left already is settled as delivered');
SELECT is(hub_version, 1::bigint, 'and noted as stored by the hub') FROM summary WHERE id = :'summary_a';
SELECT is(hub_at, NULL, 'what was not delivered is not') FROM consent WHERE id = :'consent_a';

DO $$ BEGIN PERFORM set_config('zaedno.user', '', true); END $$;
SELECT is((SELECT waiting FROM hub_health()), 0::bigint, 'nothing waits any more');

SELECT * FROM finish();
ROLLBACK;
