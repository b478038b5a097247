-- Revert zaedno-hub:working_day from pg
BEGIN;
DROP FUNCTION after_working_days(timestamptz, int);
DROP FUNCTION is_working_day(date);
DROP FUNCTION public_holidays(int);
DROP FUNCTION orthodox_easter(int);
COMMIT;
