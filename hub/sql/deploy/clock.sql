-- Deploy zaedno-hub:clock to pg
-- requires: feed
-- The latest time that this database has seen.  A clock that was set back would
-- let what has run out live again: while it is behind, nothing of children is
-- read.
BEGIN;

CREATE TABLE clock_mark (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	mark timestamptz NOT NULL DEFAULT statement_timestamp()
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 500);
INSERT INTO clock_mark DEFAULT VALUES;
COMMENT ON TABLE clock_mark IS
	'goes forward only; where the clock was ahead and has been mended, the database owner sets it right';

ALTER TABLE clock_mark ENABLE ROW LEVEL SECURITY;
CREATE POLICY mark_see ON clock_mark FOR SELECT USING (true);
CREATE POLICY mark_move ON clock_mark FOR UPDATE
	USING ((SELECT my_job()) = 'sweep')
	WITH CHECK (mark <= clock_timestamp());

-- Who is not its owner never sets it back.
CREATE FUNCTION mark_forward() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
	NEW.mark := greatest(NEW.mark, OLD.mark);
	RETURN NEW;
END $$;
CREATE TRIGGER mark_forward BEFORE UPDATE ON clock_mark
	FOR EACH ROW WHEN (row_security_active('clock_mark'))
	EXECUTE FUNCTION mark_forward();

CREATE FUNCTION clock_holds() RETURNS boolean LANGUAGE sql STABLE AS
$$
	SELECT mark <= statement_timestamp() + interval '60 seconds'
	FROM clock_mark
$$;

-- What a read of what is of children is answered before anything else: "200",
-- or why not; NULL for whom it does not know.
CREATE FUNCTION reader_answer() RETURNS text LANGUAGE sql STABLE AS
$$
	SELECT CASE WHEN s <> 'active' THEN 'organisation-' || s
	    WHEN NOT clock_holds() THEN 'clock-behind' ELSE '200' END
	FROM caller_status() s WHERE s IS NOT NULL
$$;

GRANT SELECT, UPDATE (mark) ON clock_mark TO zaedno_hub_service;

COMMIT;
