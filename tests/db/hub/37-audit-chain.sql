-- The chain of the audit: leaves as they are written down, the step, what is
-- erased, and who may not touch it.
BEGIN;
\ir lib/fixture.psql
\ir ../lib/chain.psql
\ir lib/statements.psql
SELECT plan(47);

-- The format, against a worked example (api-spec/PROTOCOL.md, section 15).
\set salt '00112233-4455-6677-8899-aabbccddeeff'
\set actor '01890a5d-ac96-774b-bcce-b302099a8057'
\set request '01890a5d-ac96-774b-bcce-b302099a8058'
SELECT is(encode(audit_details(:'salt', :'actor', :'request'), 'hex'),
	'a0e318d16b2053c1310b4aa46c9a45b32545b1a80f37197fa3f3560f74cfcf77', 'a commitment');
SELECT is(encode(audit_leaf_of('2026-03-02 10:00:00.123456+02', NULL,
	decode(repeat('ab', 32), 'hex'), 'summary.put', 'summary',
	:'actor', :'request', 'node'), 'hex'),
	encode(sha256('\x00'::bytea || convert_to('{"at":"2026-03-02T08:00:00.123456Z",'
	|| '"consent":null,"details":"' || repeat('ab', 32) || '",'
	|| '"event":"summary.put","kind":"summary",'
	|| '"org":"01890a5d-ac96-774b-bcce-b302099a8057",'
	|| '"ref":"01890a5d-ac96-774b-bcce-b302099a8058","role":"node"}', 'UTF8')),
	'hex'), 'a leaf is canonical JSON, hashed');
