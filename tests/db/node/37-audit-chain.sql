-- The chain of the audit: every row has its leaf, whoever writes it; the hub's
-- heads are judged; what is erased leaves its commitment.
BEGIN;
\ir lib/fixture.psql
\ir ../lib/chain.psql
SELECT plan(55);

SELECT is(pg_temp.as_user('anna', format($$INSERT INTO audit (event, kind, ref, consent_id, leaf)
	VALUES ('test.act', 'case', %L, %L, 'forged')$$, :'case_a', :'case_a')), '1', 'an act writes its row');
SELECT is(leaf, audit_leaf_of(at, consent_id, audit_details(leaf_salt, actor, request), event,
	kind, org, ref, role), 'the leaf is made from the row, whatever was given') FROM audit;
SELECT is(encode(audit_details('00112233-4455-6677-8899-aabbccddeeff',
	'01890a5d-ac96-774b-bcce-b302099a8057', '01890a5d-ac96-774b-bcce-b302099a8058'), 'hex'),
	'a0e318d16b2053c1310b4aa46c9a45b32545b1a80f37197fa3f3560f74cfcf77',
	'a commitment is the same as the hub''s');
INSERT INTO audit (event, kind) SELECT 'test.many', 'case' FROM generate_series(1, 2100);
SELECT is((SELECT count(*) FROM audit_queue), 2101::bigint, 'leaves wait for their place');
SELECT is(pg_temp.as_user('anna', 'SELECT audit_step(1)'), '1', 'the service gives it');
SELECT is(audit_step(), 2000::bigint, 'many at once');
SELECT is(audit_step(), 100::bigint, 'in batches');
SELECT is(audit_step(), 0::bigint, 'until none waits');
SELECT ok((SELECT count = 2101 FROM audit_log) AND pg_temp.chained('audit_log', 'count'),
	'every leaf follows the one before it, from the hash of the log''s name on');
SELECT ok(NOT EXISTS (SELECT FROM audit a LEFT JOIN audit_leaf l ON l.act = a.id AND l.leaf = a.leaf
	WHERE l.idx IS NULL), 'and every row has one');

SELECT is(pg_temp.as_user(who, 'SELECT FROM ' || t), '0', format('%s sees no %s', who, t))
FROM unnest(ARRAY['anna', 'vera', 'emil']) who, unnest(ARRAY['audit_leaf', 'audit_log', 'hub_head']) t;
SELECT is(pg_temp.as_user('dora', 'SELECT FROM audit_log'), '1', 'the officer does');
SELECT set_config('zaedno.user', '', true), set_config('zaedno.role', 'service', true),
	set_config('role', 'zaedno_node_service', true) \gset q_
SELECT (SELECT count(*) FROM audit_log) AS logs, (SELECT count(*) FROM audit_leaf) AS leaves \gset timer_
INSERT INTO audit_head (id, n, log_id, count, chain, at, head, queued)
VALUES (gen_random_uuid(), 1, gen_random_uuid(), 1, 'x', now(), 'a.b.c', true);
INSERT INTO outbox (operation, method, path, subject, lane) VALUES ('putAuditHead', 'PUT', '/', gen_random_uuid(), 'receipt');
SELECT set_config('zaedno.role', '', true), set_config('role', 'none', true) \gset q_
SELECT is(:'timer_logs' || :'timer_leaves', '10', 'the timer signs, and reads no leaf');
SELECT is(pg_temp.as_user('dora', command), '42501', command || ' is refused')
FROM unnest(ARRAY['INSERT INTO audit_leaf VALUES (1, ''x'', ''x'', 1)', 'UPDATE audit_log SET count = 0',
	'DELETE FROM audit_queue', 'UPDATE audit_head SET head = head', 'DELETE FROM hub_head',
	'INSERT INTO hub_key VALUES (''x'', ''{}'')', $$SELECT hub_head_judge(gen_random_uuid(), '{}')$$]) command;
SELECT throws_ok(command, '42501', NULL, command || ' is refused even to the owner')
FROM unnest(ARRAY['UPDATE audit_leaf SET act = act', 'DELETE FROM audit_leaf', 'TRUNCATE audit_leaf',
	'TRUNCATE audit_head', 'TRUNCATE hub_head']) command;

