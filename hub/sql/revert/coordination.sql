-- Revert zaedno-hub:coordination from pg
BEGIN;
DROP TRIGGER coordination_follows_names ON consent_recipient;
DROP TRIGGER coordination_follows_consent ON consent;
DROP FUNCTION coordination_follows_names();
DROP FUNCTION coordination_follows_consent();
DROP FUNCTION requeue_coordinations(uuid, text);
DROP FUNCTION coordination_unname(uuid);
DROP FUNCTION coordination_suspend(uuid);
DROP FUNCTION coordination_json(coordination);
DROP FUNCTION member_json(coordination_member);
DROP FUNCTION coordination_item(coordination);
DROP FUNCTION request_hash(uuid, jsonb);
DROP FUNCTION absence_json(coordinator_absence);
DROP FUNCTION queue_id(text);
DROP FUNCTION queue_page(coordination[], int);
DROP FUNCTION queue_due(text);
DROP FUNCTION queue_term(text);
DROP FUNCTION queue_cursor(timestamptz, uuid);
DROP FUNCTION coordination_team_met(coordination);
DROP FUNCTION coordination_open(text);
DROP FUNCTION consent_purpose(uuid);
DROP FUNCTION consent_names(uuid, uuid);
DROP FUNCTION holder_shows(uuid);
DROP FUNCTION stands_for(uuid);
DROP TABLE coordinator_absence, coordination_assignment, coordination_step,
    coordination_member, coordination;
DROP FUNCTION coordination_member_changed();
COMMIT;
