-- What the hub reminds of, and what the node watches over by itself.
BEGIN;
\ir lib/fixture.psql
\ir lib/entrusted.psql
SELECT * FROM no_plan();
\set r0 '00000000-0000-4000-8000-000000000702'
\set r3 '00000000-0000-4000-8000-000000000703'

CREATE FUNCTION pg_temp.reminder(id text, level int, change jsonb DEFAULT '{}') RETURNS jsonb
LANGUAGE sql AS $$
	SELECT jsonb_build_object('id', id, 'kind', 'action',
	       'subject', '00000000-0000-4000-8000-000000000704',
	       'coordination_id', '00000000-0000-4000-8000-000000000701',
	       'due', '2026-12-01T22:00:00.000Z', 'level', level,
	       'raised_at', '2026-12-01T00:00:00.000Z', 'version', 1) || change
$$;
CREATE FUNCTION pg_temp.tasks() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(kind || ' ' || level || CASE WHEN done_at IS NULL THEN '' ELSE '!' END, ', '
	                  ORDER BY kind, level, due) FROM task
$$;

SELECT is(pg_temp.apply(
	pg_temp.event(10, 0, 'put', :'r0', 1, 'reminder', 'own', pg_temp.reminder(:'r0', 0)),
	pg_temp.event(11, 10, 'put', :'r3', 1, 'reminder', 'own', pg_temp.reminder(:'r3', 3))),
	'2', 'the feed brings two');
SELECT is(pg_temp.tasks(), 'action_due 0, action_due 3', 'each is a task');
SELECT is((SELECT array_agg(DISTINCT case_id) FROM task), ARRAY[:'case_b'::uuid],
	'of the case that the summary was linked to');
SELECT is(pg_temp.as_user(who, 'SELECT * FROM task'), n, format('%s sees %s', who, n))
FROM (VALUES ('boris', '1'), ('anna', '0'), ('vera', '2'), ('dora', '0'), ('emil', '0'),
	('nobody', '0')) w(who, n);
SELECT is(pg_temp.as_user('anna', format('UPDATE task SET done_at = now(), done_by = %L', :'anna')),
	'0', 'who does not see it does not do it');
SELECT is(pg_temp.as_user('boris', format('UPDATE task SET done_at = now(), done_by = %L', :'vera')),
	'42501', 'nor does anybody in another''s name');
SELECT is(pg_temp.as_user('boris', format('UPDATE task SET done_at = now(), done_by = %L', :'boris')),
	'1', 'whose work it is does');
SELECT is(pg_temp.apply(
	pg_temp.event(12, 11, 'put', :'r0', 1, 'reminder', 'own', pg_temp.reminder(:'r0', 0)),
	pg_temp.event(13, 12, 'purge', :'r3', 2, 'reminder')), '2', 'told again, and settled');
SELECT is(pg_temp.tasks(), 'action_due 0!, action_due 3!', 'once; and done by itself');
SELECT is(pg_temp.apply(pg_temp.event(14, 13, 'put', :'act', 1, 'reminder', 'own',
	pg_temp.reminder(:'act', 3, '{"kind": "decision"}') - 'coordination_id')), '1',
	'a decision of a meeting without a case');
SELECT is(pg_temp.as_user(who, 'SELECT * FROM task WHERE kind = ''decision_due'''), n,
	format('%s sees %s of the organisation', who, n))
FROM (VALUES ('boris', '0'), ('anna', '0'), ('vera', '1')) w(who, n);
SELECT is(pg_temp.apply(pg_temp.event(15, 14, 'purge', :'act', 2, 'reminder')), '1', 'is settled');
SELECT is((SELECT count(done_by) FROM task WHERE level = 3), 0::bigint, 'by nobody');

-- What is no reminder.
UPDATE hub_link SET chain = '{19,0}';
SELECT is(pg_temp.apply(pg_temp.event(20 + n, 19 + n, 'put',
	'00000000-0000-4000-8000-00000000080' || n, 1, 'reminder', 'own',
	pg_temp.reminder('00000000-0000-4000-8000-00000000080' || n, 0, change))), '1',
	'the feed goes on: ' || change::text)
