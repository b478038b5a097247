-- Verify zaedno_node:codelists on pg

BEGIN;

SELECT code, bg, en, sort FROM codelist.consent_category WHERE false;
SELECT code FROM codelist.purpose WHERE false;
SELECT code FROM codelist.signature_rule WHERE false;
SELECT code FROM codelist.need_domain WHERE false;

ROLLBACK;
