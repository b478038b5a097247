-- Verify zaedno-hub:coordination on pg
BEGIN;
SELECT coordination_json(k), coordination_team_met(k) FROM coordination k LIMIT 0;
SELECT member_json(m) FROM coordination_member m LIMIT 0;
SELECT coordination_id, step, from_state, to_state, role, by_org, by_user,
    reason, because, overridden, at FROM coordination_step WHERE false;
SELECT coordination_id, user_id, at, by_user FROM coordination_assignment
WHERE false;
SELECT id, organisation_id, user_id, first_day, last_day, substitute, version
FROM coordinator_absence WHERE false;
SELECT 1 / (count(*) = 5)::int FROM pg_class WHERE relrowsecurity
AND relname IN ('coordination', 'coordination_member', 'coordination_step',
    'coordination_assignment', 'coordinator_absence');
SELECT 1 / (count(*) = 4)::int FROM pg_trigger WHERE tgname IN (
    'coordination_follows_consent', 'coordination_follows_names',
    'coordination_follows_new_names',
    'coordination_member_changed');
ROLLBACK;
