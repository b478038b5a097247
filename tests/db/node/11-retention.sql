-- How long what is kept is kept, proven by counts with times shifted around
-- each period, and the erasure of a person.
BEGIN;
\ir lib/fixture.psql
SELECT plan(53);

INSERT INTO sign_in_failure (at, login_sha256, source)
SELECT now() - make_interval(days => d), '\x00', 'x' FROM unnest(ARRAY[89, 91, 1000]) d;
INSERT INTO session (user_id, expires_at, ended_at) VALUES
	(:'anna', now() + interval '1 day', now() - interval '23 hours'),
	(:'anna', now() + interval '1 day', now() - interval '25 hours'),
	(:'anna', now() - interval '2 days', NULL),
	(:'anna', now() + interval '1 day', NULL);
INSERT INTO outbox (operation, method, path, subject, state, delivered_at)
SELECT 'x', 'PUT', '/', gen_random_uuid(), s, now() - make_interval(days => d)
FROM (VALUES ('delivered', 29), ('delivered', 31), ('delivered', 32), ('refused', 400), ('queued', NULL)) o(s, d);
UPDATE outbox SET depends_on = (SELECT id FROM outbox WHERE delivered_at < now() - interval '31 days 12 hours'
                                AND state = 'delivered')
WHERE state = 'queued';
INSERT INTO audit (at, actor, event, kind, ref, request)
SELECT now() - make_interval(days => d), 'who', 'x', 'case', :'case_a', gen_random_uuid()
FROM unnest(ARRAY[729, 731, 1825, 1827]) d;
INSERT INTO mirror (kind, id, feed_id, seq, version, doc)
SELECT 'summary', gen_random_uuid(), :'feed', n, 1, pg_temp.received_doc(now() + t)
FROM (VALUES (1, interval '1 day'), (2, interval '-1 hour')) m(n, t);
INSERT INTO shared_change (id, operation, params, kind, document_id, state, updated_at, sealed, author)
SELECT gen_random_uuid(), 'putQuestion', '{}', 'question', gen_random_uuid(), s, now() - make_interval(days => d), 'z1', :'anna'
FROM (VALUES ('draft', 400), ('queued', 400), ('refused', 29), ('refused', 31), ('stale', 31), ('cancelled', 31),
             ('delivered', 31)) c(s, d);
INSERT INTO task (kind, subject, due)
SELECT 'change_' || state, id, updated_at FROM shared_change WHERE state IN ('refused', 'stale');

CREATE FUNCTION pg_temp.due(r text) RETURNS int LANGUAGE sql AS $$ SELECT retention_due(r)::int $$;
SELECT is(pg_temp.due(r), n, r || ': ' || n || ' are due')
FROM (VALUES ('sign_in_failure', 2), ('session_ended', 2), ('outbox_delivered', 1), ('audit_details', 3),
             ('audit_row', 1), ('summary_withdrawn', 1), ('change_settled', 4), ('case_record', 0)) w(r, n);

SELECT is(pg_temp.as_user(who, 'SELECT WHERE retention_run() <> ''{}'''), '0', who || ' removes nothing by asking')
FROM unnest(ARRAY['anna', 'vera', 'emil']) who;
SELECT is(pg_temp.as_user(who, 'SELECT * FROM retention'), '0', who || ' sees no rule')
FROM unnest(ARRAY['anna', 'vera', 'emil', 'nobody']) who;
SELECT is(pg_temp.as_user('dora', 'SELECT * FROM retention'), '8', 'the officer sees them');
SELECT is(pg_temp.as_user('dora', 'DELETE FROM retention'), '42501', 'and takes none away');
SELECT is(pg_temp.as_user('vera', 'UPDATE retention SET days = 1'), '0', 'nobody else changes one');
SELECT is(pg_temp.as_user('dora', $$SELECT retention_apply('audit_row', 1)$$), '42501',
	'a rule is not applied by itself');

SELECT is(pg_temp.as_user('dora', 'SELECT retention_run()'), '1', 'the officer runs them');
SELECT is(pg_temp.due(r), 0, r || ': nothing is due any more')
FROM unnest(ARRAY['sign_in_failure', 'session_ended', 'outbox_delivered', 'audit_details', 'audit_row',
                  'summary_withdrawn', 'change_settled']) r;
SELECT is((SELECT count(*) FROM sign_in_failure), 1::bigint, 'the failure of 89 days ago stays');
SELECT is((SELECT count(*) FROM session), 2::bigint, 'so do the sessions of today');
SELECT is((SELECT count(*) FROM outbox WHERE operation = 'x'), 4::bigint,
	'and what is not delivered, or is waited for');
SELECT is((SELECT array_agg(actor IS NULL ORDER BY at) FROM audit WHERE event = 'x'), '{t,t,f}',
	'who acted is forgotten after two years, what was done is not');
SELECT is((SELECT count(*) FROM mirror WHERE kind = 'summary' AND doc IS NOT NULL), 1::bigint,
	'a copy goes with its term');
