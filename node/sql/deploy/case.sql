-- Deploy zaedno_node:case to pg
-- requires: person
-- The organisation's own case, numbered within the year; "holder" is the
-- practitioner who works on it. Who may see a case follows from this table
-- alone, and everything that hangs on a case asks this table.

BEGIN;

CREATE TABLE case_counter (
	year int PRIMARY KEY,
	last int NOT NULL
);

CREATE TABLE case_file (
	id         uuid PRIMARY KEY,
	person_id  uuid NOT NULL REFERENCES person,
	year       int NOT NULL,
	number     int NOT NULL,
	holder     uuid NOT NULL REFERENCES app_user,
	opened_on  date NOT NULL DEFAULT today(),
	closed_on  date,
	state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
	sealed     text,             -- the reason, in free words
	content    bytea NOT NULL,
	created_by uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	updated_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	version    bigint NOT NULL DEFAULT 1,
	UNIQUE (year, number),
	CHECK ((state = 'closed') = (closed_on IS NOT NULL)),
	CHECK (closed_on >= opened_on)
);
CREATE INDEX case_file_holder ON case_file (holder, id);
CREATE INDEX case_file_person ON case_file (person_id);

-- The next number of the year. The counter's row lock makes numbers gapless
-- and the callers wait for each other; a case is opened a few times a day.
CREATE FUNCTION case_number_next(y int) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
	INSERT INTO case_counter AS c (year, last) VALUES (y, 1)
	ON CONFLICT (year) DO UPDATE SET last = c.last + 1
	RETURNING last
$$;
REVOKE EXECUTE ON FUNCTION case_number_next(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION case_number_next(int) TO zaedno_node_service;

-- A person just entered, with no case yet, stays with the one who entered it.
CREATE FUNCTION person_without_case(p uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
	$$ SELECT NOT EXISTS (SELECT FROM case_file WHERE person_id = p) $$;
REVOKE EXECUTE ON FUNCTION person_without_case(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION person_without_case(uuid) TO zaedno_node_service;

ALTER TABLE case_file ENABLE ROW LEVEL SECURITY;
CREATE POLICY case_own ON case_file TO zaedno_node_service
	USING ((SELECT my_role()) = 'practitioner' AND holder = (SELECT my_user()));
CREATE POLICY case_all ON case_file TO zaedno_node_service
	USING ((SELECT my_role()) = 'supervisor');

ALTER TABLE person ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_own ON person TO zaedno_node_service
	USING ((SELECT my_role()) = 'practitioner'
	       AND (EXISTS (SELECT FROM case_file c WHERE c.person_id = person.id)
	            OR created_by = (SELECT my_user()) AND person_without_case(id)));
CREATE POLICY person_all ON person TO zaedno_node_service
	USING ((SELECT my_role()) = 'supervisor');

ALTER TABLE person_index ENABLE ROW LEVEL SECURITY;
CREATE POLICY person_index_of ON person_index TO zaedno_node_service
	USING (EXISTS (SELECT FROM person p WHERE p.id = person_index.person_id));

GRANT SELECT, INSERT, UPDATE (sealed, content, updated_at, version)
	ON person TO zaedno_node_service;
GRANT SELECT, INSERT, DELETE ON person_index TO zaedno_node_service;
GRANT SELECT, INSERT (id, fingerprint) ON identity_key TO zaedno_node_service;
GRANT SELECT, INSERT,
	UPDATE (holder, state, closed_on, sealed, updated_at, version)
	ON case_file TO zaedno_node_service;

COMMIT;
