-- Verify zaedno-hub:helpers on pg
BEGIN;
SELECT set_config('zaedno.org', '', true);
SELECT 1 / (me() IS NULL)::int;
SELECT set_config('zaedno.org', '018f0000-0000-7000-8000-000000000001', true);
SELECT 1 / (me() = '018f0000-0000-7000-8000-000000000001')::int;
SELECT 1 / (rfc3339('2026-01-02 03:04:05.678+00')
    = '2026-01-02T03:04:05.678Z')::int;
SELECT 1 / (NOT has_schema_privilege('zaedno_hub_service', 'public',
    'CREATE'))::int;
ROLLBACK;