SELECT is((SELECT string_agg(state, ' ' ORDER BY state) FROM shared_change), 'draft queued refused',
	'what is written or waits stays, and what was refused of late');
SELECT is((SELECT count(*) FROM task WHERE kind LIKE 'change_%' AND done_at IS NULL), 1::bigint,
	'and what is gone is nobody''s task');
SELECT is((SELECT jsonb_object_agg(rule, removed) FROM retention_log), '{"change_settled": 4, "sign_in_failure": 2,
	"session_ended": 2, "outbox_delivered": 1, "audit_details": 3, "audit_row": 1, "summary_withdrawn": 1}'::jsonb,
	'what was removed is noted, in numbers');
SELECT throws_ok('DELETE FROM retention_log', '42501', NULL, 'for good');
SELECT throws_ok($$DELETE FROM audit WHERE at > now() - interval '5 years'$$, '42501', NULL,
	'no younger row is deleted, by the owner itself');
SELECT throws_ok($$UPDATE audit SET role = NULL WHERE event = 'x'$$, '42501', NULL, 'nor changed');
SELECT throws_ok($$UPDATE retention SET days = 1825 WHERE rule = 'audit_row'$$, '23514', NULL,
	'five years are the least');

-- The case record: the organisation's own rule, none until it is set.
UPDATE case_file SET state = 'closed', opened_on = today() - 900, closed_on = today() - 800;
SELECT is(pg_temp.due('case_record'), 0, 'without a rule no case is too old');
UPDATE retention SET days = 700 WHERE rule = 'case_record';
SELECT is(pg_temp.due('case_record'), 1, 'with one the case goes whose consent does not stand');
SELECT is(pg_temp.as_user('dora', 'SELECT retention_run()'), '1', 'when the rules are run');
SELECT is((SELECT sealed FROM person WHERE id = :'person_b'), NULL, 'the person is erased');
SELECT is((SELECT reason FROM erasure WHERE person_id = :'person_b'), 'period', 'because its time had come');

-- An erasure that was asked for.
CREATE FUNCTION pg_temp.erase(who text, p uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	u record;
BEGIN
	SELECT id::text, role INTO u FROM app_user WHERE login = who;
	PERFORM set_config('zaedno.user', u.id, true), set_config('zaedno.role', u.role, true);
	RETURN coalesce(subject_erase(p, 'request'), 'none');
END $$;
SELECT is(pg_temp.erase('vera', :'person_a'), 'none', 'a supervisor erases nobody');
SELECT is(pg_temp.erase('dora', :'person_a'), 'consent-active', 'nobody is erased while a consent is active');
UPDATE consent SET state = 'withdrawn', withdrawn_at = statement_timestamp();
SELECT is(pg_temp.erase('dora', :'person_a'), 'erased', 'and then it is');
SELECT is((SELECT count(*) FROM person_index) + (SELECT count(*) FROM need) + (SELECT count(*) FROM episode)
	+ (SELECT count(sealed) FROM person) + (SELECT count(sealed) FROM case_file)
	+ (SELECT count(sealed) FROM consent_version) + (SELECT count(salt) FROM consent_signer)
	+ (SELECT count(doc) FROM summary), 0::bigint, 'nothing that was said is left');
SELECT is((SELECT array_agg(number ORDER BY number) FROM case_file), '{900001,900002}', 'the numbers are');
SELECT throws_ok('UPDATE erasure SET reason = reason', '42501', NULL, 'an erasure is not undone');
SELECT is(pg_temp.as_user('anna', format($$INSERT INTO episode (id, case_id, kind, service, start_on)
	VALUES (gen_random_uuid(), %L, 'social', 'x', '2026-01-01')$$, :'case_a')), '42501',
	'an erased case takes nothing new');

-- A table that comes later and hangs on a person, or seals something, has its
-- line in erasure_part or in person_erase() itself.
SELECT is(array_agg(DISTINCT c.table_name::text), NULL,
	'person_erase() knows every table that hangs on a person')
FROM information_schema.columns c
WHERE c.table_schema = 'public'
	AND (c.column_name IN ('person_id', 'case_id', 'summary_id', 'salt', 'doc') OR c.column_name LIKE '%sealed')
	AND c.table_name IN (SELECT tablename FROM pg_tables WHERE schemaname = 'public')
	AND c.table_name NOT IN (SELECT relation FROM erasure_part)
	AND c.table_name NOT IN ('case_file', 'consent', 'consent_signer', 'consent_version', 'person',
		'person_index', 'received', 'summary', 'mirror', 'erasure');

-- And what hangs on a case is in its person's export, but for what is there
-- already or tells of the organisation's own doings.
SELECT is(array_agg(relation ORDER BY relation), NULL, 'an export knows every record of a case')
FROM erasure_part
WHERE of_kind = 'case' AND relation NOT IN (SELECT relation FROM subject_part)
	AND relation NOT IN ('need', 'episode', 'outcome', 'signal', 'team_record', 'emergency_reading', 'task',
		'family_slip', 'family_word', 'child_limit', 'shared_change',
		'action_assignee');

SELECT * FROM finish();
ROLLBACK;
