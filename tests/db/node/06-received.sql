-- Received summaries: assigned to me, within the lease, within their term.
BEGIN;
\ir lib/fixture.psql
SELECT plan(22);

SELECT is(pg_temp.apply(
	pg_temp.event(5, 0, 'put', :'received_1', 1, doc => pg_temp.received_doc(now() + interval '1 month')),
	pg_temp.event(6, 0, 'put', :'other_org', 1, 'organisation', 'all', '{"name": "x"}')), '2', 'a summary arrives');
\set shown 'SELECT FROM mirror WHERE kind = ''summary'' AND doc IS NOT NULL'

SELECT is(pg_temp.as_user('vera', :'shown'), '1', 'the supervisor sees it');
SELECT is(pg_temp.as_user('anna', :'shown'), '0', 'a practitioner does not, before it is assigned');
SELECT is(pg_temp.as_user('anna', 'SELECT FROM received'), '0', 'nor that it is there');
SELECT is(pg_temp.as_user('emil', :'shown'), '0', 'an administrator never');
SELECT is(pg_temp.as_user('dora', :'shown'), '0', 'nor the data-protection officer');
SELECT is(pg_temp.as_user('nobody', :'shown'), '0', 'nor nobody');
SELECT is(pg_temp.as_user('nobody', 'SELECT FROM mirror'), '0', 'who sees no directory either');
SELECT is(pg_temp.as_user('emil', $$SELECT FROM mirror WHERE kind = 'organisation'$$), '1',
	'the directory is open to everybody who signed in');
SELECT is(pg_temp.as_user('anna', format($$UPDATE received SET assigned_to = %L$$, :'anna')), '0',
	'nobody assigns to oneself');

SELECT is(pg_temp.as_user('vera', format($$UPDATE received SET assigned_to = %L$$, :'anna')), '1', 'it is assigned');
SELECT is(pg_temp.as_user('anna', :'shown'), '1', 'now the practitioner sees it');
SELECT is(pg_temp.as_user('boris', :'shown'), '0', 'a colleague does not');
SELECT is(pg_temp.as_user('boris', $$UPDATE received SET opened_at = now()$$), '0', 'nor opens it');
SELECT is(pg_temp.as_user('anna', format($$UPDATE received SET assigned_to = %L$$, :'boris')), '42501',
	'who has it cannot pass it on');
SELECT is(pg_temp.as_user('anna', 'UPDATE mirror SET doc = NULL'), '42501', 'the mirror is not written by the service');

UPDATE hub_link SET last_feed_at = statement_timestamp() - mirror_lease;
SELECT is(pg_temp.as_user('anna', :'shown'), '0', 'after the lease it is not shown');
SELECT is(pg_temp.as_user('vera', :'shown'), '0', 'to nobody');
SELECT is(pg_temp.as_user('vera', $$SELECT FROM mirror WHERE kind = 'organisation'$$), '1', 'the directory has no lease');
UPDATE hub_link SET last_feed_at = statement_timestamp() + interval '2 hours';
SELECT is(pg_temp.as_user('anna', :'shown'), '0', 'nor when the clock was set back');
UPDATE hub_link SET last_feed_at = statement_timestamp();
SELECT is(pg_temp.as_user('anna', :'shown'), '1', 'heard from again, it is shown');
UPDATE mirror SET doc = jsonb_set(doc, '{until}', to_jsonb(rfc3339(statement_timestamp()))) WHERE kind = 'summary';
SELECT is(pg_temp.as_user('anna', :'shown'), '0', 'after its term it is not');

SELECT * FROM finish();
ROLLBACK;
