-- A part that many have touched stands in a page of the feed many times and is
-- made once: a page that makes it anew for each runs into its time limit, and
-- who reads it stands still.
BEGIN;
\ir lib/fixture.psql
\ir lib/coordination.psql
\ir lib/statements.psql
SELECT plan(4);
SELECT pg_temp.consent_names(ARRAY[:'team', :'centre']::uuid[], '{basics,plan}') \g /dev/null
SELECT pg_temp.new_coordination(:'k', 'in_action') \g /dev/null
SELECT pg_temp.add_members(:'k', ARRAY[:'centre']::uuid[]) \g /dev/null
DELETE FROM event_queue;
INSERT INTO plan (id, formulation) VALUES (:'k', 'Общо разбиране.');
UPDATE plan SET formulation = formulation || '.';
UPDATE plan SET formulation = formulation || '.';
SELECT set_config('zaedno.job', 'sequencer', true), set_config('role', 'zaedno_hub_service', true) \gset q_
EXECUTE sequencer_step;
RESET ROLE;
SET LOCAL track_functions = 'all';
SELECT pg_temp.be(:'centre') \gset q_
EXECUTE feed_page(NULL, NULL, NULL, '500') \gset page_
RESET ROLE;
CREATE TEMP TABLE told AS SELECT e FROM jsonb_array_elements((:'page_body')::jsonb -> 'events') e
WHERE e ->> 'kind' = 'plan';
SELECT is((SELECT count(*) FROM told), 3::bigint, 'each change of a plan is told');
SELECT is((SELECT count(DISTINCT e -> 'doc' ->> 'formulation') FROM told), 1::bigint,
	'as it is now');
SELECT ok(bool_and(e ->> 'parent' = :'k'), 'with where it belongs') FROM told;
SELECT is((SELECT calls FROM pg_stat_xact_user_functions WHERE funcname = 'part_event'), 1::bigint,
	'and made once for all');
SELECT * FROM finish();
ROLLBACK;
