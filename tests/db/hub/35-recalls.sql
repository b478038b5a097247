-- Copies that are to be erased: from when on, and who may know.
BEGIN;
\ir lib/fixture.psql
\ir lib/statements.psql
SELECT plan(21);
\set coord '00000000-0000-4000-8000-0000000000b2'
INSERT INTO app_user (id, login, name, role, password_hash)
VALUES (:'coord', 'coord-of-test', 'coordinator', 'coordinator', '$argon2id$invented');

CREATE FUNCTION pg_temp.recalled(org text) RETURNS boolean LANGUAGE sql AS $$
	SELECT bool_or(recalled_at IS NOT NULL AND purged_at IS NULL) FROM delivery d
	JOIN organisation o ON o.id = d.recipient WHERE o.name = org AND d.summary_id = '00000000-0000-4000-8000-0000000000d1'
$$;
CREATE FUNCTION pg_temp.look(who text, operation text, person text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
	PERFORM pg_temp.be(NULL, who), set_config('zaedno.operation', operation, true),
	    set_config('zaedno.user', person, true);
	SELECT count(*) INTO n FROM delivery;
	RESET ROLE;
	RETURN n::text;
END $$;

SELECT is(pg_temp.recalled('centre'), false, 'what holds is not recalled');
UPDATE consent_recipient SET live_until = '-infinity' WHERE consent_id = :'consent' AND recipient = :'centre';
SELECT is(pg_temp.recalled('centre'), true, 'who is named no more has to erase');
UPDATE consent_recipient SET live_until = now() + interval '1 day' WHERE consent_id = :'consent' AND recipient = :'centre';
SELECT is(pg_temp.recalled('centre'), false, 'named again it keeps what it has');
UPDATE summary SET version = version + 1 WHERE id = :'summary';
SELECT is(pg_temp.recalled('centre'), false, 'a new version recalls nothing');
SELECT pg_temp.be(:'school') \gset q_
EXECUTE consent_withdraw_root(:'consent', 'parent');
EXECUTE consent_withdraw(:'consent', 'parent') \gset got_
RESET ROLE;
SELECT is(pg_temp.recalled('centre'), true, 'a withdrawal recalls every copy');
SELECT is(pg_temp.recalled('former'), true, 'and that of who was named once');
UPDATE delivery SET recalled_at = now() - interval '30 hours' WHERE recipient = :'centre' AND summary_id = :'summary';
UPDATE delivery SET recalled_at = now() - interval '50 hours' WHERE recipient = :'former' AND summary_id = :'summary';

-- Who may know.
SELECT is(pg_temp.look(who, operation, person), n, format('%s in %s sees %s', who, operation, n))
FROM (VALUES ('coordinator', 'listRecalls', '00000000-0000-4000-8000-0000000000b2', '2'),
	('coordinator', 'getSummary', '00000000-0000-4000-8000-0000000000b2', '0'),
	('coordinator', 'listRecalls', '', '0'),
	('admin', 'listRecalls', '00000000-0000-4000-8000-0000000000b1', '2'),
	('board', 'listRecalls', '00000000-0000-4000-8000-0000000000b2', '0'),
	('node', 'listRecalls', '', '0')) v(who, operation, person, n);

CREATE FUNCTION pg_temp.ask_list() RETURNS text LANGUAGE sql AS $$
	SELECT concat(pg_temp.be(NULL, 'coordinator'), set_config('zaedno.operation', 'listRecalls', true),
	    set_config('zaedno.user', '00000000-0000-4000-8000-0000000000b2', true))
$$;
SELECT pg_temp.ask_list() \gset q_
EXECUTE recall_list(NULL, NULL, NULL, 24, 48) \gset all_
EXECUTE recall_list('alarm', NULL, NULL, 24, 48) \gset alarm_
EXECUTE recall_list(NULL, 1, NULL, 24, 48) \gset first_
EXECUTE recall_list(NULL, 1, :'first_next', 24, 48) \gset second_
RESET ROLE;
SELECT is((SELECT string_agg(i ->> 'state' || ' ' || (i ->> 'organisation'), ', ')
	FROM jsonb_array_elements((:'all_body')::jsonb -> 'items') i), 'alarm former, overdue centre', 'the oldest first');
SELECT is(jsonb_array_length((:'alarm_body')::jsonb -> 'items'), 1, 'by state');
SELECT is((:'first_body')::jsonb -> 'items' || ((:'second_body')::jsonb -> 'items'), (:'all_body')::jsonb -> 'items',
	'page by page');
SELECT is((SELECT array_agg(DISTINCT k ORDER BY k) FROM jsonb_array_elements((:'all_body')::jsonb -> 'items') i,
	jsonb_object_keys(i) k), ARRAY['consent_id', 'organisation', 'recipient', 'since', 'state'], 'and nothing else');
SELECT is(ROW(pending, overdue, alarm)::text, '(0,1,1)', 'counted') FROM recall_counts(24, 48);
SELECT is(ROW(pending, overdue, alarm)::text, '(1,1,0)', 'by other limits') FROM recall_counts(40, 60);

UPDATE delivery SET purged_at = now() WHERE recipient = :'former' AND summary_id = :'summary';
SELECT is(pg_temp.recalled('former'), false, 'a receipt ends it');
SELECT is(ROW(pending, overdue, alarm)::text, '(0,1,0)', 'in the counts too') FROM recall_counts(24, 48);
UPDATE delivery SET purged_at = NULL WHERE recipient = :'former' AND summary_id = :'summary';
SELECT is(pg_temp.recalled('former'), false, 'what is given again is a new copy');

SELECT * FROM finish();
ROLLBACK;
