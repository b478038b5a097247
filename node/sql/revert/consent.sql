-- Revert zaedno_node:consent from pg

BEGIN;

DROP FUNCTION consent_current(uuid);
DROP FUNCTION consent_document(consent), covers(uuid, jsonb),
	consent_holds(consent);
DROP TABLE consent_signer, consent_recipient, consent_version, consent;
DROP FUNCTION consent_version_signed(), signers_suffice(text, jsonb, boolean);

COMMIT;
