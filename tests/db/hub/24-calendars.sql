-- Calendars: whose an address is, and what opening it makes of the asker.
BEGIN;
\ir lib/fixture.psql
SELECT plan(13);
\set team '00000000-0000-4000-8000-0000000000a9'
\set ani '00000000-0000-4000-8000-0000000000b2'
\set fani '00000000-0000-4000-8000-0000000000b3'
INSERT INTO organisation (id, name, kind, sectors, municipality, eik)
VALUES (:'team', 'team', 'commission', '{MUN}', 'VTR04', '175074752');
INSERT INTO app_user (id, login, name, role, organisation_id, password_hash)
VALUES (:'ani', 'ani', 'Ани', 'coordinator', :'team', '$argon2id$invented'),
	(:'fani', 'fani', 'Ф', 'facilitator', NULL, '$argon2id$invented');
INSERT INTO calendar (id, user_id, secret_sha256)
VALUES (gen_random_uuid(), :'ani', '\x01'), (gen_random_uuid(), :'fani', '\x02');

CREATE FUNCTION pg_temp.seen_by(who uuid, role text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	PERFORM set_config('zaedno.user', who::text, true),
	    set_config('zaedno.role', role, true);
	SET LOCAL ROLE zaedno_hub_service;
	SELECT count(*) INTO n FROM calendar;
	RESET ROLE;
	PERFORM set_config('zaedno.user', '', true),
	    set_config('zaedno.role', '', true);
	RETURN n;
END $$;
SELECT is(pg_temp.seen_by(:'ani', 'coordinator'), 1::bigint, 'one''s own');
SELECT is(pg_temp.seen_by(:'fani', 'facilitator'), 1::bigint, 'each');
SELECT is(pg_temp.seen_by(:'ani', 'expert'), 0::bigint, 'in that role alone');
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
