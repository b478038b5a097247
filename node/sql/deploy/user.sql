-- Deploy zaedno_node:user to pg
-- requires: roles
BEGIN;
CREATE TABLE app_user (id uuid PRIMARY KEY, login text NOT NULL UNIQUE, name text NOT NULL, role text NOT NULL, state text NOT NULL DEFAULT 'active', version bigint NOT NULL DEFAULT 1);
GRANT SELECT ON app_user TO zaedno_node_service;
COMMIT;
