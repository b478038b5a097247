-- Revert zaedno_node:codelists from pg

BEGIN;

DROP TABLE codelist.need_domain, codelist.signature_rule, codelist.purpose,
	codelist.consent_category;
DROP SCHEMA codelist;

COMMIT;