-- What is erased leaves its commitment.
INSERT INTO audit (at, actor, event, kind, request)
VALUES (now() - interval '3 years', 'who', 'test.old', 'x', gen_random_uuid());
CREATE TEMP TABLE was AS SELECT leaf, audit_details(leaf_salt, actor, request) AS details
FROM audit WHERE event = 'test.old';
SELECT throws_ok($$UPDATE audit SET actor = NULL, request = NULL, leaf_salt = NULL,
	details = sha256('other') WHERE event = 'test.old'$$, '42501', NULL, 'another commitment is refused');
SELECT ok(retention_run() IS NOT NULL, 'the retention runs');
SELECT is((SELECT audit_leaf_of(a.at, a.consent_id, a.details, a.event, a.kind, a.org, a.ref, a.role)
	FROM audit a WHERE event = 'test.old' AND actor IS NULL AND leaf_salt IS NULL),
	(SELECT leaf FROM was), 'who acted goes, and the leaf is still the row''s hash');

-- The hub's heads: each goes on from the one before it.
CREATE FUNCTION pg_temp.head(n bigint, said jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	id uuid := gen_random_uuid();
BEGIN
	INSERT INTO mirror (kind, id, feed_id, seq, version, doc)
	VALUES ('audit_head', id, gen_random_uuid(), n, n, jsonb_build_object('head', 'h' || n));
	PERFORM hub_head_judge(h.id, said) FROM hub_head h WHERE h.head = 'h' || n;
	RETURN (SELECT state FROM hub_head h WHERE h.head = 'h' || n);
END $$;
CREATE FUNCTION pg_temp.said(log uuid, count int, chain text, prev_count int, prev_chain text)
RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('log_id', log, 'count', count, 'chain', chain, 'prev_count', prev_count,
	'prev_chain', prev_chain, 'at', now())
$$;
\set log '00000000-0000-4000-8000-0000000000f1'
SELECT is(pg_temp.head(n, said), want, what) FROM (VALUES
	(1, pg_temp.said(:'log', 10, 'aa', 5, '55'), 'good', 'the first is taken as it is'),
	(2, pg_temp.said(:'log', 10, 'aa', 10, 'aa'), 'good', 'nothing has happened since'),
	(3, pg_temp.said(:'log', 12, 'cc', 10, 'aa'), 'good', 'more leaves'),
	(4, pg_temp.said(:'log', 11, 'bb', 10, 'aa'), 'forked', 'fewer: gone back'),
	(5, pg_temp.said(:'log', 13, 'dd', 11, 'bb'), 'good', 'from there on'),
	(6, pg_temp.said(:'log', 13, 'ee', 13, 'dd'), 'forked', 'as many, but others'),
	(7, pg_temp.said(:'log', 9, '99', 13, 'ee'), 'forked', 'fewer than the one before'),
	(10, pg_temp.said(:'log', 30, 'ab', 9, 'cd'), 'forked', 'after as many, but others'),
	(8, NULL, 'unsigned', 'a signature that does not hold'),
	(11, pg_temp.said(gen_random_uuid(), 40, 'ff', 30, 'ab'), 'new-log', 'another log'))
	h(n, said, want, what) ORDER BY n;
SELECT is((SELECT count(*) FROM task WHERE kind = 'hub_untrusted'), 6::bigint, 'people are told of each');
SELECT is((SELECT count(*) FROM audit WHERE kind = 'hub_head'), 6::bigint, 'and the audit');
SELECT is(audit_alarms(), 6::bigint, 'and the metrics');
UPDATE mirror SET doc = '{"head": "another text"}' WHERE kind = 'audit_head' AND version = 3;
SELECT is((SELECT count(*) FROM hub_head WHERE state = 'new' AND head = 'another text'), 1::bigint,
	'another text under the name of a head is kept beside it');
SELECT throws_ok($$UPDATE hub_head SET state = 'good' WHERE state = 'forked'$$, '42501', NULL,
	'a judgement stands');
SELECT is(hub_head_kid('eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImFiYyJ9.x.y'), 'abc', 'a head names its key');
SELECT is(hub_head_kid(x), NULL, 'or none') FROM unnest(ARRAY['', 'a.b.c', 'e30.x.y']) x;

SELECT * FROM finish();
ROLLBACK;
