-- The family's page: a visit sees one consent's facts and nothing else; each
-- policy by its own negative; what opens a visit, and what ends it.
BEGIN;
\ir lib/fixture.psql
\ir lib/statements.psql
SELECT plan(82);
\set second '00000000-0000-4000-8000-0000000000c3'
\set slip '00000000-0000-4000-8000-000000000701'
\set other_slip '00000000-0000-4000-8000-000000000702'
\set child_slip '00000000-0000-4000-8000-000000000703'
\set visit '00000000-0000-4000-8000-000000000711'
\set word '00000000-0000-4000-8000-000000000721'
SELECT pg_temp.new_consent(:'second', :'school', now() + interval '1 month') \g /dev/null
INSERT INTO consent_recipient VALUES (:'second', :'centre', :'school', '{help,wish}',
	withheld_of('{help,wish}'), now() + interval '1 month');
UPDATE consent SET rule = 'representative_and_child',
	signers = '[{"capacity":"parent"},{"capacity":"young_person"}]'
WHERE id IN (:'consent', :'second');
UPDATE consent_recipient SET categories = '{basics,help,wish}',
	withheld = withheld_of('{basics,help,wish}')
WHERE consent_id = :'consent' AND recipient = :'centre';
INSERT INTO summary (id, consent_id, holder, version, doc, readers, until)
VALUES (gen_random_uuid(), :'second', :'school', 1, :'doc', ARRAY[:'centre']::uuid[], now() + interval '1 month');
INSERT INTO withdrawal VALUES (:'expired', :'school', 1, now(), 'x', 'parent');
INSERT INTO read_log (org, role, kind, ref, version, consent_id, holder) VALUES
	(:'centre', 'coordinator', 'summary', :'summary', 1, :'consent', :'school'),
	(:'centre', 'coordinator', 'summary', :'old', 1, :'second', :'school');
INSERT INTO audit (event, kind) VALUES ('x', 'x');

CREATE FUNCTION pg_temp.new_slip(slip uuid, consent uuid, signer int, capacity text,
	first_until timestamptz DEFAULT now() + interval '72 hours') RETURNS void LANGUAGE sql AS $$
	INSERT INTO family_slip (id, consent_id, holder, capacity, signer, feed_id, issued_at, first_until)
	SELECT slip, c.id, c.holder, capacity, signer, h.feed_id, now(), first_until
	FROM consent c, feed_head h WHERE c.id = consent;
	INSERT INTO family_code (kept, slip_id, holder)
	SELECT sha256(convert_to(slip || ' ' || n, 'UTF8')), slip, '00000000-0000-4000-8000-0000000000a1'
	FROM generate_series(1, 6) n
$$;
SELECT pg_temp.new_slip(:'slip', :'consent', 0, 'parent') \g /dev/null
SELECT pg_temp.new_slip(:'child_slip', :'consent', 1, 'young_person') \g /dev/null
SELECT pg_temp.new_slip(:'other_slip', :'second', 0, 'parent') \g /dev/null
CREATE FUNCTION pg_temp.code(slip uuid, n int) RETURNS bytea LANGUAGE sql AS
	$$ SELECT sha256(convert_to(slip || ' ' || n, 'UTF8')) $$;

-- Opening, as nobody; the statement is the service's own.
CREATE FUNCTION pg_temp.open(slip uuid, n int, visit uuid DEFAULT gen_random_uuid())
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	got boolean;
BEGIN
	PERFORM pg_temp.be(NULL, '');
	got := family_open(pg_temp.code(slip, n), '192.0.2.1', visit, 1800);
	RESET ROLE;
	RETURN got;
END $$;
GRANT EXECUTE ON FUNCTION pg_temp.code(uuid, int) TO PUBLIC;

-- What somebody's visit gets from a command: rows, or the SQLSTATE.
CREATE FUNCTION pg_temp.family(visit uuid, command text, role text DEFAULT 'family') RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_temp.be(NULL, role), family_enter(visit);
	RESET ROLE;
	RETURN pg_temp.ask_with('{}', command);
END $$;

SELECT ok(pg_temp.open(:'slip', 4, :'visit'), 'a code opens a visit, any of the six');
SELECT ok(NOT pg_temp.open(:'slip', 4), 'once');
SELECT ok(NOT pg_temp.open(gen_random_uuid(), 1), 'a code that is none opens nothing');
SELECT is((SELECT count(*)::int FROM family_failure), 2, 'what does not open is noted');
SELECT is((SELECT used FROM family_slip WHERE id = :'slip'), 1, 'the slip counts');
SELECT is((SELECT count(*)::int FROM event_queue WHERE kind = 'family_slip' AND recipient = :'school'
	AND ref = :'slip'), 1, 'the holder hears of it');
