-- Verify zaedno-hub:family on pg
BEGIN;
SELECT id, consent_id, holder, capacity, signer, feed_id, issued_at,
    first_until, used, first_used_at, last_used_at, revoked_at, version
FROM family_slip WHERE false;
SELECT kept, slip_id, holder, used_at FROM family_code WHERE false;
SELECT id, slip_id, created_at, expires_at, ended_at
FROM family_session WHERE false;
SELECT at, source FROM family_failure WHERE false;
SELECT id, consent_id, holder, capacity, signer, kind, summary_id, recipient,
    category, text, said_at, taken_at, answer, answered_at, version
FROM family_word WHERE false;
SELECT my_slip(), my_signer();
SELECT family_word_json(w) FROM family_word w LIMIT 0;
SELECT family_slip_json(s), family_slip_lives(s) FROM family_slip s LIMIT 0;
SELECT * FROM family_sees();
SELECT 1 / (count(*) = 5)::int FROM pg_class
WHERE relname IN ('family_slip', 'family_code', 'family_session',
    'family_failure', 'family_word') AND relrowsecurity;
SELECT 1 / (NOT has_table_privilege('zaedno_hub_service', 'family_code',
    'SELECT, UPDATE, DELETE'))::int;
ROLLBACK;