FROM (VALUES (0, '{"kind": "lunch"}'::jsonb), (1, '{"level": 7}'), (2, '{"subject": "x"}'),
	(3, '{"due": "2026-02-31T00:00:00Z"}'), (4, '{"due": "soon"}'), (5, '{"level": null}'),
	(6, '{"coordination_id": 7}'), (7, '{"due": {}}'), (8, '{"due": "infinity"}')) w(n, change);
SELECT is((SELECT count(*) FROM task), 3::bigint, 'and nothing is raised');

-- Alone with a case.
DELETE FROM task;
CREATE FUNCTION pg_temp.sweep(of_case text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.as_user('nobody', 'SELECT case_sweep()');
	PERFORM pg_temp.as_user('nobody', 'SELECT case_sweep()');
	RETURN (SELECT string_agg(kind || CASE WHEN done_at IS NULL THEN '' ELSE '!' END, ', '
	        ORDER BY due, kind) FROM task WHERE case_id = of_case::uuid);
END $$;
UPDATE case_file SET opened_on = today() - 29;
SELECT is(pg_temp.sweep(:'case_a'), NULL, '29 days');
UPDATE case_file SET opened_on = today() - 30;
SELECT is(pg_temp.sweep(:'case_a'), 'alone_on_case', 'the thirtieth');
SELECT is((SELECT (due AT TIME ZONE 'Europe/Sofia')::date FROM task WHERE case_id = :'case_a'), today(), 'due on it');
DELETE FROM task;
UPDATE case_file SET opened_on = today() - 40;
SELECT is(pg_temp.sweep(:'case_a'), 'alone_on_case', 'alone since it was opened, once');
SELECT is(pg_temp.sweep(:'case_b'), NULL, 'not who was entrusted with another''s');
INSERT INTO team_record (id, case_id, kind, convened_at, held_at, sealed, content, recorded_by)
SELECT gen_random_uuid(), :'case_a', k.code, now() - interval '3 days',
	now() - interval '2 days', 'z', '\x01', :'anna' FROM codelist.statutory_team_kind k LIMIT 1;
SELECT is(pg_temp.sweep(:'case_a'), 'alone_on_case!', 'a meeting settles it');
DELETE FROM task;
ALTER TABLE team_record DISABLE TRIGGER USER;
DELETE FROM team_record;
INSERT INTO coordination_request (id, consent_id, summary_id, region, urgency, help_wanted, requested_by)
VALUES ('00000000-0000-4000-8000-000000000705', :'consent_a', :'summary_a', :'other_org', 'soon', 'advice', :'anna');
INSERT INTO mirror (kind, id, parent, state, feed_id, seq, version, doc) VALUES
	('coordination', '00000000-0000-4000-8000-000000000705', :'summary_a', 'in_action',
	 :'feed', 40, 1, '{"members": [{"state": "invited"}]}');
SELECT is(pg_temp.sweep(:'case_a'), 'alone_on_case', 'nobody has come yet');
UPDATE mirror SET doc = '{"members": [{"state": "accepted"}]}'
WHERE id = '00000000-0000-4000-8000-000000000705';
SELECT is(pg_temp.sweep(:'case_a'), 'alone_on_case!', 'a team settles it');
UPDATE mirror SET state = 'suspended' WHERE id = '00000000-0000-4000-8000-000000000705';
INSERT INTO mirror (kind, id, parent, state, feed_id, seq, version, doc) VALUES
	('meeting', gen_random_uuid(), '00000000-0000-4000-8000-000000000705', 'held', :'feed', 41, 1,
	 jsonb_build_object('starts_at', rfc3339(now() - interval '4 days')));
DELETE FROM task;
SELECT is(pg_temp.sweep(:'case_a'), NULL, 'a meeting of 4 days ago');
UPDATE mirror SET doc = jsonb_build_object('starts_at',
	rfc3339(days_after(now(), -30) + interval '1 minute')) WHERE kind = 'meeting';
SELECT is(pg_temp.sweep(:'case_a'), NULL, 'one of 30 days ago less a minute');
UPDATE mirror SET doc = jsonb_build_object('starts_at',
	rfc3339(days_after(now(), -30) - interval '1 minute')) WHERE kind = 'meeting';
SELECT is(pg_temp.sweep(:'case_a'), 'alone_on_case', 'not one of 30 days and a minute');
DELETE FROM task;
UPDATE mirror SET doc = jsonb_build_object('starts_at', rfc3339(now() - interval '31 days'))
WHERE kind = 'meeting';
SELECT is(pg_temp.sweep(:'case_a'), 'alone_on_case', 'not one of 31 days ago');
SELECT is((SELECT due FROM task), days_after(date_trunc('milliseconds', now() - interval '31 days'), 30),
	'due since then');
SELECT is(days_after('2026-10-24 00:00+03', 30), '2026-11-23 00:00+02'::timestamptz,
	'days are Bulgaria''s when the clocks change');
UPDATE case_file SET state = 'closed', closed_on = today() WHERE id = :'case_a';
SELECT is(pg_temp.sweep(:'case_a'), 'alone_on_case!', 'a closed case is left alone');

-- Who else is listed.
DELETE FROM task;
UPDATE case_file SET state = 'open', closed_on = NULL;
CREATE FUNCTION pg_temp.helper(of_kind text, ends int DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
	INSERT INTO helper (id, case_id, kind, sector, domains, since, until, sealed, content, recorded_by)
	SELECT gen_random_uuid(), '00000000-0000-4000-8000-0000000002a0', of_kind,
	       CASE of_kind WHEN 'professional' THEN 'EDU' END, '{}', today() - 90, today() - ends,
	       'z', '\x01', '00000000-0000-4000-8000-00000000000a'
$$;
SELECT pg_temp.helper('kin'), pg_temp.helper('professional'),
	pg_temp.helper('professional', 1) \g /dev/null
SELECT is(pg_temp.sweep(:'case_a'), 'alone_on_case', 'one professional, who may be the worker');
SELECT pg_temp.helper('professional', 0) \g /dev/null
SELECT is(pg_temp.sweep(:'case_a'), 'alone_on_case!', 'two are not alone');
SELECT is(pg_temp.as_user(who, 'SELECT * FROM task'), n, format('%s sees %s', who, n))
FROM (VALUES ('anna', '1'), ('boris', '0'), ('vera', '1'), ('dora', '0')) w(who, n);
SELECT is(pg_temp.as_user('vera', 'SELECT case_sweep()'), '1', 'a person who asks');
DELETE FROM task;
SELECT is(pg_temp.as_user('vera', 'SELECT case_sweep()'), '1', 'for the sweep');
SELECT is((SELECT count(*) FROM task), 0::bigint, 'raises nothing by it');

-- Of forty more cases and thirty meetings each coordination is asked for its case
-- once for those and once for its team, not once for each case.
INSERT INTO case_file (id, person_id, year, number, holder, content, created_by, opened_on)
SELECT gen_random_uuid(), :'person_a', 2026, 910000 + n, :'anna', '\x01', :'anna', today() - 40
FROM generate_series(1, 40) n;
INSERT INTO mirror (kind, id, parent, state, feed_id, seq, version, doc)
SELECT k.kind, CASE k.kind WHEN 'coordination' THEN c.id ELSE gen_random_uuid() END,
	CASE k.kind WHEN 'coordination' THEN NULL ELSE c.id END,
	CASE k.kind WHEN 'coordination' THEN 'in_action' ELSE 'held' END, :'feed', 100, 1, k.doc
FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 10)) c,
	(VALUES ('coordination', '{"members": [{"state": "accepted"}]}'::jsonb),
	 ('meeting', '{"starts_at": "2026-01-01T00:00:00Z"}'), ('meeting', '{"starts_at": "2026-02-01T00:00:00Z"}'),
	 ('meeting', '{"starts_at": "2026-03-01T00:00:00Z"}')) k(kind, doc);
SELECT count(*) AS known FROM mirror WHERE kind = 'coordination' \gset
SET LOCAL track_functions = 'all';
SELECT is(pg_temp.as_user('nobody', 'SELECT case_sweep()'), '1', 'the sweep of many cases');
SELECT cmp_ok((SELECT calls FROM pg_stat_xact_user_functions WHERE funcname = 'coordination_case'),
	'<=', 2 * :known::bigint, 'asks of each coordination twice at most');
SELECT is((SELECT count(*) FROM task WHERE kind = 'alone_on_case' AND done_at IS NULL), 40::bigint,
	'and finds each that is alone');

SELECT * FROM finish();
ROLLBACK;
