-- Three doors by which a consent ends: who reaches which, and that nobody sees
-- more by them than what ending it needs.
BEGIN;
\ir lib/fixture.psql
\ir lib/statements.psql
SELECT plan(39);
\set coord '00000000-0000-4000-8000-0000000000b2'
INSERT INTO app_user (id, login, name, role, password_hash)
VALUES (:'coord', 'coord-of-test', 'coordinator', 'coordinator', '$argon2id$invented');
\set second '00000000-0000-4000-8000-0000000000c3'
SELECT pg_temp.new_consent(:'second', :'school', now() + interval '1 month') \g /dev/null
DELETE FROM event_queue;

-- Who asks: a family for one consent, or a coordinator in an operation.
CREATE FUNCTION pg_temp.as(who text, command text, consent text DEFAULT '',
    capacity text DEFAULT '', operation text DEFAULT '', person text DEFAULT
    '00000000-0000-4000-8000-0000000000b2') RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.ask_with(jsonb_build_object('role', who, 'user', person,
	    'consent', consent, 'capacity', capacity, 'operation', operation), command)
$$;
\set end 'UPDATE consent SET state = ''withdrawn'', ended_at = now() WHERE state = ''active'''

-- A family: the one consent that its session is bound to.
SELECT is(pg_temp.as('family', 'SELECT FROM ' || t, :'consent', 'parent'), n,
	format('a family sees %s of %s', n, t))
FROM (VALUES ('consent', '1'), ('consent_recipient', '2'), ('summary', '0'), ('withdrawal', '0'),
	('audit', '0'), ('read_log', '0'), ('withdrawal_record', '0'), ('feed', '0')) v(t, n);
SELECT is(pg_temp.as('family', 'SELECT FROM consent', bound, capacity), '0', what)
FROM (VALUES ('', 'parent', 'bound to none it sees none'),
	(:'consent', '', 'without a capacity as well'),
	('00000000-0000-4000-8000-00000000dead', 'parent', 'or bound to what does not exist')) v(bound, capacity, what);
SELECT is(pg_temp.as(who, 'SELECT FROM consent', :'consent', 'parent'), '0',
	'its settings are nobody else''s: ' || who)
FROM unnest(ARRAY['board', 'coordinator', 'admin', 'node', '']) who;
SELECT is(pg_temp.as('family', :'end', :'second', 'parent'), '1', 'it ends that one alone');
SELECT is((SELECT count(*) FROM consent WHERE state = 'active'), 2::bigint, 'and no other');
SELECT is(pg_temp.as('family', 'UPDATE consent SET until = until + interval ''1 day''', :'consent', 'parent'), '42501',
	'and does nothing else to it');
UPDATE consent SET state = 'active', ended_at = NULL WHERE id = :'second';

-- A coordinator: any, only in that operation, only while the account stands.
SELECT is(pg_temp.as('coordinator', 'SELECT FROM consent'), '0', 'a coordinator sees no consent');
SELECT is(pg_temp.as('coordinator', 'SELECT FROM consent', operation => 'getConsent'), '0', 'nor by another operation');
SELECT is(pg_temp.as('coordinator', 'SELECT FROM summary', operation => 'recordWithdrawal'), '0',
	'nor a summary when recording');
SELECT is(pg_temp.as('coordinator', format('SELECT FROM consent WHERE id = %L', :'consent'),
	operation => 'recordWithdrawal'), '1', 'but finds the consent to end');
SELECT is(pg_temp.as('coordinator', format('UPDATE consent SET holder = %L WHERE id = %L', :'ngo', :'consent'),
	operation => 'recordWithdrawal'), '42501', 'and does nothing else to it');
SELECT is(pg_temp.as('coordinator', 'SELECT FROM consent', operation => 'recordWithdrawal',
	person => '00000000-0000-4000-8000-0000000000b1'), '0', 'not in another''s account');
UPDATE app_user SET state = 'disabled' WHERE id = :'coord';
SELECT is(pg_temp.as('coordinator', 'SELECT FROM consent', operation => 'recordWithdrawal'), '0',
	'nor in one that is closed');
