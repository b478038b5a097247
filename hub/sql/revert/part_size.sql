-- Revert zaedno-hub:part_size from pg
BEGIN;
DROP TRIGGER meeting_record_fits ON meeting_voice;
DROP TRIGGER meeting_record_fits ON meeting_attendance;
DROP FUNCTION meeting_record_fits();
DROP TRIGGER meeting_fits ON meeting;
DROP TRIGGER plan_fits ON plan;
DROP TRIGGER coordination_fits ON coordination_member;
DROP FUNCTION whole_fits();
DROP FUNCTION meeting_size(meeting);
DROP FUNCTION plan_size(plan);
DROP FUNCTION coordination_size(coordination);
DROP FUNCTION part_fits(bigint, bigint);
COMMIT;
