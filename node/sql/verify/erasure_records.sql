-- Verify zaedno_node:erasure_records on pg

BEGIN;

SELECT 1 / (count(*) = 5)::int FROM erasure_part WHERE relation IN ('outcome',
	'signal', 'team_record', 'emergency_reading', 'summary_overrule');

ROLLBACK;
