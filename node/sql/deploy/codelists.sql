-- Deploy zaedno_node:codelists to pg
-- requires: roles
-- One table for each list whose codes a table here refers to. The rows come
-- from api-spec/codelists (generated upserts, loaded after the migrations).

BEGIN;

CREATE SCHEMA codelist;
GRANT USAGE ON SCHEMA codelist TO zaedno_node_service;

CREATE TABLE codelist.consent_category (
	code text PRIMARY KEY, bg text NOT NULL, en text NOT NULL, sort int NOT NULL);
CREATE TABLE codelist.purpose (LIKE codelist.consent_category INCLUDING ALL);
CREATE TABLE codelist.signature_rule (LIKE codelist.consent_category INCLUDING ALL);
CREATE TABLE codelist.need_domain (LIKE codelist.consent_category INCLUDING ALL);

GRANT SELECT ON ALL TABLES IN SCHEMA codelist TO zaedno_node_service;

COMMIT;
