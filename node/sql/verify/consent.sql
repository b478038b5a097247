-- Verify zaedno_node:consent on pg

BEGIN;

SELECT id, case_id, case_pseudonym, state, version FROM consent WHERE false;
SELECT consent_id, version, receipt, sealed FROM consent_version WHERE false;
SELECT consent_id, organisation_id, categories FROM consent_recipient WHERE false;
SELECT consent_id, version, n, salt, evidence_commit FROM consent_signer WHERE false;
SELECT 1 / signers_suffice('self', '[{"capacity": "young_person"}]', false)::int;
SELECT 1 / min(relrowsecurity::int) FROM pg_class WHERE relname LIKE 'consent%' AND relkind = 'r' AND relnamespace = 'public'::regnamespace;

ROLLBACK;
