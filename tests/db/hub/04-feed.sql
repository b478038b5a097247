-- The feed: one's own events and the directory's, nobody else's.
BEGIN;
\ir lib/fixture.psql
SELECT plan(29);

DELETE FROM event_queue;
INSERT INTO feed (seq, recipient, prev, kind, ref, version, op)
SELECT h.seq + v.n, v.r::uuid, 0, 'summary', :'summary', 1, 'put'
FROM feed_head h, (VALUES (1, :'school'), (2, :'centre'),
	(3, everyone()::text)) v(n, r);

SELECT is(pg_temp.ask(who, format('SELECT FROM feed WHERE ref = %L',
	:'summary')), n, format('%s sees %s events', who, n))
FROM (VALUES ('school', '2'), ('centre', '2'), ('ngo', '1'), ('admin', '1'),
	('sequencer', '3')) w(who, n);
SELECT is(pg_temp.ask('school', format('INSERT INTO feed (seq, recipient, prev,
	kind, ref, version, op) VALUES (999999, %L, 0, ''summary'', %L, 1, ''put'')',
	:'school', :'summary')), '42501', 'only the sequencer numbers');
SELECT is(pg_temp.ask('school', 'UPDATE feed SET op = op'), '42501',
	'an event is not changed');

SELECT is(pg_temp.ask('school', format('INSERT INTO event_queue (recipient,
	kind, ref, version, op) VALUES (%L, ''summary'', %L, 1, ''purge'')',
	:'centre', :'summary')), '1', 'an act queues an event');
SELECT is(pg_temp.ask(who, 'SELECT FROM event_queue'), n,
	format('%s sees %s queued events', who, n))
FROM (VALUES ('school', '0'), ('centre', '1'), ('ngo', '0'), ('sweep', '0'),
	('sequencer', '1')) w(who, n);
SELECT is(pg_temp.ask(who, 'DELETE FROM event_queue'), n,
	format('%s takes %s queued events', who, n))
FROM (VALUES ('school', '0'), ('centre', '0'), ('sweep', '0'),
	('sequencer', '1')) w(who, n);

SELECT is(pg_temp.ask('centre', format(
	'INSERT INTO feed_ack VALUES (%L, 5)', :'centre')), '1',
	'one acknowledges for oneself');
SELECT is(pg_temp.ask('ngo', format(
	'INSERT INTO feed_ack VALUES (%L, 5)', :'school')), '42501',
	'and for nobody else');
SELECT is(pg_temp.ask(who, 'SELECT FROM feed_ack'), n,
	format('%s sees %s acknowledgements', who, n))
FROM (VALUES ('centre', '1'), ('ngo', '0'), ('admin', '0')) w(who, n);
SELECT is(pg_temp.ask('ngo', 'UPDATE feed_ack SET seq = 0'), '0',
	'nor moves another''s');

SELECT is(pg_temp.ask('school', format('INSERT INTO idempotency (key,
	operation, request_sha256, status, etag)
	VALUES (%L, ''x'', ''x'', ''200'', ''1'')', :'consent')), '1',
	'an answer is kept under its key');
SELECT is(pg_temp.ask('ngo', format('INSERT INTO idempotency (org, key,
	operation, request_sha256, status, etag)
	VALUES (%L, %L, ''x'', ''x'', ''200'', ''1'')', :'school', :'summary')),
	'42501', 'nobody keeps one for another');
SELECT is(pg_temp.ask(who, format('SELECT FROM idempotency
	WHERE key = %L', :'consent')), n,
	format('%s sees %s kept answers', who, n))
FROM (VALUES ('school', '1'), ('ngo', '0'), ('sweep', '1')) w(who, n);
SELECT is((SELECT count(*)::int FROM information_schema.columns
	WHERE table_name = 'idempotency' AND column_name IN ('body', 'doc')), 0,
	'no content is kept under a key');

SELECT * FROM finish();
ROLLBACK;
