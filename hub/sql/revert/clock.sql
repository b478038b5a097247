-- Revert zaedno-hub:clock from pg
BEGIN;

DROP FUNCTION reader_answer();
DROP FUNCTION clock_holds();
DROP TABLE clock_mark;
DROP FUNCTION mark_forward();

COMMIT;
