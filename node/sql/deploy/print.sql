-- Deploy zaedno_node:print to pg
-- requires: consent mirror codelists
-- What printed pages need: the labels of codes in plain words, and times as a
-- family reads them.

BEGIN;

CREATE TABLE IF NOT EXISTS codelist.signer_capacity
	(LIKE codelist.consent_category INCLUDING ALL);
CREATE TABLE IF NOT EXISTS codelist.signer_method
	(LIKE codelist.consent_category INCLUDING ALL);
CREATE TABLE IF NOT EXISTS codelist.child_opinion
	(LIKE codelist.consent_category INCLUDING ALL);
CREATE TABLE IF NOT EXISTS codelist.node_role
	(LIKE codelist.consent_category INCLUDING ALL);
GRANT SELECT ON codelist.signer_capacity, codelist.signer_method,
	codelist.child_opinion, codelist.node_role TO zaedno_node_service;

-- No line ends between a number and its unit.
CREATE FUNCTION bg_day(t timestamptz) RETURNS text
LANGUAGE sql STABLE STRICT AS $$
	SELECT to_char(t AT TIME ZONE 'Europe/Sofia', E'DD.MM.YYYY"\u00a0г."')
$$;

CREATE FUNCTION bg_time(t timestamptz) RETURNS text
LANGUAGE sql STABLE STRICT AS $$
	SELECT to_char(t AT TIME ZONE 'Europe/Sofia', E'DD.MM.YYYY"\u00a0г.", HH24:MI"\u00a0ч."')
$$;

-- The number on a receipt: short enough to be read out, of the consent's
-- pseudonym (never the case's number) and its version.
CREATE FUNCTION receipt_number(pseudonym uuid, version bigint) RETURNS text
LANGUAGE sql IMMUTABLE STRICT AS $$
	SELECT upper(substr(pseudonym::text, 1, 4) || '-' || substr(pseudonym::text, 5, 4))
	       || ' / ' || version
$$;

-- The name of an organisation in the directory; its id where it has none.
CREATE FUNCTION organisation_name(org uuid) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT coalesce((SELECT m.doc->>'name' FROM mirror m
	                 WHERE m.kind = 'organisation' AND m.id = org), org::text)
$$;

COMMIT;
