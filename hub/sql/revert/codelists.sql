-- Revert zaedno-hub:codelists from pg
BEGIN;
DROP SCHEMA codelist CASCADE;
COMMIT;
