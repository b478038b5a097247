-- The latest time that was seen: forward only, moved by the sweep alone, and
-- nothing of children is read while the clock is behind it.
BEGIN;
\ir lib/fixture.psql
\ir lib/statements.psql
SELECT plan(12);

SELECT ok(clock_holds(), 'the clock is right');
UPDATE clock_mark SET mark = now() + interval '59 seconds';
SELECT ok(clock_holds(), 'a minute is no matter');
SELECT pg_temp.be(:'centre') \gset q_
EXECUTE summary_get(:'summary') \gset got_
RESET ROLE;
SELECT is(:'got_status'::text, '200', 'a recipient reads');

UPDATE clock_mark SET mark = now() + interval '1 hour';
SELECT ok(NOT clock_holds(), 'an hour is');
SELECT pg_temp.be(:'centre') \gset q_
EXECUTE summary_get(:'summary');
\set rows :ROW_COUNT
EXECUTE summary_gone(:'summary') \gset gone_
EXECUTE summary_list(NULL, NULL, NULL) \gset list_
EXECUTE feed_page(NULL, NULL, NULL, 10) \gset feed_
RESET ROLE;
SELECT is(:'rows'::text, '0', 'nobody reads');
SELECT is(:'gone_status'::text, 'clock-behind', 'and is told why');
SELECT is(:'list_status'::text, 'clock-behind', 'nor lists');
SELECT is(:'feed_status'::text, 'clock-behind', 'nor hears');
SELECT pg_temp.be(:'ngo') \gset q_
EXECUTE summary_gone(:'summary');
\set rows :ROW_COUNT
RESET ROLE;
SELECT is(:'rows'::text, '0', 'who is not named is told nothing');

SELECT is(pg_temp.ask('sweep', 'UPDATE clock_mark SET mark = now()'), '42501', 'the sweep does not set it back');
SELECT is(pg_temp.ask('school', 'UPDATE clock_mark SET mark = now()'), '0', 'nobody else moves it');
SELECT is(pg_temp.ask('sweep', 'UPDATE clock_mark SET mark = now() + interval ''1 day'''), '42501',
	'and nobody ahead of the clock');

SELECT * FROM finish();
ROLLBACK;
