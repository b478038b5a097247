-- What the two roles of a node may touch at all.
BEGIN;
\ir lib/fixture.psql
SELECT plan(43);

SELECT is(count(*), 0::bigint, 'the roles of the service and the courier own nothing')
FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
WHERE r.rolname IN ('zaedno_node_service', 'zaedno_node_courier');

SELECT ok(relrowsecurity, relname || ' has row-level security')
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname IN
	('person', 'person_index', 'case_file', 'need', 'episode', 'consent',
	 'consent_version', 'consent_recipient', 'consent_signer', 'summary',
	 'outbox', 'mirror', 'received', 'audit')
ORDER BY relname;

SELECT is(pg_temp.as_courier('SELECT * FROM ' || t), '42501', 'the courier cannot read ' || t)
FROM unnest(ARRAY['person', 'person_index', 'identity_key', 'case_file', 'need',
	'episode', 'consent', 'consent_version', 'consent_recipient',
	'consent_signer', 'summary', 'mirror', 'received', 'audit', 'app_user',
	'session', 'refresh_token']) t;

SELECT is(pg_temp.as_courier('SELECT body FROM outbox'), '0', 'the courier reads what waits');
SELECT is(pg_temp.as_courier('SELECT code FROM hub_link'), '1', 'and the enrolment code');
SELECT is(pg_temp.as_courier($$UPDATE hub_link SET hub_url = 'http://other'$$), '42501',
	'but not change which hub');
SELECT is(pg_temp.as_courier($$UPDATE outbox SET body = '{}'$$), '42501', 'nor what is sent');
SELECT is(pg_temp.as_courier('DELETE FROM outbox'), '42501', 'nor delete it');
SELECT is(pg_temp.as_user('emil', 'SELECT body FROM outbox'), '42501',
	'the service queues bodies and cannot read them back');
SELECT is(pg_temp.as_user('emil', 'SELECT code FROM hub_link'), '42501',
	'nor the enrolment code');
SELECT is(pg_temp.as_user('vera', 'DELETE FROM case_file'), '42501', 'no case is deleted');
SELECT is(pg_temp.as_user('vera', 'DELETE FROM consent'), '42501', 'no consent is deleted');
SELECT is(pg_temp.as_user('vera', $$SELECT feed_apply('[]', 'c', gen_random_uuid(), now())$$),
	'42501', 'the service cannot apply a feed');
SELECT is(pg_temp.as_user('vera', 'CREATE TABLE mine (x int)'), '42501', 'nor make tables');

SELECT * FROM finish();
ROLLBACK;