SELECT is(audit_leaf_of('2026-03-02', NULL, '\x00', E'a"b', 'k', NULL, NULL, NULL),
	sha256('\x00'::bytea || convert_to('{"at":"' || to_char('2026-03-02'::timestamptz
	AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '","consent":null,'
	|| '"details":"00","event":"a\"b","kind":"k","org":null,"ref":null,"role":null}',
	'UTF8')), 'what is not there is null, and texts are escaped');

-- An act's hash and its row say the same, whoever acts.
SELECT set_config('zaedno.org', :'school', true), set_config('zaedno.user', :'actor', true),
	set_config('zaedno.role', 'node', true), set_config('zaedno.request', :'request', true) \gset q_
INSERT INTO audit (event, kind, ref, consent_id)
VALUES ('test.act', 'summary', :'summary', :'consent');
INSERT INTO audit (actor, role, event, kind, ref)
VALUES (:'admin', 'admin', 'test.start', 'user', :'admin');
SELECT set_config('zaedno.org', '', true), set_config('zaedno.user', '', true),
	set_config('zaedno.role', '', true), set_config('zaedno.request', '', true) \gset q_
SELECT is(leaf, audit_leaf_of(at, consent_id, audit_details(leaf_salt, actor, request),
	event, kind, org, ref, role), event || ': the row is what was hashed')
FROM audit WHERE event LIKE 'test.%' ORDER BY id;
SELECT ok(leaf_salt IS NOT NULL AND actor = :'actor' AND request = :'request',
	'and says who acted') FROM audit WHERE event = 'test.act';

-- The step.
SELECT is((SELECT chain FROM feed_head), audit_genesis((SELECT log_id FROM feed_head)),
	'before its first leaf a log has the hash of its name');
SELECT set_config('zaedno.job', 'sequencer', true), set_config('role', 'zaedno_hub_service', true) \gset q_
EXECUTE sequencer_step;
RESET ROLE;
SELECT ok((SELECT count(*) >= 2 FROM audit_leaf) AND pg_temp.chained('feed_head', 'leaves'),
	'every leaf follows the one before it');
SELECT is((SELECT count(*) FROM audit_leaf l JOIN audit a ON a.id = l.act AND a.leaf = l.leaf
	WHERE a.event LIKE 'test.%'), 2::bigint, 'and knows its row');
INSERT INTO audit_queue (leaf) SELECT sha256(i::text::bytea) FROM generate_series(1, 2500) i;
SELECT set_config('role', 'zaedno_hub_service', true) \gset q_
EXECUTE sequencer_step;
EXECUTE sequencer_step;
EXECUTE sequencer_step;
RESET ROLE;
SELECT ok((SELECT count(*) >= 2500 FROM audit_leaf) AND pg_temp.chained('feed_head', 'leaves'),
	'over several batches as well');
SELECT is((SELECT count(*) FROM audit_queue), 0::bigint, 'and nothing waits');

-- Reads: whatever has committed, once.
SELECT set_config('zaedno.job', 'reads', true) \gset q_
INSERT INTO read_log (at, org, actor, role, kind, ref, version, consent_id, holder, tx)
SELECT now() - interval '1 minute', :'centre', 'who', 'node', 'summary', :'summary', 1,
	:'consent', :'school', t::text::xid8 FROM unnest(ARRAY[5, 5, 6]) t;
SELECT set_config('role', 'zaedno_hub_service', true) \gset q_
EXECUTE sequencer_reads;
EXECUTE sequencer_reads;
RESET ROLE;
SELECT is((SELECT array_agg(rows) FROM read_set), '{3}', 'reads get one leaf for all, once');
SELECT is((SELECT details FROM read_set), (SELECT sha256('\x03'::bytea
	|| string_agg(read_row_hash(l), ''::bytea ORDER BY read_row_hash(l)))
	FROM read_log l WHERE tx < '7'::xid8), 'over the hashes of their rows');
SELECT is((SELECT leaf FROM read_set), (SELECT audit_leaf_of(at, NULL, details, 'reads',
	'read_log', NULL, NULL, NULL) FROM read_set), 'a leaf like others');
INSERT INTO read_log (org, kind, ref, version, consent_id, holder)
VALUES (:'centre', 'summary', :'summary', 1, :'consent', :'school');
SELECT set_config('role', 'zaedno_hub_service', true) \gset q_
EXECUTE sequencer_reads;
RESET ROLE;
SELECT is((SELECT count(*) FROM read_set), 1::bigint, 'what has not committed waits');
-- A dump brought into a cluster that counts its transactions from the start.
UPDATE read_head SET tx = '18446744073709551000';
INSERT INTO read_log (at, org, kind, ref, version, consent_id, holder, tx)
VALUES (now() - interval '30 seconds', :'centre', 'summary', :'summary', 1, :'consent',
	:'school', '4');
SELECT set_config('role', 'zaedno_hub_service', true) \gset q_
EXECUTE sequencer_reads;
RESET ROLE;
SELECT is((SELECT array_agg(rows ORDER BY at) FROM read_set), '{3,1}', 'in another cluster only what is new is taken');
SELECT is(jsonb_array_length(read_set_json(s) -> 'reads'), s.rows::int,
	'an export shows just the reads of the leaf') FROM read_set s;

-- What is erased leaves its commitment.
SELECT throws_ok($$UPDATE audit SET actor = NULL, request = NULL, leaf_salt = NULL,
	details = '\x00' WHERE event = 'test.act'$$, '42501', NULL, 'nothing is erased early');
INSERT INTO audit (at, actor, event, kind, request)
SELECT h.at, 'who', 'test.old', 'x', :'request' FROM (SELECT now() - interval '3 years') h(at);
SELECT throws_ok($$UPDATE audit SET actor = NULL, request = NULL, leaf_salt = NULL,
	details = sha256('other') WHERE event = 'test.old'$$, '42501', NULL,
	'nor replaced by another commitment');
CREATE TEMP TABLE was AS SELECT audit_details(leaf_salt, actor, request) AS details
FROM audit WHERE event = 'test.old';
DO $$ BEGIN
	FOR i IN 1..40 LOOP
		PERFORM retention_run();
	END LOOP;
END $$;
SELECT is((SELECT details FROM audit WHERE event = 'test.old' AND actor IS NULL
	AND request IS NULL AND leaf_salt IS NULL), (SELECT details FROM was),
	'who acted goes, the commitment stays');

-- Once a day.
SELECT set_config('zaedno.role', 'service', true), set_config('zaedno.job', '', true) \gset q_
EXECUTE audit_head_next(NULL) \gset first_
SELECT is(:'first_due'::text, 't', 'a hub that has signed nothing signs');
SELECT is(:'first_prev_chain'::text, encode(audit_genesis(:'first_log_id'), 'hex'), 'after the log''s name');
EXECUTE audit_head_put(:'first_id', :'first_n', :'first_log_id', :'first_count', :'first_chain', :'first_at', 'a.b.c') \gset put_
SELECT is(:'put_status'::text, '201', 'and keeps it');
EXECUTE audit_head_put(:'summary', :'first_n', :'first_log_id', :'first_count', :'first_chain', :'first_at', 'a.b.c');
\set rows :ROW_COUNT
SELECT is(:'rows'::text, '0', 'of two that were signed at once one');
EXECUTE audit_head_next(NULL) \gset second_
SELECT is(:'second_due'::text, 'f', 'and not again');
SELECT is(:'second_prev_chain'::text, :'first_chain'::text, 'the next one names it');
SELECT set_config('session_replication_role', 'replica', true) \gset q_
UPDATE audit_head SET at = at - interval '23 hours 1 minute';
SELECT set_config('session_replication_role', 'origin', true) \gset q_
EXECUTE audit_head_next(NULL) \gset second_
SELECT is(:'second_due'::text, 't', 'until a day has nearly passed');
SELECT set_config('zaedno.role', '', true) \gset q_

-- Who may not touch it.
INSERT INTO audit_head VALUES (gen_random_uuid(), 77, gen_random_uuid(), 1, '\x00', now(), 'a.b.c');
INSERT INTO node_head (id, organisation_id, n, log_id, count, chain, at, state, receipt, countersignature)
VALUES (gen_random_uuid(), :'school', 1, gen_random_uuid(), 1, '\x00', now(), 'good', 'a.b.c', 'x');
SELECT throws_ok(command || t || rest, '42501', NULL, command || t || ' is refused even to the owner')
FROM (VALUES ('UPDATE ', ' SET at = at'), ('DELETE FROM ', ''), ('TRUNCATE ', '')) c(command, rest),
	unnest(ARRAY['read_set', 'audit_head', 'node_head']) t;
SELECT is(pg_temp.ask(who, 'SELECT FROM node_head'), n, format('%s sees %s heads of nodes', who, n))
FROM (VALUES ('school', '1'), ('centre', '0'), ('auditor', '1'), ('coordinator', '0')) w(who, n);
SELECT is(pg_temp.ask('ngo', format('INSERT INTO node_head (id, organisation_id, n, log_id, count,
	chain, at, state, receipt, countersignature) VALUES (gen_random_uuid(), %L, 9,
	gen_random_uuid(), 1, ''x'', now(), ''good'', ''x'', ''x'')', :'school')), '42501',
	'nobody sends a head of another');
SELECT is(pg_temp.ask('school', 'INSERT INTO audit_head VALUES (gen_random_uuid(), 7,
	gen_random_uuid(), 1, ''x'', now(), ''x'')'), '42501', 'nor one of the hub''s');

-- Months ahead.
SELECT is(read_log_ahead(24), 0, 'two years of months are there');
SELECT is(read_log_ahead(26), 2, 'the next ones are made when their time comes');
SELECT is(read_log_ahead(26), 0, 'once');
SELECT is((SELECT pg_get_expr(relpartbound, oid) ~ '-01 00:00:00\+00'
	FROM pg_class WHERE relname = 'read_log_' || to_char(
	date_trunc('month', now() AT TIME ZONE 'UTC') + interval '25 months', 'YYYY_MM')),
	true, 'month by month');

SELECT * FROM finish();
ROLLBACK;
