-- Needs in time, and how they hang together.
BEGIN;
\ir lib/fixture.psql
SELECT plan(48);

\set link_1 '00000000-0000-4000-8000-000000001001'
\set link_2 '00000000-0000-4000-8000-000000001002'

-- What a PUT answers: written now, version, same content, version asked for,
-- what forbids it.
SELECT is(part_reply(done, v, same, wanted, wrong, '{}')::text, row(status, body, etag)::text, why)
FROM (VALUES
	(true, 1, true, NULL, NULL::text[], '201', '{}', '1', 'a new one'),
	(true, 2, true, '1', NULL, '200', '{}', '2', 'a change'),
	(false, 2, true, NULL, NULL, '200', '{}', '2', 'a repeat'),
	(false, 2, true, NULL, '{/on,in-future}', '200', '{}', '2', 'a repeat of what would be refused today'),
	(false, 2, false, NULL, NULL, 'already-exists', NULL, '2', 'an id that is taken'),
	(false, 2, false, '1', '{/on,in-future}', 'precondition-failed', '{}', '2', 'an old version'),
	(false, 2, false, '2', '{/on,in-future}', 'invalid', '/on', 'in-future', 'a change that is refused'),
	(false, 2, false, '2', NULL, 'not-found', NULL, '2', 'a change that no policy lets pass'),
	(false, NULL, NULL, NULL, NULL, 'not-found', NULL, NULL, 'a new one that no policy lets pass'),
	(false, NULL, NULL, NULL, '{/on,in-future}', 'invalid', '/on', 'in-future', 'a new one that is refused'),
	(false, NULL, NULL, NULL, '{}', 'invalid', NULL, NULL, 'refused without a field'),
	(false, NULL, NULL, '1', '{/on,in-future}', 'not-found', NULL, NULL, 'a change of nothing')
) v(done, v, same, wanted, wrong, status, body, etag, why);

INSERT INTO need (case_id, domain, level, strength, strength_level) VALUES
	(:'case_a', 'family', 1, false, NULL), (:'case_a', 'peers', 0, true, 2),
	(:'case_a', 'health', NULL, true, NULL);
SELECT is(needs_of(:'case_a'), '[{"domain": "family", "level": 1}, {"domain": "peers", "level": 0},
	{"domain": "safety", "level": 2}]', 'needs with their levels');
SELECT is(strengths_of(:'case_a'), '[{"domain": "health"}, {"domain": "peers", "level": 2}]',
	'strengths, rated or not');
SELECT throws_ok($$UPDATE need SET strength_level = 3$$, '23514', NULL, 'rated from none to significant');

CREATE FUNCTION pg_temp.link(who text, id text, of_case text, f text, t text, kind text DEFAULT 'explains')
RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.as_user(who, format('INSERT INTO need_link (id, case_id, from_domain, to_domain,
		kind, since, sealed, content) VALUES (%L, %L, %L, %L, %L, ''2026-01-10'',
		''z1.00000000.c2VhbGVk'', ''\x01'')', coalesce(id, gen_random_uuid()::text), of_case, f, t, kind))
$$;
SELECT is(pg_temp.link('anna', :'link_1', :'case_a', 'family', 'safety'), '1', 'the holder records a link');
SELECT is(pg_temp.link('vera', :'link_2', :'case_a', 'safety', 'family'), '1', 'a supervisor the way back');
SELECT is(pg_temp.link(who, NULL, :'case_a', 'family', 'safety', 'keeps_up'), '42501', who || ' cannot')
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who;
SELECT is(pg_temp.as_user(who, 'SELECT * FROM need_link'), n, format('%s sees %s', who, n))
FROM (VALUES ('anna', '2'), ('vera', '2'), ('boris', '0'), ('dora', '0'), ('emil', '0'), ('nobody', '0')) v(who, n);
SELECT is(pg_temp.as_courier('SELECT id FROM ' || t), '42501', 'the courier cannot read ' || t)
FROM unnest(ARRAY['need_link', 'need_history']) t;
SELECT is(pg_temp.as_user('boris', 'UPDATE need_link SET until = ''2026-02-01'''), '0', 'a colleague changes none');
SELECT is(pg_temp.as_user('anna', 'DELETE FROM need_link'), '42501', 'nobody takes one away');
SELECT is(pg_temp.as_user('anna', 'UPDATE need_link SET recorded_by = recorded_by'), '42501',
	'nor says that another recorded it');
SELECT is(pg_temp.link('anna', NULL, :'case_a', 'family', 'safety'), '23505', 'the same link holds once');
SELECT is(pg_temp.link('anna', NULL, :'case_a', 'family', 'family'), '23514', 'and never to itself');
SELECT is(pg_temp.link('anna', NULL, :'case_a', 'family', 'nothing'), '23503', 'a domain is of the list');

SELECT is(need_link_wrong(:'case_a', gen_random_uuid(), f, t, k, s::date, u::date), w::text[], what)
FROM (VALUES ('family', 'safety', 'keeps_up', '2026-01-10', NULL, NULL, 'between two needs'),
	('family', 'family', 'explains', '2026-01-10', NULL, '{/to,conflict}', 'not with itself'),
	('peers', 'safety', 'explains', '2026-01-10', NULL, '{/from,not-found}', 'what is rated none is no need'),
	('family', 'health', 'explains', '2026-01-10', NULL, '{/to,not-found}', 'nor is a mere strength'),
	('family', 'safety', 'explains', '2026-01-10', NULL, '{/to,duplicate}', 'not twice'),
	('family', 'health', 'explains', '2026-01-10', '2026-02-10', NULL, 'what has ended needs no need'),
	('family', 'safety', 'keeps_up', '2999-01-10', NULL, '{/since,in-future}', 'not from the future'),
	('family', 'safety', 'keeps_up', '2026-01-10', '2026-01-09', '{/until,too-early}', 'nor backwards'))
	v(f, t, k, s, u, w, what);

SELECT is(pg_temp.as_user('anna', format($$INSERT INTO need_history (case_id, needs, strengths)
	VALUES (%L, '[]', '[]')$$, :'case_a')), '1', 'a rating is noted');
SELECT is(pg_temp.as_user('boris', format($$INSERT INTO need_history (case_id, needs, strengths)
	VALUES (%L, '[]', '[]')$$, :'case_a')), '42501', 'by whose work it is');
SELECT is(pg_temp.as_user('anna', ask), '42501', 'and stays: ' || ask)
FROM unnest(ARRAY['DELETE FROM need_history', $$UPDATE need_history SET needs = '[]'$$]) ask;

UPDATE case_file SET content = '' WHERE id = :'case_a';
SELECT is(pg_temp.link('anna', NULL, :'case_a', 'family', 'safety', 'keeps_up'), '42501',
	'an erased case takes none');

SELECT * FROM finish();
ROLLBACK;
