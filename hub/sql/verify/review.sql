-- Verify zaedno-hub:review on pg
BEGIN;
SELECT review_json(v) FROM review v LIMIT 0;
SELECT keyworker_json(w) FROM keyworker w LIMIT 0;
SELECT handover_json(h) FROM handover h LIMIT 0;
SELECT review_met(k), review_event('review', k.id), review_round(k.id),
    review_refusal(k.id, false, '{}'), review_takes_part(k, NULL),
    answered_before(k.id, '', '') FROM coordination k LIMIT 0;
SELECT count(*) FROM review_of(NULL);
SELECT 1 / (count(*) = 3)::int FROM pg_class WHERE relrowsecurity
AND relname IN ('review', 'keyworker', 'handover');
SELECT 1 / (count(*) = 1)::int FROM pg_trigger
WHERE tgname = 'review_dates_next';
ROLLBACK;
