-- Consents: who knows of them, who changes them, and what they must have.
BEGIN;
\ir lib/fixture.psql
SELECT plan(43);

SELECT is(pg_temp.ask(who, format('SELECT FROM consent WHERE id = %L',
	:'consent')), n, format('%s knows of the consent: %s', who, n))
FROM (VALUES ('school', '1'), ('centre', '1'), ('former', '1'), ('ngo', '0'),
	('admin', '0'), ('auditor', '0'), ('coordinator', '0'), ('nobody', '0'),
	('sequencer', '0')) w(who, n);
SELECT is(pg_temp.ask(who, format(
	'SELECT FROM consent_recipient WHERE consent_id = %L', :'consent')), n,
	format('%s sees %s recipients', who, n))
FROM (VALUES ('school', '2'), ('centre', '1'), ('former', '1'), ('ngo', '0'),
	('admin', '0'), ('nobody', '0')) w(who, n);

SELECT is(pg_temp.ask(who, format(
	'UPDATE consent SET until = until WHERE id = %L', :'consent')), n,
	format('%s changes %s consents', who, n))
FROM (VALUES ('school', '1'), ('centre', '0'), ('ngo', '0'), ('admin', '0'),
	('nobody', '0')) w(who, n);
SELECT is(pg_temp.ask(who, format(
	'SELECT FROM consent WHERE id = %L FOR NO KEY UPDATE', :'consent')), n,
	format('%s locks %s consents', who, n))
FROM (VALUES ('school', '1'), ('centre', '0'), ('ngo', '0')) w(who, n);
SELECT is(pg_temp.ask(who, format(
	'UPDATE consent_recipient SET categories = categories
	WHERE consent_id = %L', :'consent')), n,
	format('%s changes %s recipients', who, n))
FROM (VALUES ('school', '2'), ('centre', '0'), ('ngo', '0')) w(who, n);

SELECT is(pg_temp.ask('ngo', format('INSERT INTO consent_recipient
	VALUES (%L, %L, %L, ''{basics}'', ''{}'', ''infinity'')',
	:'consent', :'ngo', :'school')), '42501',
	'an organisation does not name itself in another''s consent');
SELECT is(pg_temp.ask('ngo', format('INSERT INTO consent_recipient
	VALUES (%L, %L, %L, ''{basics}'', ''{}'', ''infinity'')',
	:'consent', :'school', :'ngo')), '23503',
	'nor calls itself the holder');
SELECT is(pg_temp.ask('ngo', format('INSERT INTO consent (id, holder, version,
	state) VALUES (gen_random_uuid(), %L, 1, ''withdrawn'')', :'school')),
	'42501', 'nobody makes a consent in another''s name');
SELECT is(pg_temp.ask('ngo', format('INSERT INTO withdrawal VALUES
	(%L, %L, 1, now(), ''x'', ''parent'')', :'consent', :'school')),
	'42501', 'nor a withdrawal');
INSERT INTO withdrawal VALUES (:'expired', :'school', 1, now(), 'x', 'parent');
SELECT is(pg_temp.ask(who, 'SELECT FROM withdrawal'), n,
	format('%s sees %s withdrawals', who, n))
FROM (VALUES ('school', '1'), ('centre', '0'), ('admin', '0')) w(who, n);

-- CODELISTS 3: the database itself refuses a consent without its signers.
SELECT ok(signers_suffice('both_parents',
	'[{"capacity":"parent"},{"capacity":"parent"}]', false), 'both parents');
SELECT ok(NOT signers_suffice('both_parents', '[{"capacity":"parent"}]',
	false), 'one parent of both is not enough');
SELECT ok(signers_suffice('both_parents', '[{"capacity":"parent"}]', true),
	'one parent and a decision is');
SELECT ok(NOT signers_suffice('representative', '[{"capacity":"young_person"}]',
	NULL), 'under 14: not the child alone');
SELECT ok(NOT signers_suffice('representative_and_child',
	'[{"capacity":"parent"}]', NULL), '14 to 17: not the adult alone');
SELECT ok(NOT signers_suffice('other_representative',
	'[{"capacity":"guardian"}]', NULL),
	'another representative only with a decision');
SELECT ok(signers_suffice('self', '[{"capacity":"young_person"}]', NULL),
	'18 and over: the person alone');
SELECT throws_ok(format($$UPDATE consent SET rule = 'representative_and_child'
	WHERE id = %L$$, :'consent'), '23514', NULL,
	'a consent without its signers is not stored');
SELECT throws_ok(format($$UPDATE consent SET until = starts_at
	+ interval '13 months' WHERE id = %L$$, :'consent'), '23514', NULL,
	'no consent lasts longer than a year');
SELECT throws_ok(format($$UPDATE consent SET receipt = NULL WHERE id = %L$$,
	:'consent'), '23514', NULL, 'an active consent has its receipt');

SELECT * FROM finish();
ROLLBACK;
