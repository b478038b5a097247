-- A consent takes the place of another: the statements themselves.
BEGIN;
\ir lib/fixture.psql
\ir lib/statements.psql
SELECT plan(23);
\set new '00000000-0000-4000-8000-0000000000c9'
\set third '00000000-0000-4000-8000-0000000000ca'
\set k '00000000-0000-4000-8000-0000000000f1'
DELETE FROM event_queue;
UPDATE consent SET case_pseudonym = :'pseudonym', signers = '[{"capacity": "parent", "at": "2026-01-02T00:00:00Z"}]'
WHERE id = :'consent';

CREATE FUNCTION pg_temp.claims(old text, org text, change jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
	SELECT (jsonb_build_object('case_pseudonym', '00000000-0000-4000-8000-0000000000e1', 'version', 1,
	    'purpose', 'joint_assessment', 'rule', 'representative',
	    'signers', '[{"capacity": "parent", "at": "2026-01-03T00:00:00Z"}]'::jsonb, 'child_opinion', 'recorded',
	    'text_sha256', repeat('b', 64), 'text_version', '1', 'language', 'bg', 'basis', 'consent', 'from', now(),
	    'until', now() + interval '2 months', 'supersedes', old, 'recipients', jsonb_build_array(jsonb_build_object(
	        'organisation_id', org, 'categories', '["help"]'::jsonb))) || change)::text
$$;
CREATE FUNCTION pg_temp.key() RETURNS text LANGUAGE sql AS $$ SELECT gen_random_uuid()::text $$;

-- What is refused, with the state of the old one unchanged.
SELECT pg_temp.key() AS a, pg_temp.key() AS b, pg_temp.key() AS c, pg_temp.key() AS d \gset k_
SELECT pg_temp.claims(:'consent', :'centre', '{"signers": [{"capacity": "parent", "at": "2026-01-02T00:00:00Z"}]}') AS old,
	pg_temp.claims(:'consent', :'centre', '{"case_pseudonym": "00000000-0000-4000-8000-0000000000e2"}') AS other,
	pg_temp.claims(:'expired', :'centre') AS over, pg_temp.claims(:'consent', :'centre') AS good,
	pg_temp.claims(:'consent', :'ngo') AS late, pg_temp.claims(:'new', :'ngo', '{"purpose": "supervision",
	    "signers": [{"capacity": "parent", "at": "2026-01-04T00:00:00Z"}]}') AS otherwise \gset c_
SELECT pg_temp.be(:'school') \gset q_
EXECUTE consent_put_root(:'new', :'c_old', 'r', :'k_a');
EXECUTE consent_put(:'new', :'c_old', 'r', :'k_a') \gset old_
EXECUTE consent_put_root(:'new', :'c_other', 'r', :'k_a');
EXECUTE consent_put(:'new', :'c_other', 'r', :'k_a') \gset other_
EXECUTE consent_put_root(:'new', :'c_over', 'r', :'k_a');
EXECUTE consent_put(:'new', :'c_over', 'r', :'k_a') \gset over_
RESET ROLE;
SELECT is(:'old_status'::text, 'consent-signers-missing', 'signatures of before are refused');
SELECT is(:'other_status'::text, 'receipt-invalid', 'and another chain');
SELECT is(:'over_status'::text, 'receipt-invalid', 'and what has run out');
SELECT is((SELECT string_agg(state, ' ') FROM consent), 'active active', 'nothing has changed');
SELECT is((SELECT count(*) FROM event_queue), 0::bigint, 'nobody was told');

-- One takes its place.
UPDATE summary SET doc = :'doc' WHERE id = :'summary';
SELECT pg_temp.be(:'school') \gset q_
EXECUTE consent_put_root(:'new', :'c_good', 'r', :'k_b');
EXECUTE consent_put(:'new', :'c_good', 'r', :'k_b') \gset good_
SELECT set_config('zaedno.step', '', true) \gset q_
EXECUTE consent_put_root(:'third', :'c_late', 'r', :'k_c');
EXECUTE consent_put(:'third', :'c_late', 'r', :'k_c') \gset late_
RESET ROLE;
SELECT is(:'good_status'::text, '201', 'it is registered');
SELECT is((SELECT ROW(state, superseded_by)::text FROM consent WHERE id = :'consent'), ROW('superseded', :'new')::text,
	'the old one has its place taken');
SELECT is((SELECT ROW(consent_id, readers, doc)::text FROM summary WHERE id = :'summary'),
	ROW(:'new', ARRAY[:'centre']::uuid[], '{"help": {"urgency": "soon"}}'::jsonb)::text,
	'what was shared goes on, with what is given');
SELECT is((SELECT array_agg(op ORDER BY op) FROM event_queue WHERE recipient = :'centre'), ARRAY['put'],
	'who is named by both has a put, and no purge');
SELECT is((SELECT array_agg(op) FROM event_queue WHERE recipient = :'former'), ARRAY['purge'],
	'who is not has a purge');
SELECT is((SELECT bool_and(consent_id = :'new') FROM delivery WHERE summary_id = :'summary'), true,
	'the receipts go with it');
SELECT is((SELECT array_agg(recalled_at IS NOT NULL ORDER BY recipient) FROM delivery WHERE summary_id = :'summary'),
	ARRAY[false, true], 'one is to be erased');
SELECT is((SELECT count(*) FROM consent_recipient WHERE consent_id = :'consent' AND live_until > '-infinity'),
	0::bigint, 'the old one names nobody');
SELECT is((SELECT array_agg(event ORDER BY event) FROM audit), ARRAY['consent.put', 'consent.supersede'], 'both are noted');
SELECT is(:'late_status'::text, 'consent-not-active', 'a second one comes too late');
SELECT pg_temp.be(:'centre') \gset q_
EXECUTE summary_get(:'summary') \gset read_
RESET ROLE;
SELECT is((:'read_body')::jsonb ->> 'consent_id', :'new', 'it is read under the new');

-- For another purpose nothing is carried over.
DELETE FROM event_queue;
SELECT pg_temp.be(:'school') \gset q_
SELECT set_config('zaedno.step', '', true) \gset q_
EXECUTE consent_put_root(:'third', :'c_otherwise', 'r', :'k_d');
EXECUTE consent_put(:'third', :'c_otherwise', 'r', :'k_d') \gset third_
RESET ROLE;
SELECT is(:'third_status'::text, '201', 'of another purpose');
SELECT is((SELECT doc IS NULL FROM summary WHERE id = :'summary'), true, 'what was shared is erased');
SELECT is((SELECT array_agg(op) FROM event_queue WHERE recipient = :'centre'), ARRAY['purge'], 'with whoever had it');

-- Numbers on paper follow the chain; a family's code does not.
SELECT is(consent_current(:'consent'), :'third'::uuid, 'the first number means the last');
SELECT pg_temp.be(NULL, 'family') \gset q_
SELECT set_config('zaedno.consent', :'consent', true), set_config('zaedno.capacity', 'parent', true) \gset q_
EXECUTE consent_withdraw_root(:'consent', 'parent');
EXECUTE consent_withdraw(:'consent', 'parent') \gset family_
RESET ROLE;
SELECT is(:'family_status'::text, 'not-found', 'a code of the old one ends nothing');
SELECT pg_temp.be(:'school') \gset q_
EXECUTE consent_withdraw_root(:'consent', 'parent');
EXECUTE consent_withdraw(:'consent', 'parent') \gset end_
RESET ROLE;
SELECT is(:'end_status' || ' ' || :'end_consent_id', '200 ' || :'third', 'the holder ends the last by the first number');
SELECT is((SELECT string_agg(state, ' ' ORDER BY id) FROM consent WHERE id <> :'expired'),
	'superseded superseded withdrawn', 'and only that');

SELECT * FROM finish();
ROLLBACK;
