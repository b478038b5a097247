-- Deploy zaedno-hub:codelists to pg
-- requires: helpers
-- The code lists that the hub's tables refer to; their rows are loaded from
-- the generated hub_codelists.sql after every deployment.
BEGIN;

CREATE SCHEMA codelist;
GRANT USAGE ON SCHEMA codelist TO zaedno_hub_service;

DO $$
DECLARE
	list text;
BEGIN
	FOREACH list IN ARRAY ARRAY['sector', 'org_kind', 'service_kind',
	    'municipality', 'purpose', 'consent_category', 'signature_rule']
	LOOP
		EXECUTE format('CREATE TABLE codelist.%I (
			code text PRIMARY KEY,
			bg text NOT NULL,
			en text NOT NULL,
			sort int NOT NULL)', list);
		EXECUTE format('GRANT SELECT ON codelist.%I TO zaedno_hub_service',
		    list);
	END LOOP;
END $$;

COMMIT;
