-- Revert zaedno-hub:coordination_part from pg
BEGIN;
DROP TRIGGER coordination_parts_joined ON coordination_member;
DROP TRIGGER coordination_parts_follow ON coordination;
DROP FUNCTION coordination_parts_joined();
DROP FUNCTION coordination_parts_follow();
DROP FUNCTION coordination_hold(uuid);
DROP FUNCTION coordination_tell(uuid, uuid[]);
DROP FUNCTION coordination_met(coordination);
DROP FUNCTION coordination_parts_end(uuid);
DROP FUNCTION coordination_parts(uuid);
DROP FUNCTION part_event(text, uuid);
COMMIT;
