-- Verify zaedno_node:family on pg

BEGIN;

SELECT id, consent_id, capacity, signer, issued_at, issued_by, hub_at, refused,
       revoked_at FROM family_slip WHERE false;
SELECT id, consent_id, capacity, kind, summary_id, organisation_id, category,
       said_at, arrived_at, sealed, answer_sealed, answer_content, answered_at,
       answered_by, answer_hub_at FROM family_word WHERE false;
SELECT case_id, sealed, content, recorded_by, recorded_at, version
FROM child_limit WHERE false;
SELECT subject_family('{}', true), subject_family_refs('{}'), subject_young('{}');
SELECT 1 / (count(*) = 3)::int FROM pg_class
WHERE relname IN ('family_slip', 'family_word', 'child_limit') AND relrowsecurity;
SELECT 1 / (count(*) = 3)::int FROM erasure_part
WHERE relation IN ('family_slip', 'family_word', 'child_limit');

ROLLBACK;
