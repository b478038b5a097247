-- How long what is kept is kept, proven by counts with times shifted around
-- each period.
BEGIN;
\ir lib/fixture.psql
SELECT plan(26);

INSERT INTO sign_in_failure (at, login_sha256, source)
SELECT now() - d, 'x', 'x' FROM unnest(ARRAY[interval '89 days',
	interval '91 days', interval '4 years']) d;
INSERT INTO idempotency (org, key, operation, request_sha256, status, etag, at)
SELECT :'school', gen_random_uuid(), 'x', 'x', '200', '1', now() - d
FROM unnest(ARRAY[interval '29 days', interval '31 days']) d;
INSERT INTO session (user_id, expires_at, ended_at) VALUES
	(:'admin', now() + interval '1 day', now() - interval '23 hours'),
	(:'admin', now() + interval '1 day', now() - interval '25 hours'),
	(:'admin', now() - interval '2 days', NULL),
	(:'admin', now() + interval '1 day', NULL);
INSERT INTO audit (at, actor, event, kind, ref, request)
SELECT now() - d, 'who', 'x', 'retention', :'summary', gen_random_uuid()
FROM unnest(ARRAY[interval '729 days', interval '731 days',
	interval '735 days', interval '1825 days', interval '1827 days']) d;
CREATE TEMP TABLE was AS SELECT leaf FROM audit;
INSERT INTO read_log (at, org, actor, kind, ref, version, consent_id, holder,
    request)
SELECT now() - d, :'centre', 'who', 'summary', :'summary', 1, :'consent',
	:'school', gen_random_uuid()
FROM unnest(ARRAY[interval '729 days', interval '732 days',
	interval '1827 days']) d;
SELECT pg_temp.new_consent(id, :'school', now() - d, now() - d - interval '10 days')
FROM (VALUES ('00000000-0000-4000-8000-0000000000c7'::uuid, interval '1825 days'),
	('00000000-0000-4000-8000-0000000000c8', interval '1827 days')) c(id, d);
UPDATE consent SET state = 'expired', ended_at = until,
    signers = '[{"capacity":"parent","evidence_commit":"ab"}]'
WHERE until < now() - interval '1000 days';

SELECT is(pg_temp.ask(who, 'SELECT WHERE retention_run() <> ''{}'''), '0',
	who || ' removes nothing by asking')
FROM unnest(ARRAY['school', 'admin']) who;
SELECT is((SELECT count(*) FROM sign_in_failure WHERE source = 'x'), 3::bigint,
	'nothing was removed yet');

CREATE TEMP TABLE run AS SELECT retention_run() AS removed;
SELECT is((removed ->> rule)::int, n, rule || ': ' || n)
FROM run, (VALUES ('sign_in_failure', 2), ('idempotency_answer', 1),
	('session_ended', 2), ('consent_receipt', 1), ('audit_row', 2)) w(rule, n);
SELECT is((SELECT count(*) FROM sign_in_failure WHERE source = 'x'), 1::bigint,
	'the failure of 89 days ago stays');
SELECT is((SELECT count(*) FROM idempotency WHERE operation = 'x'), 1::bigint,
	'the answer of 29 days ago stays');
SELECT is((SELECT count(*) FROM session WHERE user_id = :'admin'), 2::bigint,
	'the session that stands, and the one that ended today');
SELECT is((SELECT receipt FROM consent
	WHERE id = '00000000-0000-4000-8000-0000000000c8'), '',
	'after five years a consent has no receipt');
SELECT is((SELECT signers FROM consent
	WHERE id = '00000000-0000-4000-8000-0000000000c8'),
	'[{"capacity":"parent"}]'::jsonb, 'nor what it was proven with');
SELECT is((SELECT receipt FROM consent
	WHERE id = '00000000-0000-4000-8000-0000000000c7'), 'a.b.c',
	'a day earlier it has');
SELECT is((SELECT receipt FROM consent WHERE id = :'consent'), 'a.b.c',
	'an active one always');
SELECT is((SELECT count(*) FROM audit WHERE kind = 'retention'), 4::bigint,
	'audit rows stay five years');

-- Details go a day at a time, thirty days a run.
DO $$ BEGIN
	FOR i IN 1..60 LOOP
		PERFORM retention_run();
	END LOOP;
END $$;
SELECT is((SELECT count(*) FROM audit WHERE kind = 'retention'
	AND actor IS NULL AND request IS NULL), 3::bigint,
	'who acted is forgotten after two years');
SELECT is((SELECT count(*) FROM audit WHERE kind = 'retention'
	AND event = 'x' AND ref = :'summary' AND leaf IN (SELECT leaf FROM was)), 4::bigint,
	'what was done, and its leaf, are not');
SELECT is((SELECT array_agg(actor IS NULL ORDER BY at) FROM read_log
	WHERE consent_id = :'consent'), '{t,f}', 'the same for reads');
SELECT ok((SELECT done_until > retention_before('audit_details')
	- interval '1 minute' FROM retention WHERE rule = 'audit_details'), 'up to where it was done is known');
SELECT is(retention_run(), '{"audit_row": 0, "session_ended": 0,
	"family_failure": 0, "family_answer": 0, "family_code": 0,
	"audit_details": 0, "consent_receipt": 0, "sign_in_failure": 0,
	"idempotency_answer": 0, "plan": 0, "question": 0}'::jsonb, 'a second run finds nothing');
SELECT is((SELECT sum(removed) FROM retention_log
	WHERE rule = 'sign_in_failure'), 2::numeric, 'what was removed is noted');

SELECT throws_ok('DELETE FROM audit', '42501', NULL,
	'what is younger is not deleted, by the owner itself');
SELECT throws_ok($$UPDATE audit SET actor = NULL, request = NULL$$, '42501',
	NULL, 'nor loses who acted');
SELECT throws_ok($$UPDATE audit SET event = 'y' WHERE at < now() - interval '3 years'$$,
	'42501', NULL, 'and nothing else of a row is ever changed');
SELECT throws_ok($$UPDATE retention SET days = 1825 WHERE rule = 'audit_row'$$,
	'23514', NULL, 'five years are the least');

SELECT * FROM finish();
ROLLBACK;
