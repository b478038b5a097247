-- Emergency reading: only read, only that case, only for three hours, only by
-- who opened it, never in silence.
BEGIN;
\ir lib/fixture.psql
SELECT plan(85);

\set reading '00000000-0000-4000-8000-000000000901'

INSERT INTO outcome (id, case_id, kind, on_day, school, recorded_by)
VALUES (gen_random_uuid(), :'case_a', 'school', '2026-01-10', 'attending', :'anna');
INSERT INTO signal (id, case_id, channel, recipient, made_at, made_by, sealed, content, recorded_by)
VALUES (gen_random_uuid(), :'case_a', 'phone', 'dsp', statement_timestamp(), :'anna',
        'z1.00000000.c2VhbGVk', '\x01', :'anna');
INSERT INTO team_record (id, case_id, kind, convened_at, held_at, sealed, content, recorded_by)
VALUES (gen_random_uuid(), :'case_a', 'violence', statement_timestamp(), statement_timestamp(),
        'z1.00000000.c2VhbGVk', '\x01', :'anna');

CREATE FUNCTION pg_temp.operation(name text) RETURNS text LANGUAGE sql AS
	$$ SELECT set_config('zaedno.operation', name, true) $$;
CREATE FUNCTION pg_temp.open(who text, of_case text, id text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('INSERT INTO emergency_reading (id, case_id, sealed, content)
		VALUES (%L, %L, ''z1.00000000.c2VhbGVk'', ''\x01'')',
		coalesce(id, gen_random_uuid()::text), of_case))
