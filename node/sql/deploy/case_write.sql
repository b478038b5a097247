-- Deploy zaedno_node:case_write to pg
-- requires: case
-- Whose work a case and a person are: of the holder, and of a supervisor. To
-- see a case is not yet to write in it; these two ask the tables themselves,
-- whatever else a policy may come to show.

BEGIN;

CREATE FUNCTION may_write_case(of_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT EXISTS (
	       SELECT FROM case_file c
	       WHERE c.id = of_case
	         AND (my_role() = 'supervisor'
	              OR my_role() = 'practitioner' AND c.holder = my_user()))
$$;

CREATE FUNCTION may_write_person(of_person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
	SELECT my_role() = 'supervisor'
	       OR my_role() = 'practitioner' AND (
	          EXISTS (SELECT FROM case_file c
	                  WHERE c.person_id = of_person AND c.holder = my_user())
	          OR EXISTS (SELECT FROM person p
	                     WHERE p.id = of_person AND p.created_by = my_user()
	                       AND person_without_case(p.id)))
$$;

REVOKE EXECUTE ON FUNCTION may_write_case(uuid), may_write_person(uuid)
	FROM PUBLIC;
GRANT EXECUTE ON FUNCTION may_write_case(uuid), may_write_person(uuid)
	TO zaedno_node_service;

COMMIT;
