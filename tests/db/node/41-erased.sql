-- Erased content is gone elsewhere too: dead rows do not wait for a fifth of
-- the table.
BEGIN;
\ir lib/fixture.psql
SELECT plan(13);

SELECT ok(reloptions @> '{autovacuum_vacuum_scale_factor=0}'
	AND reloptions && '{autovacuum_vacuum_threshold=50}',
	relname || ' is vacuumed after 50 dead rows, however large it is')
FROM pg_class WHERE relname IN ('person', 'case_file', 'consent_version', 'summary', 'mirror')
AND relnamespace = 'public'::regnamespace ORDER BY relname;

-- A person's shared documents go with it: its coordinations, whatever hangs on
-- them. What another organisation's consent stands for stays.
INSERT INTO received (summary_id, case_id) VALUES (:'received_1', :'case_a');
INSERT INTO mirror (kind, id, parent, own, state, title, feed_id, seq, version, doc)
SELECT kind, coalesce(id, gen_random_uuid()::text)::uuid, parent::uuid, kind = 'summary' AND own, 'open',
       'Тайна', (:'feed')::uuid, row_number() OVER (), 1, jsonb_build_object('until', rfc3339(now() + interval '9 days'))
FROM (VALUES ('summary', :'summary_a', NULL, true), ('coordination', '00000000-0000-4000-8000-0000000000c1', :'summary_a', true),
	('summary', :'received_1', NULL, false), ('coordination', '00000000-0000-4000-8000-0000000000c2', :'received_1', false),
	('action', NULL, '00000000-0000-4000-8000-0000000000c2', false), ('meeting', NULL, NULL, false),
	('delivery', NULL, :'summary_a', true)) v(kind, id, parent, own)
UNION ALL
SELECT kind, gen_random_uuid(), '00000000-0000-4000-8000-0000000000c1', false, 'open', 'Тайна', (:'feed')::uuid, 50, 1, '{}'
FROM unnest(ARRAY['plan', 'action', 'meeting', 'decision', 'review', 'keyworker', 'handover', 'novelty']) kind;
UPDATE consent SET state = 'withdrawn', withdrawn_at = now() WHERE id = :'consent_a';
SELECT set_config('zaedno.user', :'dora', true), set_config('zaedno.role', 'dpo', true) \g /dev/null
SELECT is(subject_erase(:'person_a', 'request'), 'erased', 'a person is erased');
SELECT is(count(*), 0::bigint, 'of its coordination nothing is left') FROM mirror
WHERE (id = '00000000-0000-4000-8000-0000000000c1' OR parent = '00000000-0000-4000-8000-0000000000c1')
AND (doc IS NOT NULL OR title IS NOT NULL OR state <> 'purged');
SELECT is(counts->'shared_documents', '9', 'and it is said how much there was') FROM erasure;
SELECT is(string_agg(kind, ' ' ORDER BY kind), 'action coordination delivery meeting summary', 'another''s stays, and to whom ours went')
FROM mirror WHERE doc IS NOT NULL;
SELECT is(pg_temp.as_user('anna', 'SELECT * FROM mirror WHERE kind = ''coordination'''), '0', 'nobody reads it');
SELECT is(pg_temp.as_user('vera', 'SELECT * FROM mirror WHERE kind = ''plan'''), '0', 'nor its parts');
SELECT is(cardinality(subject_coordination_refs(ARRAY[:'case_a'::uuid])), 9, 'their names stay for the audit');
SELECT is(subject_coordinations(ARRAY[:'case_a'::uuid]), '[]', 'and no content');

SELECT * FROM finish();
ROLLBACK;
