-- A record that was written anew is in the name of whoever wrote it last.
BEGIN;
\ir lib/fixture.psql
SELECT plan(21);
\set h1 '00000000-0000-4000-8000-000000001701'
\set c1 '00000000-0000-4000-8000-000000001702'

SELECT set_config('zaedno.user', :'anna', true) \g /dev/null
INSERT INTO need_link (id, case_id, from_domain, to_domain, kind, since, sealed, content)
VALUES (:'h1', :'case_a', 'family', 'education', 'explains', '2026-01-10', 'z', '\x01');
INSERT INTO voice (id, case_id, who, how, on_day, refused, sealed, content)
VALUES (:'h1', :'case_a', 'child', 'drawing', '2026-01-10', false, 'z', '\x01');
INSERT INTO helper (id, case_id, kind, domains, since, sealed, content)
VALUES (:'h1', :'case_a', 'kin', '{}', '2026-01-10', 'z', '\x01');
INSERT INTO nomination (id, case_id, helper_id, source, since)
VALUES (:'h1', :'case_a', :'h1', 'child', '2026-01-10');
INSERT INTO continuity (episode_id, case_id, lost, stays, sealed, content)
SELECT e.id, e.case_id, 1, 1, 'z', '\x01' FROM episode e WHERE e.case_id = :'case_a';
INSERT INTO grid (id, case_id, on_day, shape, sealed, content)
VALUES (:'h1', :'case_a', '2026-01-10', '{"columns": [], "alignments": []}', 'z', '\x01');
INSERT INTO connecting (id, case_id, grid_id, level, parties, due, sealed, content)
VALUES (:'h1', :'case_a', :'h1', 'explanation', ARRAY[:'h1', :'c1']::uuid[], '2026-02-01', 'z', '\x01');

CREATE FUNCTION pg_temp.by(t text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	login text;
BEGIN
	EXECUTE format('SELECT u.login FROM %I t JOIN app_user u ON u.id = t.recorded_by', t) INTO login;
	RETURN login;
END $$;
SELECT is(pg_temp.as_user('vera', format('UPDATE %I SET %s, version = version + 1', t, change))
	|| ' ' || pg_temp.by(t), '1 vera', t || ' is in the name of whoever changed it')
FROM (VALUES ('need_link', $$content = '\x02'$$), ('voice', $$content = '\x02'$$), ('helper', $$content = '\x02'$$),
	('nomination', $$source = 'parent'$$), ('continuity', $$content = '\x02'$$), ('grid', $$content = '\x02'$$),
	('connecting', $$content = '\x02'$$)) v(t, change);
SELECT is(pg_temp.as_user('anna', format('UPDATE %I SET recorded_by = %L', t, :'anna')), '42501', t || ': nobody chooses')
FROM unnest(ARRAY['need_link', 'voice', 'helper', 'nomination', 'continuity', 'grid', 'connecting']) t;
SELECT is(pg_temp.as_user('anna', format('UPDATE voice SET ans_on = today(), ans_followed = ''yes'', ans_sealed = ''z'',
	ans_content = ''\x01'', ans_by = %L, ans_at = statement_timestamp()', :'anna')), '1', 'an answer to a voice');
SELECT is(pg_temp.by('voice'), 'vera', 'is not the voice');
SELECT set_config('zaedno.user', '', true) \g /dev/null
UPDATE helper SET sealed = 'y', content = '\x02';
SELECT is(pg_temp.by('helper'), 'vera', 'nor is a new seal, which nobody asks for, a change');

-- What waits to be sent keeps its author, and says who has written it anew.
INSERT INTO shared_change (id, operation, params, kind, document_id, author, sealed, content)
VALUES (:'h1', 'putAction', '{}', 'question', :'c1', :'anna', 'z', 'x');
SELECT is(shared_change_item(c) ? 'edited_by', false, 'nobody yet') FROM shared_change c;
SELECT is(pg_temp.as_user('vera', $$UPDATE shared_change SET sealed = 'y', content = 'y', version = 2$$), '1', 'a supervisor edits');
SELECT is(shared_change_item(c)->>'author' || ' ' || (shared_change_item(c)->>'edited_by'), :'anna' || ' ' || :'vera',
	'both are told') FROM shared_change c;
SELECT set_config('zaedno.user', '', true) \g /dev/null
UPDATE shared_change SET sealed = NULL, content = NULL, edited_by = NULL;
SELECT is(edited_by, NULL, 'what is taken away is no edit') FROM shared_change;

SELECT * FROM finish();
ROLLBACK;
