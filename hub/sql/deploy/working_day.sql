-- Deploy zaedno-hub:working_day to pg
-- requires: helpers
-- Working days in Bulgaria, in Europe/Sofia: what the deadlines of people's
-- work are counted in.
BEGIN;

-- Easter Sunday of the Orthodox Church: Meeus's Julian algorithm, and the
-- thirteen days between the calendars (1900 to 2099).
CREATE FUNCTION orthodox_easter(year int) RETURNS date
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$
	SELECT make_date(year, 3, 1) + 13 + (21 + d
	    + mod(2 * mod(year, 4) + 4 * mod(year, 7) - d + 34, 7))
	FROM (SELECT mod(19 * mod(year, 19) + 15, 30) AS d) m
$$;

-- Art. 154 of the Labour Code, as it has stood since 2017: Easter's four days
-- and the fixed ones; for each fixed one on a Saturday or Sunday the first
-- working day after it that no other has taken.
CREATE FUNCTION public_holidays(year int) RETURNS SETOF date
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$
DECLARE
	easter date := orthodox_easter(year);
	fixed date[] := ARRAY[make_date(year, 1, 1), make_date(year, 3, 3),
	    make_date(year, 5, 1), make_date(year, 5, 6), make_date(year, 5, 24),
	    make_date(year, 9, 6), make_date(year, 9, 22),
	    make_date(year, 12, 24), make_date(year, 12, 25),
	    make_date(year, 12, 26)];
	free date[] := fixed || ARRAY[easter - 2, easter - 1, easter, easter + 1];
	one date;
	other date;
BEGIN
	FOREACH one IN ARRAY fixed LOOP
		CONTINUE WHEN extract(isodow FROM one) < 6;
		other := one;
		WHILE other = ANY (free) OR extract(isodow FROM other) > 5 LOOP
			other := other + 1;
		END LOOP;
		free := free || other;
	END LOOP;
	RETURN QUERY SELECT DISTINCT f FROM unnest(free) f ORDER BY f;
END $$;

CREATE FUNCTION is_working_day(day date) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$
	SELECT extract(isodow FROM day) < 6 AND NOT EXISTS (
	    SELECT FROM public_holidays(extract(year FROM day)::int) h
	    WHERE h = day)
$$;

-- The end of the nth working day after a moment: midnight in Sofia.  With 0
-- the end of that day itself, or of the first working day after it.
CREATE FUNCTION after_working_days(since timestamptz, n int)
RETURNS timestamptz LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS
$$
DECLARE
	day date := (since AT TIME ZONE 'Europe/Sofia')::date;
	free date[] := ARRAY(SELECT h FROM generate_series(
	    extract(year FROM day)::int,
	    extract(year FROM day + 2 * n + 30)::int) y, public_holidays(y) h);
	rest int := n;
BEGIN
	LOOP
		EXIT WHEN rest = 0 AND extract(isodow FROM day) < 6
		    AND day <> ALL (free);
		day := day + 1;
		IF rest > 0 AND extract(isodow FROM day) < 6
		    AND day <> ALL (free) THEN
			rest := rest - 1;
		END IF;
	END LOOP;
	RETURN (day + 1)::timestamp AT TIME ZONE 'Europe/Sofia';
END $$;

COMMIT;