UPDATE app_user SET state = 'active' WHERE id = :'coord';

-- The pair of statements, by the coordinator's door.
SELECT pg_temp.be(NULL, 'coordinator') \gset q_
SELECT set_config('zaedno.user', :'coord', true), set_config('zaedno.operation', 'recordWithdrawal', true) \gset q_
EXECUTE consent_withdraw_root(:'consent', 'guardian');
EXECUTE withdrawal_record(:'consent', 'guardian', 'paper', 'holder_unreachable', '12/2026');
EXECUTE consent_withdraw(:'consent', 'guardian') \gset got_
RESET ROLE;
SELECT is(:'got_status' || ' ' || :'got_door' || ' ' || :'got_capacity', '200 coordinator guardian', 'it is ended');
SELECT is((SELECT ROW(state, ended_capacity, ended_door)::text FROM consent WHERE id = :'consent'),
	'(withdrawn,guardian,coordinator)', 'with who and through whom');
SELECT is((SELECT ROW(doc IS NULL, readers = '{}')::text FROM summary WHERE id = :'summary'), '(t,t)',
	'the content is gone');
SELECT is((SELECT count(*) FROM consent_recipient WHERE consent_id = :'consent' AND live_until > '-infinity'),
	0::bigint, 'and nobody is named');
SELECT is((SELECT array_agg(kind || ' ' || op ORDER BY kind) FROM event_queue WHERE recipient = :'school'),
	ARRAY['consent put', 'summary purge'], 'the holder hears of both');
SELECT ok((SELECT count(*) > 0 FROM event_queue WHERE recipient = :'centre' AND op = 'purge'), 'the recipient erases');
SELECT is((SELECT ROW(received, reason, reference, recorded_by)::text FROM withdrawal_record),
	ROW('paper', 'holder_unreachable', '12/2026', :'coord')::text, 'what was taken down');
DELETE FROM event_queue;

-- Once more, and by the holder itself: the first stays.
SELECT pg_temp.be(:'school') \gset q_
EXECUTE consent_withdraw_root(:'consent', 'parent');
EXECUTE consent_withdraw(:'consent', 'parent') \gset again_
RESET ROLE;
SELECT is(:'again_status' || :'again_door' || :'again_capacity' || :'again_leaf',
	'200coordinatorguardian' || :'got_leaf', 'the holder is answered the first');
SELECT is((SELECT count(*) FROM event_queue), 0::bigint, 'and nobody is told again');

-- By a family's.
SELECT pg_temp.be(NULL, 'family') \gset q_
SELECT set_config('zaedno.consent', :'second', true), set_config('zaedno.capacity', 'custodian', true) \gset q_
EXECUTE consent_withdraw_root(:'expired', 'parent');
EXECUTE consent_withdraw(:'expired', 'parent') \gset other_
EXECUTE consent_withdraw_root(:'second', 'parent');
EXECUTE consent_withdraw(:'second', 'parent') \gset mine_
RESET ROLE;
SELECT is(:'other_status'::text, 'not-found', 'a family does not end another consent');
SELECT is(:'mine_status' || ' ' || :'mine_door' || ' ' || :'mine_capacity', '200 family custodian',
	'and its own in its own capacity');

-- What is erased is only what has ended.
SELECT pg_temp.new_consent('00000000-0000-4000-8000-0000000000c4', :'school', now() + interval '1 month') \g /dev/null
INSERT INTO summary (id, consent_id, holder, version, doc, readers, until)
VALUES ('00000000-0000-4000-8000-0000000000d4', '00000000-0000-4000-8000-0000000000c4', :'school', 1, :'doc', '{}',
	now() + interval '1 month');
SELECT is(pg_temp.as('board', $$SELECT FROM consent_erase('00000000-0000-4000-8000-0000000000c4')$$), '0',
	'nobody erases what holds');
SELECT is((SELECT doc IS NOT NULL FROM summary WHERE id = '00000000-0000-4000-8000-0000000000d4'), true, 'it is there');

SELECT * FROM finish();
ROLLBACK;
