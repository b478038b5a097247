-- Summaries and deliveries: each policy with its own negative.
BEGIN;
\ir lib/fixture.psql
SELECT plan(44);

SELECT is(pg_temp.ask(who, format('SELECT FROM summary WHERE id = %L',
	:'summary')), n, format('%s sees the summary: %s', who, n))
FROM (VALUES ('school', '1'), ('centre', '1'), ('former', '0'), ('ngo', '0'),
	('admin', '0'), ('auditor', '0'), ('coordinator', '0'), ('nobody', '0'),
	('sequencer', '0')) w(who, n);
SELECT is(pg_temp.ask(who, format('SELECT FROM summary WHERE id = %L',
	:'old')), n, format('after its date %s sees the summary: %s', who, n))
FROM (VALUES ('school', '1'), ('centre', '0'), ('ngo', '0')) w(who, n);

SELECT is(pg_temp.ask(who, format(
	'UPDATE summary SET version = version + 1 WHERE id = %L', :'summary')), n,
	format('%s changes %s summaries', who, n))
FROM (VALUES ('school', '1'), ('centre', '0'), ('ngo', '0'), ('admin', '0'),
	('nobody', '0')) w(who, n);
SELECT is(pg_temp.ask('ngo', format('INSERT INTO summary (id, consent_id,
	holder, version, doc, readers, until)
	VALUES (gen_random_uuid(), %L, %L, 1, ''{}'', ''{}'', ''infinity'')',
	:'consent', :'school')), '42501', 'nobody shares in another''s name');
SELECT is(pg_temp.ask('centre', format('INSERT INTO summary (id, consent_id,
	holder, version, doc, readers, until)
	VALUES (gen_random_uuid(), %L, %L, 1, ''{}'', ''{}'', ''infinity'')',
	:'consent', :'centre')), '23503', 'nor under another''s consent');
SELECT is(pg_temp.ask('school', format(
	'UPDATE summary SET doc = ''{"name":1}'' WHERE id = %L', :'summary')),
	'23514', 'a category that cannot be withheld is not stored');

-- Projection: what is not consented is absent, not null.
SELECT is((SELECT array_agg(k ORDER BY k) FROM summary s
	JOIN consent c ON c.id = s.consent_id
	JOIN consent_recipient r ON r.consent_id = c.id AND r.recipient = :'centre'
	CROSS JOIN jsonb_object_keys(summary_json(s, c, r.withheld)) k
	WHERE s.id = :'summary'),
	ARRAY['basics', 'case_pseudonym', 'consent_id', 'consent_version', 'help',
	'holder', 'id', 'published_at', 'purpose', 'until', 'version'],
	'a recipient gets what is always there and its categories');
SELECT is(withheld_of('{}'), ARRAY['basics', 'contact', 'needs', 'difficulty',
	'help', 'wish', 'path'], 'without a category everything is withheld');
SELECT is(withheld_of(ARRAY['plan', 'meetings']), withheld_of('{}'),
	'a category of plans opens nothing of a summary');

-- Deliveries.
SELECT is(pg_temp.ask(who, format('SELECT FROM delivery WHERE summary_id = %L',
	:'summary')), n, format('%s sees %s deliveries', who, n))
FROM (VALUES ('school', '2'), ('centre', '1'), ('former', '1'), ('ngo', '0'),
	('admin', '0'), ('nobody', '0')) w(who, n);
SELECT is(pg_temp.ask(who, format('UPDATE delivery SET opened_at = now()
	WHERE summary_id = %L AND recipient = %L', :'summary', :'centre')), n,
	format('%s changes %s deliveries', who, n))
FROM (VALUES ('centre', '1'), ('former', '0'), ('ngo', '0')) w(who, n);
SELECT is(pg_temp.ask('ngo', format('INSERT INTO delivery (summary_id,
	recipient, consent_id, holder, summary_version)
	VALUES (%L, %L, %L, %L, 1)', :'summary', :'ngo', :'consent', :'school')),
	'42501', 'an organisation does not deliver to itself');

-- The read log.
SELECT is(pg_temp.ask('centre', format('INSERT INTO read_log (kind, ref,
	version, consent_id, holder) VALUES (''summary'', %L, 1, %L, %L)',
	:'summary', :'consent', :'school')), '1', 'a reader is logged');
SELECT is(pg_temp.ask('ngo', format('INSERT INTO read_log (org, kind, ref,
	version, consent_id, holder) VALUES (%L, ''summary'', %L, 1, %L, %L)',
	:'centre', :'summary', :'consent', :'school')), '42501',
	'nobody logs a read of another');
SELECT is(pg_temp.ask(who, format('SELECT FROM read_log WHERE ref = %L',
	:'summary')), n, format('%s sees %s reads', who, n))
FROM (VALUES ('school', '1'), ('centre', '1'), ('ngo', '0'), ('admin', '1'),
	('auditor', '1'), ('coordinator', '0'), ('nobody', '0')) w(who, n);
SELECT is(pg_temp.ask('centre', 'UPDATE read_log SET at = now()'), '42501',
	'a read is not changed');
SELECT is(pg_temp.ask('centre', 'DELETE FROM read_log'), '42501',
	'nor taken out');

SELECT * FROM finish();
ROLLBACK;
