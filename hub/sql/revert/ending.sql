-- Revert zaedno-hub:ending from pg
BEGIN;

DROP TABLE withdrawal_record;
DROP POLICY withdrawal_ending ON withdrawal;
DROP POLICY delivery_ending ON delivery;
DROP POLICY recipient_ending ON consent_recipient;
DROP POLICY consent_ending ON consent;
DROP POLICY consent_ending_see ON consent;
DROP FUNCTION consent_meant(uuid), consent_current(uuid),
	consent_erase(uuid), may_end(uuid), my_door(), my_capacity(),
	my_consent(), my_operation();

COMMIT;
