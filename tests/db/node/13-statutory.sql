-- The statutory lane: seen like its case, written by whose work it is, told to
-- nobody outside.
BEGIN;
\ir lib/fixture.psql
SELECT plan(41);

\set signal_a '00000000-0000-4000-8000-000000000801'
\set team_a '00000000-0000-4000-8000-000000000802'

CREATE FUNCTION pg_temp.signal(who text, id text, of_case text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('INSERT INTO signal (id, case_id, channel,
		recipient, made_at, made_by, sealed, content) VALUES (%L, %L, ''phone'',
		''dsp'', statement_timestamp(), ''00000000-0000-4000-8000-00000000000a'',
		''z1.00000000.c2VhbGVk'', ''\x01'')', coalesce(id, gen_random_uuid()::text), of_case))
$$;
CREATE FUNCTION pg_temp.team(who text, id text, of_case text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('INSERT INTO team_record (id, case_id, kind,
		convened_at, held_at, sealed, content) VALUES (%L, %L, ''violence'',
		statement_timestamp(), statement_timestamp(), ''z1.00000000.c2VhbGVk'',
		''\x01'')', coalesce(id, gen_random_uuid()::text), of_case))
$$;
CREATE FUNCTION pg_temp.acknowledge(who text, by_user text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('UPDATE signal SET ack_at = made_at,
		ack_sealed = ''z1.00000000.c2VhbGVk'', ack_content = ''\x02'',
		ack_recorded_by = %L, ack_recorded_at = statement_timestamp()', by_user))
$$;
CREATE TEMP TABLE before AS SELECT (SELECT count(*) FROM outbox) AS outbox,
	(SELECT count(*) FROM mirror) AS mirror;

SELECT is(pg_temp.signal('anna', :'signal_a', :'case_a'), '1', 'the holder records a signal');
SELECT is(pg_temp.team('anna', :'team_a', :'case_a'), '1', 'and a team');
SELECT is(pg_temp.signal(who, NULL, :'case_a'), '42501', who || ' records no signal')
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.team(who, NULL, :'case_a'), '42501', who || ' records no team')
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.as_user(who, 'SELECT * FROM ' || t), '1', who || ' sees ' || t)
FROM unnest(ARRAY['anna', 'vera']) who, unnest(ARRAY['signal', 'team_record']) t;
SELECT is(pg_temp.as_user(who, 'SELECT * FROM ' || t), '0', who || ' sees nothing of ' || t)
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who, unnest(ARRAY['signal', 'team_record']) t;
SELECT is(pg_temp.as_courier('SELECT id FROM ' || t), '42501', 'the courier cannot read ' || t)
FROM unnest(ARRAY['signal', 'team_record']) t;
SELECT is(pg_temp.as_user('anna', ask), '42501', 'the holder cannot: ' || ask)
FROM unnest(ARRAY[$$UPDATE signal SET made_at = statement_timestamp()$$, 'DELETE FROM signal',
	$$UPDATE team_record SET sealed = 'x'$$, 'DELETE FROM team_record']) ask;

SELECT is(pg_temp.acknowledge(who, :'boris'), '0', who || ' acknowledges nothing')
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.acknowledge('anna', :'boris'), '42501', 'nor the holder in another''s name');
SELECT is(pg_temp.acknowledge('anna', :'anna'), '1', 'the holder does');
SELECT is(pg_temp.acknowledge('anna', :'anna'), '0', 'once');

SELECT is((SELECT count(*) FROM outbox), outbox, 'nothing waits for the hub') FROM before;
SELECT is((SELECT count(*) FROM mirror), mirror, 'nothing is mirrored') FROM before;
SELECT is((SELECT count(*) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
	WHERE NOT t.tgisinternal AND t.tgrelid IN ('signal'::regclass, 'team_record'::regclass)
	  AND p.prosrc ~* 'outbox|mirror|hub|notify|dblink'), 0::bigint,
	'no trigger leads from them to the hub');
SELECT is((SELECT count(*) FROM information_schema.table_privileges
	WHERE table_name IN ('signal', 'team_record') AND grantee <> 'zaedno_node_service'
	  AND grantee <> (SELECT rolname FROM pg_class JOIN pg_roles r ON r.oid = relowner
	                  WHERE relname = 'signal')), 0::bigint,
	'nobody but the service has a grant on them');
SELECT is(array_agg(column_name::text ORDER BY column_name), ARRAY['ack_sealed', 'channel', 'recipient', 'sealed'],
	'a signal has no text but codes and what is sealed')
FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = 'signal' AND data_type = 'text';
SELECT is(array_agg(column_name::text ORDER BY column_name), ARRAY['kind', 'sealed'], 'nor has a team record')
FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = 'team_record' AND data_type = 'text';

SELECT * FROM finish();
ROLLBACK;
