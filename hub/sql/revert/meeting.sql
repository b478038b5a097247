-- Revert zaedno-hub:meeting from pg
BEGIN;
DROP TABLE meeting_decision, meeting_voice, meeting_attendance,
    meeting_invitation, meeting CASCADE;
DROP FUNCTION meeting_decision_changed();
DROP FUNCTION meeting_invitation_gone();
DROP FUNCTION meeting_invitation_changed();
DROP FUNCTION meeting_changed();
DROP FUNCTION meeting_told(uuid, uuid[]);
DROP FUNCTION meeting_refused(uuid, text, text[]);
DROP FUNCTION meeting_hold(uuid, uuid);
DROP FUNCTION meeting_attended(uuid, uuid, timestamptz);
DROP FUNCTION requeue_meetings(uuid, text);
DROP FUNCTION meeting_met(coordination);
DROP FUNCTION meeting_end(uuid);
DROP FUNCTION meeting_of(uuid);
DROP FUNCTION decision_event(uuid);
DROP FUNCTION meeting_event(uuid);
DROP FUNCTION meeting_case(uuid);
DROP FUNCTION day_end(date);
DROP FUNCTION meeting_sight(uuid);
DROP TABLE codelist.meeting_kind;
COMMIT;
