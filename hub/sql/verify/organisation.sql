-- Verify zaedno-hub:organisation on pg
BEGIN;
SELECT id, name, kind, sectors, municipality, eik, contact, status,
    status_reason, version, created_at, enrolled_at
FROM organisation WHERE false;
SELECT id, organisation_id, kind, form, name, does, does_not, reach, age_bands
FROM service WHERE false;
SELECT kid, organisation_id, purpose, jwk, pem, not_before, retired_at
FROM organisation_key WHERE false;
SELECT code_sha256, organisation_id, expires_at, used_at, kids
FROM enrolment_code WHERE false;
SELECT organisation_id, jti, expires_at FROM assertion_jti WHERE false;
SELECT organisation_json(o) FROM organisation o LIMIT 0;
SELECT 1 / (NOT has_table_privilege('zaedno_hub_service', 'organisation',
    'DELETE, TRUNCATE'))::int;
SELECT 1 / (NOT has_column_privilege('zaedno_hub_service',
    'organisation_key', 'pem', 'UPDATE'))::int;
SELECT 1 / (relpersistence = 'p')::int FROM pg_class
WHERE relname = 'assertion_jti';
ROLLBACK;
