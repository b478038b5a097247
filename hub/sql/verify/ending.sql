-- Verify zaedno-hub:ending on pg
BEGIN;

SELECT consent_id, received, reason, reference FROM withdrawal_record WHERE false;
SELECT 1 / (count(*) = 5)::int FROM pg_policies WHERE policyname IN
	('consent_ending_see', 'consent_ending', 'recipient_ending',
	 'delivery_ending', 'withdrawal_ending');
SELECT my_door(), my_consent(), my_capacity();

ROLLBACK;
