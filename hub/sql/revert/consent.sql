-- Revert zaedno-hub:consent from pg
BEGIN;
DROP FUNCTION consent_json(consent);
DROP FUNCTION withheld_of(text[]);
DROP TABLE withdrawal;
DROP POLICY consent_see ON consent;
DROP TABLE consent_recipient;
DROP TABLE consent;
DROP FUNCTION signed_anew(jsonb, jsonb);
DROP FUNCTION signers_suffice(text, jsonb, boolean);
COMMIT;
