-- Shared work in a node: who sees its parts, who may change them, what becomes
-- of a change whatever the hub answers, and what a withdrawal leaves.
BEGIN;
\ir lib/fixture.psql
SELECT plan(104);
\set ours '00000000-0000-4000-8000-0000000000c1'
\set theirs '00000000-0000-4000-8000-0000000000c2'
\set action_o '00000000-0000-4000-8000-0000000000d1'
\set action_t '00000000-0000-4000-8000-0000000000d2'
\set talk '00000000-0000-4000-8000-0000000000d3'
\set late '00000000-0000-4000-8000-0000000000d8'
\set new '00000000-0000-4000-8000-0000000000d9'
\set lesson '00000000-0000-4000-8000-0000000000da'

CREATE FUNCTION pg_temp.coordination(n int, id text, of_summary text, doc jsonb)
RETURNS jsonb LANGUAGE sql AS $$
	SELECT pg_temp.event(n, n - 1, 'put', id, 1, 'coordination', 'own', doc)
	       || jsonb_build_object('parent', of_summary, 'state', 'met')
$$;
CREATE FUNCTION pg_temp.doc(id text, holder text) RETURNS jsonb
LANGUAGE sql AS $$
	SELECT jsonb_build_object('id', id, 'holder', holder, 'version', 3,
	       'until', rfc3339(now() + interval '1 day'), 'members', '[]'::jsonb)
$$;
CREATE FUNCTION pg_temp.part(n int, kind text, id text, parent text)
RETURNS jsonb LANGUAGE sql AS $$
	SELECT pg_temp.event(n, n - 1, 'put', id, 1, kind, 'own',
	       jsonb_build_object('id', id, 'version', 1))
	       || jsonb_strip_nulls(jsonb_build_object('parent', parent,
	          'state', 'open', 'title', 'x', 'due', rfc3339(now() + interval '2 days')))
$$;
INSERT INTO received (summary_id, assigned_to) VALUES (:'received_1', :'boris');
SELECT feed_apply(jsonb_build_array(
	pg_temp.coordination(1, :'ours', :'summary_a', pg_temp.doc(:'ours', :'org')),
	pg_temp.coordination(2, :'theirs', :'received_1', pg_temp.doc(:'theirs', :'other_org')),
	pg_temp.part(3, 'action', :'action_o', :'ours'),
	pg_temp.part(4, 'action', :'action_t', :'theirs'),
	pg_temp.part(5, 'meeting', :'talk', NULL),
	pg_temp.part(6, 'novelty', :'new', NULL),
	pg_temp.part(7, 'reminder', :'late', :'ours')), 'c', :'feed', now()) \gset applied_
INSERT INTO mirror (kind, id, feed_id, seq, version, doc) VALUES
	('lesson', :'lesson', :'feed', 0, 1, '{"quarter": "2026-Q3", "text": "x"}');

-- Parts: whose coordination it is.
SELECT is(pg_temp.as_user(who, format('SELECT * FROM mirror WHERE id = %L', id)),
	n, format('%s sees %s of %s', who, n, label))
FROM (VALUES ('anna', :'action_o', 'our action', '1'),
	('anna', :'action_t', 'their action', '0'),
	('boris', :'action_o', 'our action', '0'),
	('boris', :'action_t', 'their action', '1'),
	('vera', :'action_o', 'our action', '1'),
	('vera', :'action_t', 'their action', '1'),
	('dora', :'action_o', 'our action', '0'),
	('emil', :'action_t', 'their action', '0'),
	('nobody', :'action_t', 'their action', '0'),
	('anna', :'talk', 'a meeting without a case', '1'),
	('dora', :'talk', 'a meeting without a case', '0'),
	('vera', :'late', 'a reminder, which is a task', '0'),
	('vera', :'new', 'a kind that is not known', '0')) w(who, id, label, n);
UPDATE mirror SET doc = doc || jsonb_build_object('coordination_id', :'ours')
WHERE id = :'talk';
SELECT is(pg_temp.as_user('boris', format('SELECT * FROM mirror WHERE id = %L',
	:'talk')), '0', 'one that names its coordination is not everybody''s');
