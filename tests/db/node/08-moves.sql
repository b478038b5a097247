-- The count of moves between services.
BEGIN;
\ir lib/fixture.psql
SELECT plan(7);

DELETE FROM episode;
\set add 'INSERT INTO episode (id, case_id, kind, service, start_on, end_on) VALUES (gen_random_uuid(), :''case_a'','

SELECT is(moves(:'case_a', NULL), 0::bigint, 'no stay, no move');
:add 'social', 'a', current_date - 800, current_date - 500);
SELECT is(moves(:'case_a', NULL), 0::bigint, 'the first stay is no move');
:add 'education', 's', current_date - 450, NULL);
SELECT is(moves(:'case_a', NULL), 0::bigint, 'another kind of stay is no move');
:add 'social', 'b', current_date - 500, current_date - 100);
SELECT is(moves(:'case_a', NULL), 1::bigint, 'a stay that begins the day another of its kind ends is one');
:add 'social', 'c', current_date - 300, NULL);
SELECT is(moves(:'case_a', NULL), 2::bigint, 'one that follows any ended stay is another');
SELECT is(moves(:'case_a', current_date - 365), 1::bigint, 'only those of the last year');
:add 'social', 'd', current_date - 50, current_date - 50);
SELECT is(moves(:'case_a', current_date - 365), 2::bigint, 'a stay of no length counts once');

SELECT * FROM finish();
ROLLBACK;
