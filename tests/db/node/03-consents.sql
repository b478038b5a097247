-- Consents, their versions, recipients, signers, and what is shared.
BEGIN;
\ir lib/fixture.psql
SELECT plan(55);

SELECT is(pg_temp.as_user('anna', 'SELECT * FROM ' || t), '1', 'the holder of the case sees ' || t)
FROM unnest(ARRAY['consent', 'consent_version', 'consent_recipient', 'consent_signer', 'summary']) t;
SELECT is(pg_temp.as_user('vera', 'SELECT * FROM ' || t), '1', 'a supervisor sees ' || t)
FROM unnest(ARRAY['consent', 'consent_version', 'consent_recipient', 'consent_signer', 'summary']) t;
SELECT is(pg_temp.as_user(who, 'SELECT * FROM ' || t), '0', who || ' sees nothing of ' || t)
FROM unnest(ARRAY['boris', 'dora', 'emil', 'nobody']) who,
     unnest(ARRAY['consent', 'consent_version', 'consent_recipient', 'consent_signer', 'summary']) t;

SELECT is(pg_temp.as_user('boris', format($$UPDATE consent SET state = 'expired' WHERE id = %L$$, :'consent_a')),
	'0', 'a colleague ends no consent');
SELECT is(pg_temp.as_user('boris', format($$INSERT INTO consent_recipient VALUES (%L, gen_random_uuid(), '{needs}')$$,
	:'consent_a')), '42501', 'nor widens it');
SELECT is(pg_temp.as_user('boris', format('DELETE FROM consent_recipient WHERE consent_id = %L', :'consent_a')),
	'0', 'nor narrows it');
SELECT is(pg_temp.as_user('boris', format($$INSERT INTO summary (id, consent_id, doc)
	VALUES (gen_random_uuid(), %L, '{}')$$, :'consent_a')), '42501', 'nor shares under it');
SELECT is(pg_temp.as_user('boris', format($$UPDATE summary SET doc = '{}' WHERE id = %L$$, :'summary_a')),
	'0', 'nor changes what was shared');
SELECT is(pg_temp.as_user('anna', 'UPDATE consent_version SET receipt = receipt'), '42501',
	'a signed receipt is not changed');
SELECT is(pg_temp.as_user('anna', 'UPDATE consent_signer SET capacity = capacity'), '42501',
	'nor a signer');

-- CODELISTS 3: the database itself refuses a consent without its signers.
SELECT ok(signers_suffice('representative', '[{"capacity": "guardian"}]', false), 'representative: one adult');
SELECT ok(NOT signers_suffice('representative', '[{"capacity": "young_person"}]', false),
	'representative: not the young person alone');
SELECT ok(signers_suffice('both_parents', '[{"capacity": "parent"}, {"capacity": "parent"}]', false), 'both parents');
SELECT ok(NOT signers_suffice('both_parents', '[{"capacity": "parent"}]', false), 'one parent of both is not enough');
SELECT ok(signers_suffice('both_parents', '[{"capacity": "parent"}]', true), 'one parent and a decision is');
SELECT ok(signers_suffice('representative_and_child', '[{"capacity": "custodian"}, {"capacity": "young_person"}]',
	false), '14 to 17: an adult and the young person');
SELECT ok(NOT signers_suffice('representative_and_child', '[{"capacity": "parent"}]', false),
	'14 to 17: not the adult alone');
SELECT ok(NOT signers_suffice('other_representative', '[{"capacity": "court_appointed"}]', false),
	'another representative only with a decision');
SELECT ok(signers_suffice('self', '[{"capacity": "young_person"}]', false), '18 and over: the person alone');

CREATE FUNCTION pg_temp.unsigned() RETURNS void LANGUAGE sql AS $$
	INSERT INTO consent_version (consent_id, version, receipt, sealed, recorded_by)
	VALUES ('00000000-0000-4000-8000-0000000003a0', 2, 'a.b.c', 'z',
	        '00000000-0000-4000-8000-00000000000a');
	SET CONSTRAINTS consent_version_signed IMMEDIATE;
$$;
SELECT throws_ok('SELECT pg_temp.unsigned()', '23514', NULL, 'a version without its signers is not stored');
SELECT throws_ok(format($$UPDATE consent SET until = valid_from + interval '13 months' WHERE id = %L$$,
	:'consent_a'), '23514', NULL, 'no consent lasts longer than a year');

-- What may be shared under it.
SELECT ok(covers(:'consent_a', '{"basics": {}}'), 'what a recipient was given may leave');
SELECT ok(NOT covers(:'consent_a', '{"basics": {}, "wish": {}}'), 'what none was given may not');
SELECT is(project('{"basics": 1, "wish": 2}', '{basics}'), '{"basics": 1}', 'each sees what it was given');
SELECT is(project('{"wish": 2}', '{basics}'), '{}', 'and nothing else');
SELECT ok(consent_holds(c), 'an active consent holds') FROM consent c WHERE id = :'consent_a';
UPDATE consent SET valid_from = statement_timestamp() + interval '1 day' WHERE id = :'consent_a';
SELECT ok(NOT consent_holds(c), 'not before it begins') FROM consent c WHERE id = :'consent_a';
UPDATE consent SET valid_from = statement_timestamp() - interval '2 days',
       until = statement_timestamp() - interval '1 day' WHERE id = :'consent_a';
SELECT ok(NOT consent_holds(c), 'nor after its end') FROM consent c WHERE id = :'consent_a';

SELECT * FROM finish();
ROLLBACK;
