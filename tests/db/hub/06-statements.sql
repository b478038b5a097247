-- The statements themselves, as the service runs them: who reads what, what
-- a withdrawal leaves, what the feed says.
BEGIN;
\ir lib/fixture.psql
\ir lib/statements.psql
SELECT plan(36);
\set k1 '00000000-0000-4000-8000-0000000000f1'
\set new '00000000-0000-4000-8000-0000000000d9'
DELETE FROM event_queue;

-- Reading.
SELECT pg_temp.be(:'centre') \gset q_
EXECUTE summary_get(:'summary') \gset got_
RESET ROLE;
SELECT is(:'got_status'::text, '200', 'a recipient reads');
SELECT ok((:'got_body')::jsonb ? 'help' AND NOT (:'got_body')::jsonb ? 'wish',
	'what it was given, and no more');
SELECT is((SELECT count(*)::int FROM read_log WHERE org = :'centre'
	AND ref = :'summary'), 1, 'and the read is logged');
SELECT pg_temp.be(:'school') \gset q_
EXECUTE summary_get(:'summary') \gset got_
RESET ROLE;
SELECT ok((:'got_body')::jsonb ? 'wish', 'the holder sees all that it shared');

SELECT pg_temp.be(:'former') \gset q_
EXECUTE summary_get(:'summary');
EXECUTE summary_gone(:'summary') \gset got_
RESET ROLE;
SELECT is(:'got_status'::text, 'consent-withdrawn', 'who was named once: gone');
SELECT pg_temp.be(:'centre') \gset q_
EXECUTE summary_get(:'old');
EXECUTE summary_gone(:'old') \gset got_
RESET ROLE;
SELECT is(:'got_status'::text, 'consent-withdrawn', 'and after its date as well');
SELECT is((SELECT count(*)::int FROM read_log WHERE ref = :'old'), 0,
	'what was not read is not logged');

-- 404 is the same for what there is and what there is not.
SELECT pg_temp.be(:'ngo') \gset q_
EXECUTE summary_get(:'summary');
EXECUTE summary_gone(:'summary');
\set rows :ROW_COUNT
RESET ROLE;
SELECT is(:'rows'::text, '0', 'one not named: no row');
SELECT pg_temp.be(NULL, 'admin') \gset q_
EXECUTE summary_get(:'summary');
EXECUTE summary_gone(:'summary');
\set rows :ROW_COUNT
RESET ROLE;
SELECT is(:'rows'::text, '0', 'an administrator: no row');
SELECT pg_temp.be(:'ngo') \gset q_
EXECUTE summary_get(:'new');
EXECUTE summary_gone(:'new');
\set rows :ROW_COUNT
RESET ROLE;
SELECT is(:'rows'::text, '0', 'what does not exist: no row');

-- Blocked and suspended, in the request's own statement.
UPDATE organisation SET status = 'suspended' WHERE id = :'centre';
SELECT pg_temp.be(:'centre') \gset q_
EXECUTE summary_get(:'summary');
EXECUTE summary_gone(:'summary') \gset got_
RESET ROLE;
SELECT is(:'got_status'::text, 'organisation-suspended', 'a suspended one reads not');
UPDATE organisation SET status = 'active' WHERE id = :'centre';
UPDATE organisation SET status = 'blocked' WHERE id = :'school';
SELECT pg_temp.be(:'centre') \gset q_
EXECUTE summary_get(:'summary');
EXECUTE summary_gone(:'summary') \gset got_
RESET ROLE;
SELECT is(:'got_status'::text, 'not-found', 'what a blocked one shared is hidden');
UPDATE organisation SET status = 'active' WHERE id = :'school';

-- Publishing.
SELECT pg_temp.be(:'school') \gset q_
EXECUTE consent_lock(:'consent') \gset q_
EXECUTE summary_put(:'consent', :'new', '1', :'doc', :'k1') \gset put_
EXECUTE summary_put(:'consent', :'new', '1', :'doc', :'k1') \gset again_
EXECUTE summary_put(:'consent', :'new', '2', :'doc', :'k1') \gset reused_
EXECUTE summary_put(:'expired', :'new', '2', :'doc', :'old') \gset late_
RESET ROLE;
SELECT is(:'put_status'::text, '201', 'a summary is shared');
SELECT is(:'again_status'::text, '201', 'a repeat gets the answer of the first');
SELECT is(:'reused_status'::text, 'idempotency-key-reused',
	'the key is not used for another');
SELECT is(:'late_status'::text, 'consent-not-active', 'nothing is shared too late');
SELECT is((SELECT array_agg(o.name || ' ' || q.op ORDER BY o.name)
	FROM event_queue q JOIN organisation o ON o.id = q.recipient
	WHERE q.ref = :'new'), ARRAY['centre put', 'school put'],
	'one event for whom the consent names now, one echo');
SELECT is((SELECT count(*)::int FROM audit WHERE ref = :'new'), 1,
	'one row of the audit');
