-- Verify zaedno_node:ending on pg

BEGIN;

SELECT code, bg FROM codelist.withdrawal_door WHERE false;
SELECT 1 / (prosrc LIKE '%task_raise%')::int FROM pg_proc
WHERE proname = 'feed_apply_consent';

ROLLBACK;
