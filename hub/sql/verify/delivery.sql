-- Verify zaedno-hub:delivery on pg
BEGIN;
SELECT id, summary_id, recipient, consent_id, holder, version,
    summary_version, queued_at, delivered_at, opened_at, opened_role,
    purged_at, purge_receipt
FROM delivery WHERE false;
SELECT delivery_json(d), delivery_state(d) FROM delivery d LIMIT 0;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE relname = 'delivery';
SELECT 1 / (count(*) = 3)::int FROM pg_policy
WHERE polrelid = 'delivery'::regclass;
ROLLBACK;
