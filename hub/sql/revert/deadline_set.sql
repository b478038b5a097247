-- Revert zaedno-hub:deadline_set from pg
BEGIN;
DROP FUNCTION deadline_at(text, boolean, timestamptz);
DROP FUNCTION deadline_set_json(deadline_set);
DROP TABLE deadline_set;
DROP FUNCTION adopted_kept();
COMMIT;
