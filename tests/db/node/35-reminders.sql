-- Reminders and alarms: at their time, each once, done when they are settled.
BEGIN;
\ir lib/fixture.psql
SELECT plan(25);

CREATE FUNCTION pg_temp.tasks(of_kind text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.as_user('nobody', 'SELECT task_sweep(24, 48)');
	RETURN (SELECT string_agg(level || CASE WHEN done_at IS NULL THEN '' ELSE '!' END, ' ' ORDER BY level DESC)
	        FROM task WHERE kind = of_kind);
END $$;
CREATE FUNCTION pg_temp.ends(in_days numeric, lasts numeric DEFAULT 180) RETURNS void LANGUAGE sql AS $$
	UPDATE consent SET until = statement_timestamp() + in_days * interval '1 day',
	       valid_from = statement_timestamp() + (in_days - lasts) * interval '1 day'
$$;
CREATE FUNCTION pg_temp.ended(ago interval) RETURNS void LANGUAGE sql AS $$
	UPDATE consent SET state = 'withdrawn', withdrawn_at = now() - ago
$$;

-- The end of a consent.
SELECT pg_temp.ends(31) \g /dev/null
SELECT is(pg_temp.tasks('consent_renewal'), NULL, '31 days before: nothing');
SELECT pg_temp.ends(30) \g /dev/null
SELECT is(pg_temp.tasks('consent_renewal'), '30', '30 days before: a reminder');
SELECT is(pg_temp.tasks('consent_renewal'), '30', 'once');
UPDATE consent SET until = until - interval '22 days';
SELECT is(pg_temp.tasks('consent_renewal'), '30! 30', 'another end has its own, and settles the old');
DELETE FROM task;
SELECT pg_temp.ends(7) \g /dev/null
SELECT is(pg_temp.tasks('consent_renewal'), '7', 'who was not reminded in time hears the last one alone');
SELECT pg_temp.ends(6, 20) \g /dev/null
DELETE FROM task;
SELECT is(pg_temp.tasks('consent_renewal'), '7', 'a consent of 20 days has the last one');
DELETE FROM task;
SELECT pg_temp.ends(6, 7) \g /dev/null
SELECT is(pg_temp.tasks('consent_renewal'), NULL, 'one of a week has none');
SELECT pg_temp.ends(5) \g /dev/null
SELECT is(pg_temp.tasks('consent_renewal'), '7', 'a reminder');
UPDATE consent SET until = statement_timestamp() - interval '1 second';
SELECT is(pg_temp.tasks('consent_renewal'), '7!', 'is done when it has ended');
DELETE FROM task;
UPDATE consent SET state = 'withdrawn', withdrawn_at = statement_timestamp(), until = statement_timestamp() + interval '5 days';
SELECT is(pg_temp.tasks('consent_renewal'), NULL, 'what was withdrawn is not to be renewed');

-- Copies that are to be erased.
SELECT is(pg_temp.tasks('erasure_overdue'), NULL, 'what the hub never had needs no erasing');
UPDATE summary SET hub_at = statement_timestamp() - interval '3 days';
SELECT pg_temp.ended('23 hours') \g /dev/null
SELECT is(pg_temp.tasks('erasure_overdue'), NULL, 'after 23 hours: nothing');
SELECT pg_temp.ended('24 hours') \g /dev/null
SELECT is(pg_temp.tasks('erasure_overdue'), '24', 'after 24: a task');
SELECT is((SELECT due FROM task WHERE level = 24), (SELECT withdrawn_at + interval '24 hours' FROM consent),
	'due since then');
SELECT is(pg_temp.tasks('erasure_overdue'), '24', 'once');
UPDATE task SET due = due - interval '24 hours';
SELECT pg_temp.ended('48 hours') \g /dev/null
SELECT is(pg_temp.tasks('erasure_overdue'), '48 24', 'after 48 a second');
INSERT INTO mirror (kind, id, parent, feed_id, seq, version, doc)
VALUES ('delivery', gen_random_uuid(), :'summary_a', :'feed', 1, 1,
	jsonb_build_object('recipient', :'other_org', 'delivered_at', 'x'));
SELECT is(pg_temp.tasks('erasure_overdue'), '48 24', 'that it had arrived settles nothing');
UPDATE mirror SET doc = doc || '{"purged_at": "x"}' WHERE kind = 'delivery';
SELECT is(pg_temp.tasks('erasure_overdue'), '48! 24!', 'the receipt does');
SELECT is((SELECT count(*) FROM task WHERE done_by IS NOT NULL), 0::bigint, 'by nobody');

-- Who was dropped while it holds; what has run out.
DELETE FROM task;
UPDATE consent SET state = 'active', withdrawn_at = NULL, until = valid_from + interval '11 months';
UPDATE mirror SET doc = doc - 'purged_at' WHERE kind = 'delivery';
UPDATE consent_version SET recorded_at = statement_timestamp() - interval '25 hours';
SELECT is(pg_temp.tasks('erasure_overdue'), NULL, 'who is named may keep it');
DELETE FROM consent_recipient;
SELECT is(pg_temp.tasks('erasure_overdue'), '24', 'who was dropped has to erase it');
UPDATE consent SET valid_from = statement_timestamp() - interval '200 days',
	until = statement_timestamp() - interval '3 days';
DELETE FROM task;
SELECT is(pg_temp.tasks('erasure_overdue'), '48 24', 'and what has run out');

SELECT is(pg_temp.as_user('vera', 'SELECT * FROM recall'), '42501', 'the service does not read past its policies');
DELETE FROM task;
SELECT is(pg_temp.as_user('vera', 'SELECT task_sweep(24, 48)'), '1', 'a person who asks for the sweep');
SELECT is((SELECT count(*) FROM task), 0::bigint, 'raises nothing by it');

SELECT * FROM finish();
ROLLBACK;
