-- Calendars: whose an address is, and what opening it makes of the asker.
BEGIN;
\ir lib/fixture.psql
\ir lib/coordination.psql
SELECT plan(13);
\set fani '00000000-0000-4000-8000-0000000000b3'
SELECT pg_temp.new_user(:'fani', 'fani', 'facilitator') \g /dev/null
INSERT INTO calendar (id, user_id, secret_sha256)
VALUES (gen_random_uuid(), :'ani', '\x01'), (gen_random_uuid(), :'fani', '\x02');

CREATE FUNCTION pg_temp.seen_by(who uuid, role text) RETURNS text
LANGUAGE sql AS $$ SELECT pg_temp.ask_as(role, 'SELECT FROM calendar', NULL, who) $$;
SELECT is(pg_temp.seen_by(:'ani', 'coordinator'), '1', 'one''s own');
SELECT is(pg_temp.seen_by(:'fani', 'facilitator'), '1', 'each');
SELECT is(pg_temp.seen_by(:'ani', 'expert'), '0', 'in that role alone');
SELECT is(pg_temp.ask(who, 'SELECT FROM calendar'), '0', who || ' sees none')
FROM unnest('{school,admin,nobody}'::text[]) who;
SELECT is(pg_temp.ask('school', format('INSERT INTO calendar (id, user_id,
	secret_sha256) VALUES (gen_random_uuid(), %L, ''\x03'')', :'ani')),
	'42501', 'nobody makes one for another');
SELECT is(calendar_open('\x09'), NULL, 'an unknown address opens nothing');
SELECT is(my_user(), NULL, 'and makes nobody of the asker');
SELECT ok(calendar_open('\x02'), 'a known one opens');
SELECT is(my_role() || my_user() || coalesce(me()::text, ''),
	'facilitator' || :'fani', 'as whose it is');
SELECT set_config('zaedno.user', '', true), set_config('zaedno.role', '', true)
	\g /dev/null
UPDATE calendar SET revoked_at = now() WHERE user_id = :'fani';
UPDATE app_user SET state = 'disabled' WHERE id = :'ani';
SELECT is(calendar_open('\x02'), NULL, 'not when it was revoked');
SELECT is(calendar_open('\x01'), NULL, 'nor when its owner left');
SELECT * FROM finish();
ROLLBACK;
