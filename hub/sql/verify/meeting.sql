-- Verify zaedno-hub:meeting on pg
BEGIN;
SELECT meeting_json(m), meeting_shows(m) FROM meeting m LIMIT 0;
SELECT decision_json(d) FROM meeting_decision d LIMIT 0;
SELECT meeting_met(k) FROM coordination k LIMIT 0;
SELECT 1 / relrowsecurity::int FROM pg_class WHERE relname IN ('meeting',
    'meeting_invitation', 'meeting_attendance', 'meeting_voice',
    'meeting_decision');
ROLLBACK;
