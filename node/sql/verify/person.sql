-- Verify zaedno_node:person on pg

BEGIN;

SELECT id, sealed, content, created_by, version FROM person WHERE false;
SELECT person_id, purpose, token FROM person_index WHERE false;
SELECT fingerprint, next FROM identity_key WHERE false;

ROLLBACK;
