-- Revert zaedno-hub:helpers from pg
BEGIN;
DROP FUNCTION everyone();
DROP FUNCTION rfc3339(timestamptz);
DROP FUNCTION my_step();
DROP FUNCTION my_job();
DROP FUNCTION my_request();
DROP FUNCTION my_role();
DROP FUNCTION my_user();
DROP FUNCTION me();
REVOKE USAGE ON SCHEMA public FROM zaedno_hub_service;
COMMIT;
