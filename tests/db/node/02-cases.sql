-- Cases, persons and what hangs on them: own, all, none.
BEGIN;
\ir lib/fixture.psql
SELECT plan(42);

SELECT is(pg_temp.as_user('anna', 'SELECT * FROM ' || t), '1', 'a practitioner sees only own rows of ' || t)
FROM unnest(ARRAY['case_file', 'person', 'person_index', 'need', 'episode']) t;
SELECT is(pg_temp.as_user('vera', 'SELECT * FROM ' || t), '2', 'a supervisor sees all of ' || t)
FROM unnest(ARRAY['case_file', 'person', 'person_index', 'need', 'episode']) t;
SELECT is(pg_temp.as_user(who, 'SELECT * FROM ' || t), '0', who || ' sees nothing of ' || t)
FROM unnest(ARRAY['dora', 'emil', 'nobody']) who,
     unnest(ARRAY['case_file', 'person', 'person_index', 'need', 'episode']) t;

SELECT is(pg_temp.as_user('boris', format('SELECT * FROM person WHERE id = %L', :'person_a')), '0',
	'a colleague does not find the person by id');
SELECT is(pg_temp.as_user('boris', format('UPDATE case_file SET version = 2 WHERE id = %L', :'case_a')),
	'0', 'nor change the case');
SELECT is(pg_temp.as_user('boris', format('DELETE FROM need WHERE case_id = %L', :'case_a')), '0',
	'nor delete its needs');
SELECT is(pg_temp.as_user('boris', format($$INSERT INTO episode (id, case_id, kind, service, start_on)
	VALUES (gen_random_uuid(), %L, 'social', 'x', '2026-01-01')$$, :'case_a')), '42501',
	'nor add an episode to it');
SELECT is(pg_temp.as_user('boris', format($$INSERT INTO need (case_id, domain) VALUES (%L, 'peers')$$,
	:'case_a')), '42501', 'nor a need');
SELECT is(pg_temp.as_user('boris', format($$INSERT INTO person_index VALUES (%L, 'given', '\x01')$$,
	:'person_a')), '42501', 'nor an index row');
SELECT is(pg_temp.as_user('boris', format($$INSERT INTO case_file (id, person_id, year, number, holder, content)
	VALUES (gen_random_uuid(), %L, 2026, 900003, %L, '\x01')$$, :'person_b', :'anna')), '42501',
	'nobody opens a case in another''s name');
SELECT is(pg_temp.as_user('boris', format($$UPDATE case_file SET holder = %L WHERE id = %L$$,
	:'anna', :'case_b')), '42501', 'or gives one away without being a supervisor');
SELECT is(pg_temp.as_user('emil', $$INSERT INTO person (id, sealed, content)
	VALUES (gen_random_uuid(), 'z', '\x01')$$), '42501', 'an administrator enters no person');

-- A person without a case belongs to the one who entered it, until there is one.
SELECT is(pg_temp.as_user('boris', $$INSERT INTO person (id, sealed, content)
	VALUES ('00000000-0000-4000-8000-0000000001c0', 'z1.00000000.x', '\x03')$$), '1',
	'a practitioner enters a person');
SELECT is(pg_temp.as_user('boris', $$SELECT FROM person WHERE id = '00000000-0000-4000-8000-0000000001c0'$$),
	'1', 'and sees it');
SELECT is(pg_temp.as_user('anna', $$SELECT FROM person WHERE id = '00000000-0000-4000-8000-0000000001c0'$$),
	'0', 'a colleague does not');
INSERT INTO case_file (id, person_id, year, number, holder, content, created_by)
VALUES (gen_random_uuid(), '00000000-0000-4000-8000-0000000001c0', 2026, 900004, :'anna', '\x03', :'vera');
SELECT is(pg_temp.as_user('boris', $$SELECT FROM person WHERE id = '00000000-0000-4000-8000-0000000001c0'$$),
	'0', 'once another holds its case, the one who entered it does not either');

-- The role of now counts, not the one in the token.
UPDATE app_user SET state = 'disabled' WHERE login = 'anna';
SELECT is(pg_temp.as_user('anna', 'SELECT FROM case_file'), '0', 'who was disabled sees nothing, at once');
UPDATE app_user SET state = 'active', role = 'admin' WHERE login = 'anna';
DO $$ BEGIN
	PERFORM set_config('zaedno.user', '00000000-0000-4000-8000-00000000000a', true),
	        set_config('zaedno.role', 'practitioner', true);
END $$;
SELECT is(my_role(), NULL, 'a role that was taken away is no role');

SELECT is(case_number_next(2031), 1, 'numbers begin anew with the year');
SELECT is(case_number_next(2031), 2, 'and go on by one');

SELECT * FROM finish();
ROLLBACK;
