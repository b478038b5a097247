-- Revert zaedno_node:arrival from pg

BEGIN;
DROP TRIGGER mirror_arrives ON mirror;
DROP FUNCTION mirror_arrives();
DROP FUNCTION arrival_seen(text, uuid, bigint, boolean);
DROP FUNCTION arrivals(int);
DROP FUNCTION arrival_coordination(mirror);
DROP TABLE arrival;
COMMIT;