UPDATE hub_link SET mirror_lease = '-1 hour';
SELECT is(pg_temp.as_user('boris', format('SELECT * FROM mirror WHERE id = %L',
	:'action_t')), '0', 'after the lease their parts are not shown');
SELECT is(pg_temp.as_user('anna', format('SELECT * FROM mirror WHERE id = %L',
	:'action_o')), '1', 'ours are');
CREATE FUNCTION pg_temp.be(who text) RETURNS void LANGUAGE sql AS $$
	SELECT set_config('zaedno.user', u.id::text, true),
	       set_config('zaedno.role', u.role, true)
	FROM app_user u WHERE u.login = who
$$;
SELECT pg_temp.be('boris') \gset be_
SELECT is(shared_hidden('action', :'action_t'), 'lease', 'which is why');
SELECT is(shared_writable(:'theirs'), false, 'and nothing is written then');

-- Lessons: of no case, for all who work on cases, whatever the lease.
SELECT is(pg_temp.as_user(who, 'SELECT * FROM mirror WHERE kind = ''lesson'''), n,
	format('%s sees %s lessons', who, n))
FROM (VALUES ('anna', '1'), ('boris', '1'), ('vera', '1'), ('dora', '0'), ('emil', '0'),
	('nobody', '0')) w(who, n);
SELECT is(shared_kind('lesson'), false, 'they are no part of shared work');
SELECT is(shared_hidden('lesson', :'lesson'), NULL, 'nor hidden with it');
UPDATE hub_link SET mirror_lease = '24 hours';

-- Changes: who may write them.
CREATE FUNCTION pg_temp.put(id text, coordination text, kind text, ref text)
RETURNS text LANGUAGE sql AS $$
	SELECT format('INSERT INTO shared_change (id, operation, params, kind,
	       document_id, coordination_id, base_version, sealed, content) VALUES
	       (%L, ''putThing'', jsonb_build_object(''id'', %L), %L, %L, %L, 1,
	       ''z1.00000000.c2VhbGVk'', ''k'')', id, ref, kind, ref, coordination)
$$;
SELECT is(pg_temp.as_user(who, pg_temp.put(gen_random_uuid()::text, of_id,
	'action', ref)), n, format('%s drafts in %s: %s', who, label, n))
FROM (VALUES ('anna', :'ours', :'action_o', 'ours', '1'),
	('anna', :'theirs', :'action_t', 'theirs', '42501'),
	('boris', :'ours', :'action_o', 'ours', '42501'),
	('boris', :'theirs', :'action_t', 'theirs', '1'),
	('vera', :'theirs', :'action_t', 'theirs', '1'),
	('dora', :'ours', :'action_o', 'ours', '42501'),
	('emil', :'ours', :'action_o', 'ours', '42501'),
	('nobody', :'ours', :'action_o', 'ours', '42501'),
	('dora', NULL, :'talk', 'no case', '42501')) w(who, of_id, ref, label, n);
SELECT is(pg_temp.as_user(who, 'SELECT * FROM shared_change'), n,
	format('%s sees %s changes', who, n))
FROM (VALUES ('anna', '1'), ('boris', '2'), ('vera', '3'), ('dora', '0'),
	('emil', '0'), ('nobody', '0')) w(who, n);
SELECT is(pg_temp.as_user('boris', 'UPDATE shared_change SET base_version = 2'),
	'1', 'a colleague''s draft is read, not written');
SELECT is(pg_temp.as_user('anna', 'UPDATE shared_change SET state = ''delivered'''),
	'42501', 'nobody says that it has arrived');
SELECT is(pg_temp.as_user('anna', 'UPDATE shared_change SET author = author'),
	'42501', 'nor that another has written it');
SELECT is((SELECT count(*) FROM shared_change WHERE case_id = :'case_a'), 1::bigint,
	'ours hang on their case');
SELECT is((SELECT count(*) FROM shared_change WHERE case_id IS NULL), 2::bigint,
	'theirs on none, until it is linked');
