-- Verify zaedno-hub:plan on pg
BEGIN;
SELECT plan_json(p), plan_role(p.id), plan_place(p.id) FROM plan p LIMIT 0;
SELECT goal_json(g) FROM plan_goal g LIMIT 0;
SELECT waymark_json(w) FROM plan_waymark w LIMIT 0;
SELECT plan_met(k) FROM coordination k LIMIT 0;
SELECT 1 / (count(*) = 7)::int FROM pg_class WHERE relrowsecurity
AND relname IN ('plan', 'plan_contingency', 'plan_adoption',
    'plan_family_view', 'plan_goal', 'plan_rating', 'plan_waymark');
ROLLBACK;
