-- Verify zaedno-hub:recall on pg
BEGIN;

SELECT recalled_at FROM delivery WHERE false;
SELECT 1 / (count(*) = 4)::int FROM pg_trigger
WHERE tgname IN ('summary_recall', 'recipient_recall', 'delivery_anew',
	'summary_moved');
SELECT * FROM recall_counts(24, 48);

ROLLBACK;