SELECT is((SELECT count(*)::int FROM audit WHERE event = 'family.open' AND role = 'family'
	AND consent_id = :'consent' AND actor IS NULL), 1, 'the audit too');

-- One consent, and nothing else.
SELECT is(pg_temp.family(:'visit', 'SELECT FROM ' || t), n, format('a visit sees %s of %s', n, t))
FROM (VALUES ('consent', '1'), ('consent_recipient', '2'), ('delivery', '2'), ('withdrawal', '0'),
	('read_log', '1'), ('family_slip', '1'), ('family_session', '1'), ('family_word', '0'),
	('summary', '0'), ('feed', '0'), ('event_queue', '0'), ('audit', '0'), ('audit_leaf', '0'),
	('idempotency', '0'), ('family_sees()', '1')) v(t, n);
SELECT is(pg_temp.family(:'visit', 'SELECT FROM ' || t), '42501', 'no reading of ' || t)
FROM unnest(ARRAY['family_code', 'family_failure']) t;
SELECT is(pg_temp.family(:'visit', 'SELECT FROM consent WHERE id <> ' || quote_literal(:'consent')), '0',
	'of consents its own');
SELECT is(pg_temp.family(gen_random_uuid(), 'SELECT FROM ' || t), '0', 'who has no visit sees nothing of ' || t)
FROM unnest(ARRAY['consent', 'consent_recipient', 'delivery', 'withdrawal', 'read_log', 'family_slip',
	'family_session', 'family_word', 'family_sees()']) t;
SELECT is(pg_temp.family(:'visit', 'SELECT FROM ' || t, who), '0', format('a visit''s id is nothing to the role %s: %s', who, t))
FROM unnest(ARRAY['admin', 'analyst', '']) who, unnest(ARRAY['consent', 'family_slip', 'family_sees()']) t;
SELECT is(pg_temp.ask(who, 'SELECT FROM family_slip'), n, format('%s sees %s slips', who, n))
FROM (VALUES ('school', '3'), ('centre', '0'), ('ngo', '0'), ('admin', '0'), ('coordinator', '0'), ('nobody', '0')) w(who, n);
SELECT is(pg_temp.ask('ngo', 'UPDATE family_slip SET revoked_at = now()'), '0', 'nobody revokes another''s');
SELECT is(pg_temp.family(:'visit', 'UPDATE family_slip SET revoked_at = now()'), '0', 'nor a visit its own');
SELECT is(pg_temp.ask('ngo', format('INSERT INTO family_code VALUES (sha256(''x''), %L, %L)', :'slip', :'ngo')),
	'42501', 'nor adds codes to it');
SELECT is(pg_temp.family(:'visit', format('INSERT INTO family_code VALUES (sha256(''x''), %L, %L)', :'slip', :'school')),
	'42501', 'nor does a visit');

-- Words: of one person.
CREATE FUNCTION pg_temp.say(visit uuid, consent uuid, capacity text, signer int) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.family(visit, format('INSERT INTO family_word (id, consent_id, holder, capacity, signer, kind, text)
		VALUES (gen_random_uuid(), %L, ''00000000-0000-4000-8000-0000000000a1'', %L, %s, ''words'', ''x'')',
		consent, capacity, signer))
$$;
SELECT is(pg_temp.say(:'visit', :'consent', 'parent', 0), '1', 'a visit speaks for itself');
SELECT is(pg_temp.say(:'visit', :'second', 'parent', 0), '42501', 'not under another consent');
SELECT is(pg_temp.say(:'visit', :'consent', 'young_person', 0), '42501', 'not in another capacity');
SELECT is(pg_temp.say(:'visit', :'consent', 'parent', 1), '42501', 'not as another signer');
SELECT pg_temp.open(:'child_slip', 1, :'word') \g /dev/null
SELECT is(pg_temp.family(:'word', 'SELECT FROM family_word'), '0', 'the child does not read the parent''s words');
SELECT is(pg_temp.family(:'visit', 'SELECT FROM family_word'), '1', 'the parent does');
SELECT is(pg_temp.ask(who, 'SELECT FROM family_word'), n, format('%s reads %s words', who, n))
FROM (VALUES ('school', '1'), ('centre', '0'), ('coordinator', '0')) w(who, n);
SELECT is(pg_temp.family(:'visit', $$UPDATE family_word SET answer = 'x'$$), '0', 'nobody answers oneself');