INSERT INTO action_assignee (action_id, coordination_id, user_id, assigned_by)
VALUES (:'action_t', :'theirs', :'boris', :'vera');
INSERT INTO task (kind, subject, coordination_id, due)
VALUES ('action_due', :'action_t', :'theirs', now());
INSERT INTO task (kind, subject, due)
SELECT 'change_stale', id, now() FROM shared_change WHERE author = :'vera';
SELECT is((SELECT count(*) FROM task WHERE case_id IS NULL), 2::bigint,
	'nor what waits for somebody');
UPDATE received SET case_id = :'case_a' WHERE summary_id = :'received_1';
UPDATE received SET case_id = :'case_b' WHERE summary_id = :'received_1';
SELECT is((SELECT count(*) FROM shared_change WHERE case_id = :'case_b'), 2::bigint,
	'and then on that');
SELECT is((SELECT case_id FROM action_assignee), :'case_b'::uuid,
	'with who does what of it');
SELECT is((SELECT array_agg(DISTINCT case_id) FROM task), ARRAY[:'case_b']::uuid[],
	'and what waits');
DELETE FROM action_assignee;
DELETE FROM task;

-- Sending.
DELETE FROM shared_change;
\set c1 '00000000-0000-4000-8000-0000000000e1'
\set c2 '00000000-0000-4000-8000-0000000000e2'
\set c3 '00000000-0000-4000-8000-0000000000e3'
\set c4 '00000000-0000-4000-8000-0000000000e4'
SELECT pg_temp.as_user('boris', pg_temp.put(id, :'theirs', 'action', :'action_t'))
FROM unnest(ARRAY[:'c1', :'c2', :'c4']) id \g /dev/null
SELECT pg_temp.as_user('vera', pg_temp.put(:'c3', :'theirs', 'action', :'action_t'))
\g /dev/null
CREATE FUNCTION pg_temp.send(who text, id text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.be(who);
	PERFORM shared_change_queue(id::uuid, '{"method": "PUT", "path": "/v1/x",
	    "body": {"what": "words"}}');
	RETURN (SELECT c.state || ' ' || coalesce(o.if_match, '-') || ' '
	               || coalesce((SELECT p.id::text FROM shared_change p
	                            WHERE p.outbox_id = o.depends_on), '-')
	        FROM shared_change c LEFT JOIN outbox o ON o.id = c.outbox_id
	        WHERE c.id = send.id::uuid);
END $$;
SELECT is(pg_temp.send('anna', :'c1'), 'draft - -', 'another''s is not sent');
SELECT is(pg_temp.send('boris', :'c1'), 'queued "1" -', 'the first on what was seen');
SELECT is(pg_temp.send('boris', :'c2'), 'queued @ ' || :'c1',
	'an edit of one''s own edit goes after it');
SELECT is(pg_temp.send('vera', :'c3'), 'queued "1" -',
	'a colleague''s that was not seen is not overwritten');
SELECT is((SELECT count(*) FROM outbox WHERE subject = :'theirs'
	AND consent_id IS NULL AND key IS NOT NULL), 3::bigint,
	'in the order of their coordination, each with a key of its own');
SELECT is(pg_temp.as_user('boris', format('UPDATE shared_change SET base_version = 7
	WHERE id = %L', :'c1')), '0', 'what waits is not changed');
SELECT is(pg_temp.as_user('boris', format('DELETE FROM shared_change WHERE id = %L',
	:'c1')), '0', 'nor deleted');

-- The hub says that it had changed: both versions, a task, and the edit of the
-- edit comes back too.
CREATE FUNCTION pg_temp.settle(change text, become text, status int, said jsonb)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	item bigint := (SELECT outbox_id FROM shared_change WHERE id = change::uuid);
BEGIN
	RETURN pg_temp.as_courier(format('UPDATE outbox SET state = %L,
	    last_status = %L, last_problem = %L, etag = ''"9"'',
	    delivered_at = now() WHERE id = %L', become, status, said, item));
END $$;
SELECT is(pg_temp.settle(:'c1', 'refused', 412, '{"code": "precondition-failed",
	"current": {"version": 5}}'), '1', 'the courier tells');
SELECT is((SELECT array_agg(state || ' ' || (current->>'version') || ' '
	|| (problem ? 'current') ORDER BY id) FROM shared_change
	WHERE id IN (:'c1', :'c2')), '{stale 5 false,stale 5 false}',
	'both are stale, with the hub''s version');
SELECT is((SELECT count(*) FROM outbox WHERE body IS NOT NULL
	OR last_problem ? 'current'), 1::bigint,
	'neither text nor document stays in the outbox');
SELECT is((SELECT state FROM shared_change WHERE id = :'c3'), 'queued',
	'the colleague''s goes on');
SELECT is((SELECT count(*) FROM task WHERE kind = 'change_stale'
	AND case_id = :'case_b'), 2::bigint, 'with a task each');
SELECT is(pg_temp.as_user(who, 'SELECT * FROM task'), n, format('%s sees %s', who, n))
FROM (VALUES ('boris', '2'), ('vera', '2'), ('anna', '0'), ('emil', '0')) w(who, n);
UPDATE case_file SET holder = :'anna' WHERE id = :'case_b';
SELECT is(pg_temp.as_user('boris', 'UPDATE task SET done_at = now(),
	done_by = my_user() WHERE kind = ''change_stale'' AND done_at IS NULL'), '2',
	'its author does it, whoever''s the case is');
UPDATE task SET done_at = NULL, done_by = NULL;
UPDATE case_file SET holder = :'boris' WHERE id = :'case_b';
SELECT is(pg_temp.as_user('boris', format('UPDATE shared_change SET state = ''draft'',
	base_version = 5, outbox_id = NULL, problem = NULL, current = NULL
	WHERE id = %L', :'c1')), '1', 'what came back is taken up again');
SELECT is(pg_temp.send('boris', :'c1'), 'queued "5" -', 'on the version seen now');
SELECT is((SELECT count(*) FROM task WHERE done_at IS NULL), 1::bigint,
	'which settles its task');
SELECT is(pg_temp.as_user('boris', format('DELETE FROM shared_change WHERE id = %L',
	:'c2')), '1', 'the other is given up');
SELECT is((SELECT count(*) FROM task WHERE done_at IS NULL), 0::bigint, 'so is its task');
SELECT is(pg_temp.settle(:'c1', 'delivered', 200, NULL), '1', 'it has arrived');
SELECT is((SELECT state || (sealed IS NULL) FROM shared_change WHERE id = :'c1'),
	'deliveredtrue', 'and the text is kept in one place less');
UPDATE shared_change SET base_version = 5 WHERE id = :'c4';
SELECT is(pg_temp.send('boris', :'c4'), 'queued @ ' || :'c1',
	'an edit of what arrived but was not told yet');
SELECT is(pg_temp.settle(:'c3', 'refused', 409, '{"code": "step-refused"}'), '1', 'refused');
SELECT is((SELECT state || coalesce(current::text, '') FROM shared_change
	WHERE id = :'c3'), 'refused', 'for a reason of its own');
SELECT is((SELECT kind FROM task WHERE done_at IS NULL), 'change_refused', 'and told so');
DELETE FROM outbox WHERE id = (SELECT outbox_id FROM shared_change WHERE id = :'c1');
SELECT is((SELECT count(*) FROM shared_change WHERE id = :'c1'), 0::bigint,
	'what arrived is forgotten with its item');

-- The family withdraws at the other's: the copy goes, and what was to be said.
SELECT pg_temp.as_user('boris', format('SELECT shared_change_cancel(%L)', :'c3')) \g /dev/null
SELECT is((SELECT o.state FROM outbox o JOIN shared_change c ON c.outbox_id = o.id
	WHERE c.id = :'c3'), 'refused', 'what was refused is not cancelled');
\set act '00000000-0000-4000-8000-0000000000d4'
\set bound '00000000-0000-4000-8000-0000000000d5'
\set others '00000000-0000-4000-8000-0000000000d6'
\set whose '00000000-0000-4000-8000-0000000000d7'
INSERT INTO mirror (kind, id, parent, state, feed_id, seq, version, doc)
SELECT kind, id::uuid, :'theirs', 'open', :'feed', 7, 1,
	jsonb_build_object('organisation_id', org)
FROM (VALUES ('action', :'act', :'org'), ('decision', :'bound', :'org'),
	('action', :'others', :'other_org'), ('keyworker', :'whose', :'org'))
	x(kind, id, org);
UPDATE mirror SET doc = doc || jsonb_build_object('until',
	rfc3339(now() - interval '1 second')) WHERE id = :'theirs';
SELECT is(pg_temp.as_user('boris', format('SELECT * FROM mirror WHERE id = %L',
	:'act')), '1', 'what is ours is read when the term is over');
SELECT feed_apply(jsonb_build_array(pg_temp.event(8, 7, 'purge', :'theirs', 2,
	'coordination')), 'c', :'feed', now()) \gset applied_
UPDATE hub_link SET mirror_lease = '-1 hour';
SELECT is(pg_temp.as_user(who, format('SELECT * FROM mirror WHERE id = %L', id)),
	n, format('after the end %s sees %s of %s', who, n, label))
FROM (VALUES ('boris', :'act', 'our action', '1'),
	('vera', :'act', 'our action', '1'), ('anna', :'act', 'our action', '0'),
	('dora', :'act', 'our action', '0'), ('emil', :'act', 'our action', '0'),
	('nobody', :'act', 'our action', '0'),
	('boris', :'bound', 'a decision that binds us', '1'),
	('vera', :'bound', 'a decision that binds us', '1'),
	('anna', :'bound', 'a decision that binds us', '0'),
	('boris', :'others', 'another''s action', '0'),
	('vera', :'others', 'another''s action', '0'),
	('boris', :'whose', 'whom the child has named', '0'),
	('vera', :'whose', 'whom the child has named', '0')) w(who, id, label, n);
UPDATE hub_link SET mirror_lease = '24 hours';
SELECT pg_temp.be('boris') \gset be_
SELECT is(shared_writable(:'theirs'), false, 'and nobody writes in it');
SELECT is((SELECT array_agg(state || (sealed IS NULL AND problem IS NULL
	AND content IS NULL)) FROM shared_change WHERE coordination_id = :'theirs'),
	'{cancelledtrue,cancelledtrue}', 'with the copy go the texts');
SELECT is((SELECT count(*) FROM outbox WHERE subject = :'theirs'
	AND (state = 'queued' OR body IS NOT NULL)), 0::bigint, 'and nothing waits');
SELECT is(pg_temp.as_user('vera', pg_temp.put(gen_random_uuid()::text, :'theirs',
	'action', :'action_t')), '42501', 'nothing new is written');

-- Our own: under the consent, and gone with the person.
SELECT pg_temp.as_user('anna', pg_temp.put(:'c1', :'ours', 'action', :'action_o')) \g /dev/null
SELECT pg_temp.send('anna', :'c1') \g /dev/null
SELECT is((SELECT consent_id FROM outbox WHERE subject = :'ours'), :'consent_a'::uuid,
	'ours goes under its consent');
UPDATE outbox SET state = 'cancelled' WHERE consent_id = :'consent_a';
SELECT is((SELECT state FROM shared_change WHERE id = :'c1'), 'cancelled',
	'a withdrawal here cancels it');
UPDATE consent SET state = 'withdrawn', withdrawn_at = statement_timestamp();
SELECT pg_temp.be('dora') \gset be_
SELECT is(subject_erase(:'person_a', 'request'), 'erased', 'the person is erased');
SELECT is((SELECT count(*) FROM shared_change WHERE case_id = :'case_a'), 0::bigint,
	'its changes with it');
SELECT throws_ok(format('INSERT INTO shared_change (id, operation, params, kind, document_id,
	coordination_id, author) VALUES (gen_random_uuid(), ''putThing'', ''{}'', ''action'', %L, %L, %L)',
	:'action_o', :'ours', :'anna'), '42501', 'the case was erased', 'nobody writes a new one');
SELECT throws_ok(format('INSERT INTO action_assignee (action_id, coordination_id, user_id,
	assigned_by) VALUES (%L, %L, %L, %L)', :'action_o', :'ours', :'anna', :'anna'),
	'42501', 'the case was erased', 'nor who does one of its actions');

SELECT * FROM finish();
ROLLBACK;
