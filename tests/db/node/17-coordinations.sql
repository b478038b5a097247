-- Coordinations in a node: who sees what was asked for and what the mirror
-- holds, and what may be queued about it.
BEGIN;
\ir lib/fixture.psql
SELECT plan(41);
\set ours '00000000-0000-4000-8000-0000000000c1'
\set theirs '00000000-0000-4000-8000-0000000000c2'

INSERT INTO received (summary_id, assigned_to) VALUES (:'received_1', :'boris');
SELECT feed_apply(jsonb_build_array(
	jsonb_set(pg_temp.event(1, 0, 'put', :'ours', 1, 'coordination', 'own',
	    jsonb_build_object('id', :'ours', 'holder', :'org',
	    'until', rfc3339(now() + interval '1 day'), 'members', '[]'::jsonb)),
	    '{parent}', to_jsonb(:'summary_a'::text)) || '{"state": "requested"}',
	jsonb_set(pg_temp.event(2, 1, 'put', :'theirs', 1, 'coordination', 'own',
	    jsonb_build_object('id', :'theirs', 'holder', :'other_org',
	    'until', rfc3339(now() + interval '1 day'), 'members', '[]'::jsonb)),
	    '{parent}', to_jsonb(:'received_1'::text)) || '{"state": "met"}'),
	'c', :'feed', now()) \gset applied_
INSERT INTO coordination_request (id, consent_id, summary_id, region, urgency,
	help_wanted, requested_by)
VALUES (:'ours', :'consent_a', :'summary_a', gen_random_uuid(), 'soon',
	'meeting', :'anna');