$$;
-- How many rows of Anna's case somebody sees in each table that hangs on it.
CREATE FUNCTION pg_temp.seen(who text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(pg_temp.as_user(who, format('SELECT * FROM %s', t)), ' ')
	FROM unnest(ARRAY[
		$q$case_file WHERE id = '00000000-0000-4000-8000-0000000002a0'$q$,
		$q$person WHERE id = '00000000-0000-4000-8000-0000000001a0'$q$,
		$q$need WHERE case_id = '00000000-0000-4000-8000-0000000002a0'$q$,
		$q$episode WHERE case_id = '00000000-0000-4000-8000-0000000002a0'$q$,
		'consent', 'summary', 'outcome', 'signal', 'team_record']) t
$$;
\set all_seen '1 1 1 1 1 1 1 1 1'
\set none_seen '0 0 0 0 0 0 0 0 0'

SELECT pg_temp.operation('getCase') \g /dev/null
SELECT is(pg_temp.seen('boris'), :'none_seen', 'before it a colleague sees nothing');

-- Who may open one.
SELECT is(pg_temp.open(who, :'case_a'), '42501', who || ' opens none')
FROM unnest(ARRAY['vera', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.open('boris', :'case_b'), '42501', 'nor a practitioner of the own case');
SELECT is(pg_temp.as_user('boris', format($$INSERT INTO emergency_reading (id, case_id, sealed, content, %s)
	VALUES (gen_random_uuid(), %L, 'z', '\x01', %s)$$, col, :'case_a', val)), '42501', 'nobody chooses ' || col)
FROM (VALUES ('reader', quote_literal(:'anna')), ('until', $$now() + interval '1 day'$$),
             ('opened_at', $$now() + interval '1 day'$$), ('number', $$'1/26'$$)) v(col, val);
SELECT is(pg_temp.as_user('boris', format('SELECT * FROM emergency_case(%L, NULL) WHERE NOT own', :'case_a')),
	'1', 'a practitioner finds a colleague''s case by id');
SELECT is(pg_temp.as_user('boris', $$SELECT * FROM emergency_case(NULL, '900001/26') WHERE NOT own$$), '1',
	'and by number');
SELECT is(pg_temp.as_user('boris', $$SELECT * FROM emergency_case(NULL, '900002/26') WHERE own$$), '1',
	'and is told that the own one needs none');
SELECT is(pg_temp.as_user(who, format('SELECT * FROM emergency_case(%L, NULL)', :'case_a')), '0',
	who || ' finds none')
FROM unnest(ARRAY['dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.as_courier(format('SELECT * FROM emergency_case(%L, NULL)', :'case_a')), '42501',
	'the courier may not ask');

SELECT is(pg_temp.open('boris', :'case_a', :'reading'), '1', 'a practitioner opens a colleague''s case');
SELECT is(ROW(number, holder, reader, until - opened_at)::text,
	ROW('900001/26', :'anna'::uuid, :'boris'::uuid, interval '3 hours')::text,
	'for three hours, with what the database knows of it')
FROM emergency_reading WHERE id = :'reading';

-- Who is told.
SELECT is(array_agg(to_role ORDER BY to_role), ARRAY['dpo', 'supervisor'], 'both are told at once')
FROM notice WHERE ref = :'reading';
SELECT is(pg_temp.as_user(who, 'SELECT * FROM notice'), '1', who || ' has a notice')
FROM unnest(ARRAY['vera', 'dora']) who;
SELECT is(pg_temp.as_user(who, 'SELECT * FROM ' || t), '0', who || ' sees nothing of ' || t)
FROM unnest(ARRAY['anna', 'emil', 'nobody']) who, unnest(ARRAY['notice', 'emergency_reading', 'emergency_read']) t;
SELECT is(pg_temp.as_user(who, 'SELECT * FROM emergency_reading'), '1', who || ' sees the reading')
FROM unnest(ARRAY['vera', 'dora', 'boris']) who;
SELECT is(pg_temp.as_user('vera', $$INSERT INTO notice (to_role, kind, ref)
	VALUES ('dpo', 'emergency_reading', gen_random_uuid())$$), '42501', 'the service makes no notice');
SELECT is(pg_temp.as_user('vera', 'DELETE FROM notice'), '42501', 'nor takes one away');
SELECT is(pg_temp.as_user('vera', format('UPDATE notice SET seen_at = now(), seen_by = %L', :'dora')), '42501',
	'nobody has seen it in another''s name');
SELECT is(pg_temp.as_user('vera', format('UPDATE notice SET seen_at = now(), seen_by = %L', :'vera')), '1',
	'a supervisor has seen the own one alone');
SELECT is(pg_temp.as_user('boris', ask), '42501', 'nobody does: ' || ask)
FROM unnest(ARRAY[$$UPDATE emergency_reading SET until = now() + interval '1 hour'$$,
	'DELETE FROM emergency_reading', 'DELETE FROM emergency_read']) ask;

-- What it opens, and for which operations.
SELECT is(pg_temp.seen('boris'), :'all_seen', 'the reader sees the case and what hangs on it');
SELECT is(pg_temp.as_user('boris', 'SELECT * FROM case_file'), '2', 'that one and the own');
SELECT is(pg_temp.seen(who), :'none_seen', who || ' does not')
FROM unnest(ARRAY['dora', 'emil', 'nobody']) who;
INSERT INTO app_user (id, login, name, role, password_hash)
VALUES ('00000000-0000-4000-8000-00000000000f', 'fani', 'fani', 'practitioner', '$argon2id$invented');
SELECT is(pg_temp.seen('fani'), :'none_seen', 'nor another colleague');
SELECT is(pg_temp.operation(name) || ' ' || pg_temp.seen('boris'), name || ' ' || :'none_seen',
	name || ' opens nothing')
FROM unnest(ARRAY['listCases', 'searchPersons', 'updateCase', 'updatePerson', 'putNeeds', 'putEpisode',
	'createConsent', 'previewSummary', 'listOutbox', 'createSignal', 'getCase; x', '']) name;

-- Even where the policy of the case lets see, nothing lets write.
SELECT pg_temp.operation('getCase') \g /dev/null
SELECT is(pg_temp.as_user('boris', format(ask, :'case_a')), wanted, 'no write: ' || ask)
FROM (VALUES
	($$UPDATE case_file SET version = 2 WHERE id = %L$$, '0'),
	($$INSERT INTO need (case_id, domain) VALUES (%L, 'peers')$$, '42501'),
	($$UPDATE need SET level = 0 WHERE case_id = %L$$, '0'),
	($$DELETE FROM need WHERE case_id = %L$$, '0'),
	($$INSERT INTO episode (id, case_id, kind, service, start_on)
	   VALUES (gen_random_uuid(), %L, 'social', 'x', '2026-01-01')$$, '42501'),
	($$UPDATE episode SET service = 'x' WHERE case_id = %L$$, '0'),
	($$UPDATE consent SET state = 'withdrawn' WHERE case_id = %L$$, '0'),
	($$UPDATE summary SET version = 2 WHERE %L IS NOT NULL$$, '0'),
	($$INSERT INTO outcome (id, case_id, kind, on_day, school)
	   VALUES (gen_random_uuid(), %L, 'school', '2026-01-01', 'attending')$$, '42501'),
	($$INSERT INTO team_record (id, case_id, kind, convened_at, held_at, sealed, content)
	   VALUES (gen_random_uuid(), %L, 'other', now(), now(), 'z', '\x01')$$, '42501'),
	($$UPDATE signal SET ack_at = now() WHERE case_id = %L$$, '0')) w(ask, wanted);
SELECT is(pg_temp.as_user('boris', format($$UPDATE person SET version = 2 WHERE id = %L$$, :'person_a')), '0',
	'no write to the person');
SELECT is(pg_temp.as_user('boris', format($$DELETE FROM person_index WHERE person_id = %L$$, :'person_a')), '0',
	'nor to its index');
SELECT is(pg_temp.as_user('boris', format($$INSERT INTO case_file (id, person_id, year, number, holder, content)
	VALUES (gen_random_uuid(), %L, 2026, 900009, %L, '\x01')$$, :'person_a', :'boris')), '42501',
	'an emergency does not become a case of one''s own');
SELECT is(pg_temp.as_user('boris', format($$INSERT INTO consent_recipient (consent_id, organisation_id, categories)
	VALUES (%L, gen_random_uuid(), '{basics}')$$, :'consent_a')), '42501', 'nor a wider consent');
SELECT is(pg_temp.as_user('boris', format($$INSERT INTO summary (id, consent_id, doc)
	VALUES (gen_random_uuid(), %L, '{}')$$, :'consent_a')), '42501', 'nor a summary');
SELECT is(pg_temp.as_user('boris', format($$INSERT INTO outbox (operation, method, path, subject, consent_id)
	VALUES ('withdrawConsent', 'PUT', '/', %1$L, %1$L)$$, :'consent_a')), '42501', 'nor anything for the hub');

-- What is read is noted.
SELECT is(pg_temp.as_user('boris', format($$INSERT INTO audit (event, kind, ref) VALUES
	('case.read', 'case', %L), ('person.read', 'person', %L), ('consent.read', 'consent', %L),
	('summary.read', 'summary', %L), ('case.read', 'case', %L)$$, :'case_a', :'person_a', :'consent_a',
	:'summary_a', :'case_b')), '5', 'reads of both cases');
SELECT is(array_agg(event ORDER BY id), ARRAY['case.read', 'person.read', 'consent.read', 'summary.read'],
	'those of the colleague''s case are listed') FROM emergency_read WHERE reading_id = :'reading';
SELECT is(pg_temp.as_user('vera', 'SELECT * FROM emergency_read'), '4', 'for a supervisor');
SELECT is(pg_temp.as_user('dora', 'SELECT * FROM emergency_read'), '4', 'and the data-protection officer');
SELECT is(pg_temp.as_user('boris', 'SELECT * FROM emergency_read'), '0', 'the reader does not see what was noted');

-- The end.
UPDATE emergency_reading SET opened_at = statement_timestamp() - interval '3 hours',
	until = statement_timestamp();
SELECT is(pg_temp.seen('boris'), :'none_seen', 'at the end of the third hour it is over');
UPDATE emergency_reading SET opened_at = statement_timestamp() - interval '2 hours 59 minutes',
	until = statement_timestamp() + interval '1 minute';
SELECT is(pg_temp.seen('boris'), :'all_seen', 'a minute before it is not');
UPDATE emergency_reading SET opened_at = statement_timestamp() + interval '1 minute',
	until = statement_timestamp() + interval '2 minutes';
SELECT is(pg_temp.seen('boris'), :'none_seen', 'nor does it begin before it was opened: a clock set back');
SELECT throws_ok($$UPDATE emergency_reading SET until = opened_at + interval '3 hours 1 second'$$, '23514', NULL,
	'no reading is longer');

SELECT * FROM finish();
ROLLBACK;
