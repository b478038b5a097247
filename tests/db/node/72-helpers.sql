-- Helpers, nominations, and the table need × helper.
BEGIN;
\ir lib/fixture.psql
SELECT plan(42);

\set h1 '00000000-0000-4000-8000-000000001201'
\set h2 '00000000-0000-4000-8000-000000001202'
\set h3 '00000000-0000-4000-8000-000000001203'
\set gone '00000000-0000-4000-8000-000000001204'

CREATE FUNCTION pg_temp.helper(who text, id text, of_case text, kind text, sector text, domains text)
RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('INSERT INTO helper (id, case_id, kind, sector, domains,
		since, sealed, content) VALUES (%L, %L, %L, %L, %L, ''2026-01-10'',
		''z1.00000000.c2VhbGVk'', ''\x01'')', coalesce(id, gen_random_uuid()::text), of_case, kind, sector, domains))
$$;
CREATE FUNCTION pg_temp.nominate(who text, of_case text, helper text, source text DEFAULT 'child')
RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('INSERT INTO nomination (id, case_id, helper_id, source, since)
		VALUES (gen_random_uuid(), %L, %L, %L, ''2026-01-10'')', of_case, helper, source))
$$;

SELECT is(pg_temp.helper('anna', :'h1', :'case_a', 'professional', 'SOC', '{safety,family}'), '1',
	'the holder records a helper');
SELECT is(pg_temp.helper(who, NULL, :'case_a', 'kin', NULL, '{}'), '42501', who || ' cannot')
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.nominate('anna', :'case_a', :'h1'), '1', 'and who names them');
SELECT is(pg_temp.nominate(who, :'case_a', :'h1'), '42501', who || ' cannot')
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.nominate('boris', :'case_b', :'h1'), '23503', 'a helper of another case is not named');
SELECT is(pg_temp.as_user(who, 'SELECT * FROM ' || t), n, format('%s sees %s of %s', who, n, t))
FROM (VALUES ('anna', '1'), ('vera', '1'), ('boris', '0'), ('dora', '0'), ('emil', '0'), ('nobody', '0')) v(who, n),
	unnest(ARRAY['helper', 'nomination']) t;
SELECT is(pg_temp.as_courier('SELECT id FROM ' || t), '42501', 'the courier cannot read ' || t)
FROM unnest(ARRAY['helper', 'nomination']) t;
SELECT is(pg_temp.as_user('anna', ask), '42501', 'nobody: ' || ask)
FROM unnest(ARRAY['DELETE FROM helper', 'DELETE FROM nomination', 'UPDATE helper SET recorded_by = recorded_by']) ask;
SELECT is(pg_temp.helper('anna', NULL, :'case_a', k, s, '{}'), '23514', 'no ' || k || coalesce(' of ' || s, ''))
FROM (VALUES ('child', NULL), ('kin', 'SOC'), ('professional', NULL)) v(k, s);

-- The table: safety 2, family 1, school 1 and health none.
INSERT INTO need (case_id, domain, level) VALUES
	(:'case_a', 'family', 1), (:'case_a', 'education', 1), (:'case_a', 'health', 0);
CREATE FUNCTION pg_temp.states() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(n->>'domain' || ':' || (n->>'state'), ' ' ORDER BY o)
	FROM jsonb_array_elements(help_table('00000000-0000-4000-8000-0000000002a0')->'needs') WITH ORDINALITY e(n, o)
$$;
SELECT is(pg_temp.states(), 'safety:one education:gap family:one', 'one helper, and a gap');
INSERT INTO helper (id, case_id, kind, sector, domains, since, until, sealed, content, recorded_by) VALUES
	(:'h2', :'case_a', 'professional', 'POL', '{safety}', '2026-01-11', NULL, 'z1.00000000.c2', '\x02', :'anna'),
	(:'gone', :'case_a', 'professional', 'EDU', '{education}', '2026-01-01', today() - 1, 'z1.00000000.c2', '\x02', :'anna');
SELECT is(pg_temp.states(), 'safety:shared education:gap family:one', 'two of two sectors share; who has gone helps no more');
INSERT INTO helper (id, case_id, kind, sector, domains, since, sealed, content, recorded_by) VALUES
	(:'h3', :'case_a', 'professional', 'SOC', '{safety,health}', '2026-01-12', 'z1.00000000.c2', '\x02', :'anna');
SELECT is(pg_temp.states(), 'safety:overlap education:gap family:one', 'two of one sector overlap');
UPDATE helper SET kind = 'kin', sector = NULL WHERE id = :'h3';
SELECT is(pg_temp.states(), 'safety:shared education:gap family:one', 'the family overlaps with nobody');
SELECT is(help_table(:'case_a') - 'needs' - 'helpers',
	'{"gaps": 1, "overlaps": 0, "sectors": 2, "concentrated": []}', 'and in numbers');
SELECT is((SELECT array_agg((h->>'needs')::int ORDER BY h->>'id')
	FROM jsonb_array_elements(help_table(:'case_a')->'helpers') h), '{2,1,1}', 'who helps with how many');
UPDATE helper SET domains = '{safety,family,education}' WHERE id = :'h1';
UPDATE helper SET domains = '{}' WHERE id = :'h3';
SELECT is(help_table(:'case_a')->'concentrated', jsonb_build_array(:'h1'), 'who carries three of four');
UPDATE helper SET domains = '{family,education}' WHERE id = :'h2';
SELECT is(help_table(:'case_a')->'concentrated', '[]', 'three of five are not more than 60 %');

SELECT is((SELECT array_agg(contact_overdue(h) ORDER BY x.n)
	FROM (VALUES (1, 'weekly', 7), (2, 'weekly', 8), (3, 'monthly', 32), (4, 'on_need', 900)) x(n, rhythm, days),
	LATERAL (SELECT (jsonb_populate_record(h1, jsonb_build_object('rhythm', x.rhythm,
		'last_contact', today() - x.days))).* FROM helper h1 WHERE h1.id = :'h1') h),
	'{f,t,t,NULL}', 'contact is overdue by its rhythm');

UPDATE case_file SET content = '' WHERE id = :'case_a';
SELECT is(pg_temp.helper('anna', NULL, :'case_a', 'kin', NULL, '{}'), '42501', 'an erased case takes none');
SELECT is(pg_temp.nominate('anna', :'case_a', :'h1', 'parent'), '42501', 'of either');

SELECT * FROM finish();
ROLLBACK;