SELECT pg_temp.be(:'centre') \gset q_
EXECUTE summary_put(:'consent', :'new', '9', :'doc', :'consent') \gset put_
RESET ROLE;
SELECT is(:'put_status'::text, 'not-found', 'a recipient does not publish');

-- Withdrawing.
SELECT pg_temp.be(:'ngo') \gset q_
SAVEPOINT s;
\set ON_ERROR_STOP 0
EXECUTE consent_withdraw_root(:'consent', 'parent');
\set refused :SQLSTATE
\set ON_ERROR_STOP 1
ROLLBACK TO s;
RESET ROLE;
SELECT is(:'refused'::text, '42501', 'nobody withdraws another''s consent');
SELECT pg_temp.be(:'school') \gset q_
EXECUTE consent_withdraw_root(:'consent', 'parent');
EXECUTE consent_withdraw(:'consent', 'parent') \gset first_
EXECUTE consent_withdraw_root(:'consent', 'parent');
EXECUTE consent_withdraw(:'consent', 'parent') \gset second_
RESET ROLE;
SELECT is(:'first_status'::text, '200', 'the holder withdraws');
SELECT is((SELECT count(*)::int FROM summary WHERE consent_id = :'consent'
	AND doc IS NOT NULL), 0, 'no content is left');
SELECT is((SELECT count(*)::int FROM consent_recipient
	WHERE consent_id = :'consent' AND live_until > '-infinity'), 0,
	'nobody is named any longer');
SELECT is(:'first_leaf'::text, :'second_leaf', 'a repeat says the same');
SELECT is(:'first_version'::text, :'second_version', 'of the same version');
SELECT is((SELECT array_agg(o.name || ' ' || q.op ORDER BY o.name)
	FROM event_queue q JOIN organisation o ON o.id = q.recipient
	WHERE q.ref = :'summary'),
	ARRAY['centre purge', 'former purge', 'school purge'],
	'everyone who may hold a copy is told, once');
SELECT pg_temp.be(:'school') \gset q_
EXECUTE summary_put(:'consent', :'new', '9', :'doc', :'summary') \gset put_
EXECUTE consent_withdraw_root(:'pseudonym', 'parent');
EXECUTE consent_withdraw(:'pseudonym', 'parent') \gset unseen_
RESET ROLE;
SELECT is(:'put_status'::text, 'consent-withdrawn', 'nothing is shared afterwards');
SELECT is(:'unseen_status'::text, '200', 'a consent never seen is withdrawn too');

-- The feed numbers what was queued, and shows nothing withdrawn.
SELECT count(*) AS n FROM event_queue \gset queued_
SELECT pg_temp.be(NULL, '') \gset q_
EXECUTE sequencer_lock \gset q_
EXECUTE sequencer_step \gset step_
RESET ROLE;
SELECT is(:'step_events'::text, :'queued_n', 'every queued event has its number');
SELECT pg_temp.be(:'centre') \gset q_
EXECUTE feed_page(NULL, NULL, NULL, '500') \gset page_
RESET ROLE;
SELECT is((SELECT count(*)::int
	FROM jsonb_array_elements((:'page_body')::jsonb -> 'events') e
	WHERE e ->> 'kind' = 'summary' AND (e ? 'doc' OR e ->> 'op' <> 'purge')),
	0, 'a put of what is gone is told as a purge');
SELECT is((SELECT count(*)::int
	FROM jsonb_array_elements((:'page_body')::jsonb -> 'events') e
	WHERE e ->> 'kind' = 'summary'), 3, 'and all are told');

-- The sweep latches what has run out.
DELETE FROM event_queue;
SELECT pg_temp.be(NULL, '') \gset q_
EXECUTE sweep_lock \gset q_
EXECUTE sweep_expire \gset q_
EXECUTE sweep_erase;
EXECUTE sweep_prune;
RESET ROLE;
SELECT is((SELECT state FROM consent WHERE id = :'expired'), 'expired',
	'a consent after its date is marked');
SELECT is((SELECT doc FROM summary WHERE id = :'old'), NULL,
	'and what was shared under it erased');
SELECT is((SELECT array_agg(o.name || ' ' || q.kind || ' ' || q.op
	ORDER BY o.name, q.kind)
	FROM event_queue q JOIN organisation o ON o.id = q.recipient
	WHERE q.ref IN (:'expired', :'old')),
	ARRAY['centre summary purge', 'school consent put', 'school summary purge'],
	'holder and recipients are told');
SELECT pg_temp.be(NULL, '') \gset q_
EXECUTE sweep_lock \gset q_
EXECUTE sweep_expire \gset q_
EXECUTE sweep_erase;
RESET ROLE;
SELECT is((SELECT count(*)::int FROM event_queue), 3, 'once');
SELECT pg_temp.be(:'school') \gset q_
EXECUTE consent_get(:'expired') \gset got_
RESET ROLE;
SELECT is((:'got_body')::jsonb ->> 'state', 'expired', 'the holder sees it');

SELECT * FROM finish();
ROLLBACK;
