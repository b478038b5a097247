-- Calendars: whose an address is, and what opening it makes of the asker.
BEGIN;
\ir lib/fixture.psql
SELECT plan(12);
INSERT INTO calendar (id, user_id, secret_sha256)
VALUES (gen_random_uuid(), :'anna', '\x01'), (gen_random_uuid(), :'vera', '\x02');
SELECT is(pg_temp.as_user(who, 'SELECT FROM calendar'), n, format('%s sees %s', who, n))
FROM (VALUES ('anna', '1'), ('vera', '1'), ('boris', '0'), ('dora', '0'), ('emil', '0'),
	('nobody', '0')) w(who, n);
SELECT is(pg_temp.as_user('boris', format('INSERT INTO calendar (id, user_id, secret_sha256)
	VALUES (gen_random_uuid(), %L, ''\x03'')', :'anna')), '42501', 'nobody makes one for another');
SELECT is(calendar_open('\x09'), NULL, 'an unknown address opens nothing');
SELECT ok(calendar_open('\x01'), 'a known one opens');
SELECT is(my_role() || my_user(), 'practitioner' || :'anna', 'as whose it is');
SELECT set_config('zaedno.user', '', true), set_config('zaedno.role', '', true)
	\g /dev/null
UPDATE calendar SET revoked_at = now() WHERE user_id = :'anna';
UPDATE app_user SET state = 'disabled' WHERE id = :'vera';
SELECT is(calendar_open('\x01'), NULL, 'not when it was revoked');
SELECT is(calendar_open('\x02'), NULL, 'nor when its owner left');
SELECT * FROM finish();
ROLLBACK;
