-- Verify zaedno-hub:consent on pg
BEGIN;
SELECT id, holder, version, state, case_pseudonym, purpose, rule, signers,
    child_opinion, decision_ref, text_sha256, text_version, language, basis,
    starts_at, until, receipt, ended_at, ended_capacity, parties
FROM consent WHERE false;
SELECT consent_id, recipient, holder, categories, withheld, live_until
FROM consent_recipient WHERE false;
SELECT consent_id, holder, version, at, leaf, capacity, receipt
FROM withdrawal WHERE false;
SELECT consent_json(c) FROM consent c LIMIT 0;
SELECT 1 / (count(*) = 3)::int FROM pg_class
WHERE relname IN ('consent', 'consent_recipient', 'withdrawal')
AND relrowsecurity;
SELECT 1 / (count(*) = 7)::int FROM pg_policy
WHERE polrelid IN ('consent'::regclass, 'consent_recipient'::regclass,
    'withdrawal'::regclass);
SELECT 1 / (withheld_of('{basics,contact,needs,difficulty,help}')
    = '{wish,path}')::int;
SELECT 1 / (NOT signers_suffice('representative_and_child',
    '[{"capacity":"parent"}]', false))::int;
SELECT 1 / (NOT has_table_privilege('zaedno_hub_service', t,
    'DELETE, TRUNCATE'))::int
FROM unnest(ARRAY['consent', 'consent_recipient', 'withdrawal']) t;
ROLLBACK;
