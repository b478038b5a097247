-- The service owns nothing, and is granted no more than its statements need.
BEGIN;
\ir lib/fixture.psql
SELECT plan(105);

SELECT is(count(*), 0::bigint, 'the service role owns nothing')
FROM pg_class WHERE relowner = 'zaedno_hub_service'::regrole;
SELECT ok(NOT rolcanlogin AND NOT rolsuper AND NOT rolbypassrls,
	'the service role cannot sign in nor go round policies')
FROM pg_roles WHERE rolname = 'zaedno_hub_service';

SELECT ok(relrowsecurity, relname || ' has row-level security')
FROM pg_class WHERE relname IN ('consent', 'consent_recipient', 'withdrawal',
	'summary', 'delivery', 'feed', 'feed_ack', 'event_queue', 'idempotency',
	'audit', 'audit_queue', 'audit_leaf', 'read_log', 'coordination',
	'coordination_member', 'coordination_step', 'coordination_assignment',
	'coordinator_absence', 'deadline_set', 'difficulty_definition',
	'question', 'question_link', 'review', 'keyworker', 'handover',
	'meeting', 'meeting_invitation', 'meeting_attendance',
	'meeting_voice', 'meeting_decision', 'hour_promise', 'reminder',
	'agenda_template', 'meeting_series',
	'reminder_run', 'lesson', 'lesson_run',
	'plan', 'plan_contingency', 'plan_adoption', 'plan_family_view',
	'plan_goal', 'plan_rating', 'plan_waymark', 'action',
	'action_progress', 'action_step', 'action_note')
ORDER BY relname;

SELECT ok(NOT has_table_privilege('zaedno_hub_service', t, 'DELETE'),
	'nothing is deleted from ' || t)
FROM unnest(ARRAY['consent', 'consent_recipient', 'withdrawal', 'summary',
	'delivery', 'feed', 'audit', 'audit_leaf', 'read_log', 'organisation',
	'organisation_key', 'app_user', 'coordination', 'coordination_member',
	'coordination_step', 'coordination_assignment', 'coordinator_absence',
	'deadline_set', 'difficulty_definition', 'question', 'question_link',
	'review', 'keyworker', 'handover', 'meeting', 'meeting_decision',
	'agenda_template', 'meeting_series', 'hour_promise',
	'reminder', 'lesson', 'plan', 'plan_contingency',
	'plan_adoption', 'plan_family_view', 'plan_goal', 'plan_rating',
	'plan_waymark', 'action', 'action_progress', 'action_step',
	'action_note']) t;
SELECT ok(NOT has_table_privilege('zaedno_hub_service', t, 'TRUNCATE'),
	t || ' is not truncated')
FROM unnest(ARRAY['consent', 'summary', 'audit', 'read_log', 'feed']) t;

SELECT is(pg_temp.ask('school', 'UPDATE organisation_key SET pem = pem'),
	'42501', 'a key is not replaced in place');
SELECT is(pg_temp.ask('school', 'UPDATE withdrawal SET at = at'), '42501',
	'what a withdrawal said is not changed');
SELECT is(pg_temp.ask('school', 'UPDATE feed_head SET feed_id = feed_id'),
	'42501', 'the feed keeps its id');
SELECT is(pg_temp.ask('school', 'CREATE TABLE x (y int)'), '42501',
	'the service makes no tables');
SELECT is(pg_temp.ask('school', 'DELETE FROM codelist.purpose'), '42501',
	'nor changes a code list');
SELECT is(relpersistence::text, 'p',
	'assertions that were used outlive a crash')
FROM pg_class WHERE relname = 'assertion_jti';
SELECT ok('autovacuum_vacuum_scale_factor=0' = ANY (reloptions),
	relname || ' is vacuumed soon')
FROM pg_class WHERE relname IN ('summary', 'event_queue') ORDER BY relname;

SELECT * FROM finish();
ROLLBACK;