-- What is shown of a summary.
CREATE FUNCTION pg_temp.keys(visit uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	got text;
BEGIN
	PERFORM pg_temp.be(NULL, 'family');
	PERFORM family_enter(visit);
	got := (SELECT string_agg(k, ',' ORDER BY k) FROM family_sees() s, jsonb_object_keys(s.doc) k);
	RESET ROLE;
	RETURN got;
END $$;
SELECT is(pg_temp.keys(:'visit'), 'basics,help', 'a parent does not see the child''s words');
SELECT is(pg_temp.keys(:'word'), 'basics,help,wish', 'the child does');
UPDATE summary SET doc = jsonb_set(doc, '{wish,parents_may_see}', 'true') WHERE id = :'summary';
SELECT is(pg_temp.keys(:'visit'), 'basics,help,wish', 'a parent where the child allowed it');
UPDATE summary SET doc = jsonb_set(doc, '{wish,parents_may_see}', '"true"') WHERE id = :'summary';
SELECT is(pg_temp.keys(:'visit'), 'basics,help', 'and said so plainly');
UPDATE organisation SET status = 'blocked' WHERE id = :'school';
SELECT is(pg_temp.keys(:'visit'), NULL, 'what a blocked holder shared is hidden');
UPDATE organisation SET status = 'active' WHERE id = :'school';

-- What ends a visit and a slip.
CREATE FUNCTION pg_temp.stands(visit uuid) RETURNS text LANGUAGE sql AS
	$$ SELECT pg_temp.family(visit, 'SELECT FROM consent') $$;
SELECT is(pg_temp.stands(:'visit'), '1', 'it stands');
UPDATE feed_head SET feed_id = gen_random_uuid();
SELECT is(pg_temp.stands(:'visit'), '0', 'not at a hub that was restored');
SELECT ok(NOT pg_temp.open(:'slip', 1), 'nor does any code open there');
UPDATE feed_head h SET feed_id = s.feed_id FROM family_slip s WHERE s.id = :'slip';
UPDATE consent SET signers = '[{"capacity":"guardian"},{"capacity":"young_person"}]' WHERE id = :'consent';
SELECT is(pg_temp.stands(:'visit'), '0', 'not when another signs in that place');
UPDATE consent SET signers = '[{"capacity":"parent"},{"capacity":"young_person"}]' WHERE id = :'consent';
UPDATE consent SET state = 'withdrawn', ended_at = now() - interval '29 days' WHERE id = :'consent';
SELECT is(pg_temp.stands(:'visit'), '1', 'after a withdrawal it shows who has erased');
UPDATE consent SET ended_at = now() - interval '31 days' WHERE id = :'consent';
SELECT is(pg_temp.stands(:'visit'), '0', 'for thirty days');
UPDATE consent SET ended_at = now() - interval '1 day', until = now() - interval '1 hour' WHERE id = :'consent';
SELECT is(pg_temp.stands(:'visit'), '0', 'and for a parent not past the date, by which a child may be of age');
UPDATE consent SET state = 'active', ended_at = NULL, until = now() + interval '1 month' WHERE id = :'consent';
UPDATE family_session SET expires_at = now() - interval '1 second' WHERE id = :'visit';
SELECT is(pg_temp.stands(:'visit'), '0', 'not past its half hour');
SELECT pg_temp.open(:'slip', 1, '00000000-0000-4000-8000-000000000712') \g /dev/null
SELECT is(pg_temp.stands('00000000-0000-4000-8000-000000000712'), '1', 'another code opens another');
SELECT pg_temp.open(:'slip', 2) \g /dev/null
SELECT is(pg_temp.stands('00000000-0000-4000-8000-000000000712'), '0', 'which ends the one before');

-- Waiting: grows with wrong codes of a source, and by all a little.
DELETE FROM family_failure;
SELECT is(family_wait_ms('192.0.2.1'), 0, 'nobody waits at first');
INSERT INTO family_failure (source) SELECT '192.0.2.1' FROM generate_series(1, 20);
SELECT is(family_wait_ms('192.0.2.1'), 8000, 'a source that guesses waits at most eight seconds');
SELECT is(family_wait_ms('192.0.2.2'), 0, 'another does not');
INSERT INTO family_failure (source) SELECT '198.51.100.' || n % 200 FROM generate_series(1, 600) n;
SELECT is(family_wait_ms('192.0.2.2'), 2000, 'all together: two seconds, and nobody is kept out');

SELECT * FROM finish();
ROLLBACK;
