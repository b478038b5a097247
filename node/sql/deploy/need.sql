-- Deploy zaedno_node:need to pg
-- requires: case
-- Needs and strengths of a child by domain; replaced as a whole, versioned by
-- the case.

BEGIN;

CREATE TABLE need (
	case_id  uuid NOT NULL REFERENCES case_file,
	domain   text NOT NULL REFERENCES codelist.need_domain,
	level    smallint CHECK (level BETWEEN 0 AND 2),
	strength boolean NOT NULL DEFAULT false,
	PRIMARY KEY (case_id, domain)
);

ALTER TABLE need ENABLE ROW LEVEL SECURITY;
CREATE POLICY need_of_case ON need TO zaedno_node_service
	USING (EXISTS (SELECT FROM case_file c WHERE c.id = need.case_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON need TO zaedno_node_service;

COMMIT;