SELECT is(pg_temp.as_user(who, format('SELECT * FROM mirror
	WHERE kind = ''coordination'' AND id = %L', id)), n,
	format('%s sees %s of %s', who, n, label))
FROM (VALUES ('anna', :'ours', 'ours', '1'), ('anna', :'theirs', 'theirs', '0'),
	('boris', :'ours', 'ours', '0'), ('boris', :'theirs', 'theirs', '1'),
	('vera', :'ours', 'ours', '1'), ('vera', :'theirs', 'theirs', '1'),
	('dora', :'ours', 'ours', '0'), ('dora', :'theirs', 'theirs', '0'),
	('emil', :'ours', 'ours', '0'), ('nobody', :'theirs', 'theirs', '0'))
	w(who, id, label, n);
SELECT is(pg_temp.as_user(who, 'SELECT * FROM coordination_request'), n,
	format('%s sees %s requests', who, n))
FROM (VALUES ('anna', '1'), ('boris', '0'), ('vera', '1'), ('dora', '0'),
	('emil', '0'), ('nobody', '0')) w(who, n);
SELECT is(pg_temp.as_user('boris', format('INSERT INTO coordination_request
	(id, consent_id, summary_id, region, urgency, help_wanted) VALUES
	(gen_random_uuid(), %L, %L, gen_random_uuid(), ''soon'', ''meeting'')',
	:'consent_a', :'summary_a')), '42501',
	'nobody asks for another''s case');
SELECT is(pg_temp.as_user('anna', 'UPDATE coordination_request
	SET urgency = ''urgent'''), '42501', 'what was asked for stays');

-- Answers are the supervisor's.
SELECT is(pg_temp.as_user(who, format('INSERT INTO outbox (operation, method,
	path, subject) VALUES (''%s'', ''PUT'', ''/'', %L)', operation,
	:'theirs')), n, format('%s queues %s: %s', who, operation, n))
FROM (VALUES ('vera', 'answerInvitation', '1'),
	('boris', 'answerInvitation', '42501'), ('emil', 'answerInvitation',
	'42501'), ('vera', 'nameCaseManager', '42501')) w(who, operation, n);

CREATE FUNCTION pg_temp.be(who text) RETURNS void LANGUAGE sql AS $$
	SELECT set_config('zaedno.user', u.id::text, true),
	       set_config('zaedno.role', u.role, true)
	FROM app_user u WHERE u.login = who
$$;
-- What the hub refuses is a task, and stands with the coordination.
CREATE FUNCTION pg_temp.sent(who text, ref text) RETURNS text
LANGUAGE sql AS $$
	SELECT pg_temp.be(who);
	SELECT string_agg(concat_ws(' ', x->>'operation', x->>'state',
	       x->'problem'->>'code'), ',')
	FROM mirror m, jsonb_array_elements(coordination_document(NULL, m)->'sent') x
	WHERE m.id = ref::uuid
$$;
DELETE FROM task;
UPDATE outbox SET params = jsonb_build_object('id', :'theirs')
WHERE operation = 'answerInvitation';
INSERT INTO outbox (operation, method, path, params, subject, consent_id)
VALUES ('nameCaseManager', 'PUT', '/', jsonb_build_object('id', :'ours'),
	:'ours', :'consent_a');
SELECT is(pg_temp.sent('vera', :'theirs'), 'answerInvitation queued',
	'an answer waits');
UPDATE outbox SET state = 'refused', last_status = 409,
	last_problem = '{"code": "step-not-possible"}'
WHERE operation IN ('answerInvitation', 'nameCaseManager');
SELECT is(pg_temp.sent('vera', :'theirs'),
	'answerInvitation refused step-not-possible', 'and is refused');
SELECT is(pg_temp.sent('anna', :'ours'),
	'nameCaseManager refused step-not-possible', 'so is another');
SELECT is(pg_temp.as_user(who, 'SELECT * FROM task
	WHERE kind = ''coordination_refused'''), n, format('%s is told %s', who, n))
FROM (VALUES ('vera', '2'), ('anna', '1'), ('boris', '0')) w(who, n);
INSERT INTO outbox (operation, method, path, params, subject, consent_id)
VALUES ('nameCaseManager', 'PUT', '/', jsonb_build_object('id', :'ours'),
	:'ours', :'consent_a');
UPDATE outbox SET state = 'delivered' WHERE operation = 'nameCaseManager'
AND state = 'queued';
SELECT is((SELECT count(*) FROM task WHERE subject = :'ours'
	AND done_at IS NULL), 0::bigint, 'what is taken later settles it');

-- The lease and the term are in the policy.
CREATE FUNCTION pg_temp.why(who text, id text) RETURNS text LANGUAGE plpgsql AS
$$
DECLARE
	answer text;
BEGIN
	PERFORM set_config('zaedno.user', u.id::text, true),
	        set_config('zaedno.role', u.role, true)
	FROM app_user u WHERE u.login = who;
	SELECT coordination_hidden(why.id::uuid) INTO answer;
	RETURN answer;
END $$;
UPDATE hub_link SET mirror_lease = '-1 hour';
SELECT is(pg_temp.as_user('vera', 'SELECT * FROM mirror
	WHERE kind = ''coordination'''), '1', 'after the lease: our own alone');
SELECT is(pg_temp.why('vera', :'theirs'), 'lease', 'which is why');
SELECT is(pg_temp.why('anna', :'theirs'), NULL,
	'and nothing to whom it was not assigned');
UPDATE hub_link SET mirror_lease = '24 hours';
UPDATE mirror SET doc = jsonb_set(doc, '{until}',
	to_jsonb(rfc3339(now() - interval '1 second'))) WHERE id = :'theirs';
SELECT is(pg_temp.as_user('vera', 'SELECT * FROM mirror
	WHERE kind = ''coordination'''), '1', 'after its term likewise');
SELECT is(pg_temp.why('vera', :'theirs'), 'purged', 'as if it were purged');

-- One at a time for a case: as the mirror says, and before it says anything.
CREATE FUNCTION pg_temp.taken(state text, has_doc boolean) RETURNS boolean LANGUAGE plpgsql AS
$$
BEGIN
	UPDATE mirror m SET state = taken.state,
	       doc = CASE WHEN has_doc THEN coalesce(m.doc, '{}') END
	WHERE kind = 'coordination' AND id = '00000000-0000-4000-8000-0000000000c1';
	RETURN coordination_under_way('00000000-0000-4000-8000-0000000002a0');
END $$;
SELECT is(pg_temp.taken(state, has_doc), n, format('%s: %s', label, n))
FROM (VALUES ('requested', true, true, 'asked for'), ('suspended', true, true, 'suspended'),
	('closed', true, false, 'closed'), ('suspended', false, false, 'purged'))
	v(state, has_doc, n, label);
DELETE FROM mirror WHERE kind = 'coordination' AND id = :'ours';
INSERT INTO outbox (operation, method, path, params, subject, consent_id)
VALUES ('requestCoordination', 'PUT', '/', jsonb_build_object('id', :'ours'), :'consent_a', :'consent_a');
SELECT ok(coordination_under_way(:'case_a'), 'waiting for the hub: true');
UPDATE outbox SET state = 'delivered' WHERE operation = 'requestCoordination';
SELECT ok(coordination_under_way(:'case_a'), 'with the hub, and not told of yet: true');
UPDATE outbox SET state = 'refused' WHERE operation = 'requestCoordination';
SELECT ok(NOT coordination_under_way(:'case_a'), 'refused: false');

SELECT * FROM finish();
ROLLBACK;
