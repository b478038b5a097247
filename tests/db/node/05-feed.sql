-- feed_apply(): idempotent, gapless, tombstones with receipts, and the feed
-- read again from the start.
BEGIN;
\ir lib/fixture.psql
SELECT plan(112);

SELECT is(pg_temp.apply(
	pg_temp.event(5, 0, 'put', :'received_1', 1, doc => pg_temp.received_doc(now() + interval '1 month')),
	pg_temp.event(6, 0, 'put', :'other_org', 1, 'organisation', 'all', '{"name": "x"}')), '2',
	'two events of two chains are applied');
SELECT matches(cursor, '[.]5[.]', 'the cursor is stored with them') FROM hub_link;
SELECT is(chain, '{5,6}', 'and the end of each chain') FROM hub_link;
SELECT is(count(*), 1::bigint, 'a received summary waits to be assigned') FROM received;
SELECT is(pg_temp.apply(
	pg_temp.event(5, 0, 'put', :'received_1', 1, doc => pg_temp.received_doc(now() + interval '1 month')),
	pg_temp.event(6, 0, 'put', :'other_org', 1, 'organisation', 'all', '{"name": "x"}')), '0',
	'the same page again changes nothing');
SELECT is(count(*), 2::bigint, 'each once') FROM mirror;

SELECT is(pg_temp.apply(pg_temp.event(9, 7, 'put', :'received_1', 2)), 'ZN001',
	'an event whose predecessor is missing is refused');
SELECT is(chain, '{5,6}', 'nothing of it is kept') FROM hub_link;
SELECT is(pg_temp.apply(pg_temp.event(9, 6, 'put', :'received_1', 2)), 'ZN001',
	'the other chain''s end is no predecessor');
SELECT is(pg_temp.apply(
	pg_temp.event(8, 5, 'put', :'received_1', 2, doc => pg_temp.received_doc(now() + interval '1 month')),
	pg_temp.event(10, 9, 'put', :'received_1', 3)), 'ZN001', 'a gap within a page refuses the whole page');
SELECT is(version, 1::bigint, 'its first event too') FROM mirror WHERE id = :'received_1';

SELECT is(pg_temp.apply(pg_temp.event(11, 5, 'purge', :'received_1', 2)), '1', 'a purge is applied');
SELECT is(doc, NULL, 'the content is gone') FROM mirror WHERE id = :'received_1';
SELECT is(state, 'purged', 'a tombstone stays') FROM mirror WHERE id = :'received_1';
SELECT is(count(*), 1::bigint, 'one receipt is queued') FROM outbox WHERE operation = 'recordPurge';
SELECT is(lane, 'receipt', 'in its lane') FROM outbox WHERE operation = 'recordPurge';
SELECT is(path, '/v1/summaries/' || :'received_1' || '/purge', 'for this summary') FROM outbox
WHERE operation = 'recordPurge';
SELECT is(body->>'sign', 'purge-receipt', 'to be signed by the courier') FROM outbox WHERE operation = 'recordPurge';
SELECT is((body->>'version')::int, 2, 'of the purge that was obeyed') FROM outbox WHERE operation = 'recordPurge';
SELECT is(pg_temp.apply(pg_temp.event(11, 5, 'purge', :'received_1', 2)), '0', 'the purge again is passed over');
SELECT is(count(*), 1::bigint, 'and makes no second receipt') FROM outbox WHERE operation = 'recordPurge';

SELECT is(pg_temp.apply(pg_temp.event(12, 11, 'put', :'received_1', 1,
	doc => pg_temp.received_doc(now() + interval '1 month'))), '1', 'an older publication arrives late');
SELECT is(doc, NULL, 'and brings nothing back') FROM mirror WHERE id = :'received_1';
SELECT is(pg_temp.apply(pg_temp.event(13, 12, 'put', :'received_1', 2,
	doc => pg_temp.received_doc(now() + interval '1 month'))), '1', 'consented again, the same version');
SELECT ok(doc IS NOT NULL, 'is shown again') FROM mirror WHERE id = :'received_1';

-- What policies, sweeps, calendars and pages read is as they can read it.
SELECT is(pg_temp.apply(pg_temp.event(14, 13, 'put', :'other_org', 1, kind,
	doc => jsonb_build_object('id', :'other_org', 'version', 1) || change)
	|| '{"title": "x"}' || more), 'ZN002', kind || ': ' || (change || more)::text)
FROM (VALUES
	('coordination', '{"until": "x"}'::jsonb, '{}'::jsonb),
	('coordination', '{"until": "2026-02-30T00:00:00Z"}', '{}'),
	('coordination', '{"until": "2026-02-28T24:00:00Z"}', '{}'),
	('coordination', '{"holder": "x"}', '{}'),
	('coordination', '{"region": 7}', '{}'),
	('coordination', '{"members": {"state": "accepted"}}', '{}'),
	('coordination', '{"members": "accepted"}', '{}'),
	('coordination', '{"members": [{"organisation_id": "x"}]}', '{}'),
	('coordination', '{"overdue": "perhaps"}', '{}'),
	('plan', '{"version": "x"}', '{}'),
	('a_kind_to_come', '{"version": 1.5}', '{}'),
	('question', '{"version": 99999999999999999999}', '{}'),
	('question', '{"version": -1}', '{}'),
	('question', '{}', '{"recipient": "all", "prev_seq": 6}'),
	('hour_promise', '{"organisation_id": "00000000-0000-4000-8000-0000000000f0"}', '{"recipient": "all", "prev_seq": 6}'),
	('hour_promise', '{"organisation_id": "00000000-0000-4000-8000-0000000000f1"}', '{}'),
	('hour_promise', '{}', '{}'),
	('hour_promise', '{"organisation_id": "x"}', '{}'),
	('hour_promise', '{"organisation_id": "00000000-0000-4000-8000-0000000000f0", "region": 7}', '{}'),
	('hour_promise', '{"organisation_id": "00000000-0000-4000-8000-0000000000f0", "quarter": "2026-Q5"}', '{}'),
	('hour_promise', '{"organisation_id": "00000000-0000-4000-8000-0000000000f0", "hours": "x"}', '{}'),
	('hour_promise', '{"organisation_id": "00000000-0000-4000-8000-0000000000f0", "given_hours": -1}', '{}'),
	('hour_promise', '{"organisation_id": "00000000-0000-4000-8000-0000000000f0", "whole": 1}', '{}'),
	('meeting', '{"starts_at": "2026-13-45T00:00:00Z"}', '{}'),
	('meeting', '{"minutes": 1e12}', '{}'),
	('meeting', '{"agenda": "one"}', '{}'),
	('meeting', '{"agenda": [1]}', '{}'),
	('meeting', '{"voices": ["no"]}', '{}'),
	('meeting', '{"attendance": "all"}', '{}'),
	('meeting', '{"attendance": [{"organisation_id": "x"}]}', '{}'),
	('meeting', '{"invitations": ["x"]}', '{}'),
	('meeting', '{"decisions": [{"due": "2026-02-31"}]}', '{}'),
	('meeting', '{"link": "https://x.example/\r\nATTENDEE:x"}', '{}'),
	('meeting', '{"link": "javascript:alert(1)"}', '{}'),
	('meeting', '{}', '{"due": "infinity"}'),
	('meeting', '{}', '{"due": "soon"}'),
	('meeting', '{}', '{"title": null}'),
	('meeting', '{}', '{"title": ""}'),
	('delivery', '{"recipient": "x"}', '{}'),
	('delivery', '{"delivered_at": "today"}', '{}'),
	('lesson', '{"quarter": "2025-Q1"}', '{}'),
	('lesson', '{"quarter": "2025-Q1", "text": ""}', '{}'),
	('lesson', '{"quarter": "2025-Q1", "text": ["x"]}', '{}'),
	('lesson', jsonb_build_object('quarter', '2025-Q1', 'text', repeat('д', 281)), '{}'),
	('lesson', '{"text": "x"}', '{}'),
	('lesson', '{"quarter": "2025-Q5", "text": "x"}', '{}'),
	('family_slip', '{"used": "x"}', '{}'),
	('family_word', '{"said_at": "soon"}', '{}'),
	('family_word', '{"consent_id": "x"}', '{}')) w(kind, change, more);
SELECT is(pg_temp.apply(pg_temp.event(14, 13, 'put', :'other_org', 1, 'meeting',
	doc => jsonb_build_object('id', :'other_org', 'version', 1, 'place', null,
	'starts_at', '2028-02-29T23:59:59.999Z', 'minutes', 90, 'attendance', '[]'::jsonb,
	'link', 'https://sreshta.example/a;b', 'agenda', '["едно"]'::jsonb,
	'decisions', '[{"due": "2027-02-28"}]'::jsonb))
	|| '{"due": "2028-02-29T23:59:59.999Z", "title": "x"}'), '1', 'a meeting that can be is taken');
UPDATE hub_link SET chain[1] = 13;
SELECT is(pg_temp.apply(pg_temp.event(14, 13, 'put', :'other_org', 1, 'hour_promise',
	doc => jsonb_build_object('id', :'other_org', 'organisation_id', :'org', 'region', :'other_org',
	'quarter', '2026-Q4', 'hours', 20, 'given_hours', 1.5, 'whole', true, 'version', 1))), '1',
	'so is a promise of ours');
UPDATE hub_link SET chain[1] = 13;
SELECT is(pg_temp.apply(pg_temp.event(14, 6, 'put', :'other_org', 1, 'lesson', 'all',
	jsonb_build_object('id', :'other_org', 'quarter', '2025-Q4', 'text', repeat('д', 280)))), '1',
	'and a lesson');
UPDATE hub_link SET chain = '{13,6}';
DELETE FROM mirror WHERE kind IN ('meeting', 'hour_promise', 'lesson');

-- Our own summary, echoed.
SELECT is(pg_temp.apply(pg_temp.event(14, 13, 'put', :'summary_a', 1,
	doc => pg_temp.received_doc(now() + interval '1 month'))), 'ZN002', 'our own summary is not another''s');
SELECT is(pg_temp.apply(pg_temp.event(14, 13, 'put', :'summary_a', 1,
	doc => pg_temp.received_doc(now() + interval '1 month')
	       || jsonb_build_object('holder', :'org'))), '1', 'our own summary is echoed');
SELECT ok(own, 'known as ours') FROM mirror WHERE id = :'summary_a';
SELECT is(count(*), 0::bigint, 'and not received') FROM received WHERE summary_id = :'summary_a';
SELECT is(pg_temp.apply(pg_temp.event(15, 14, 'purge', :'summary_a', 2)), '1', 'its purge is applied');
SELECT is(count(*), 1::bigint, 'and asks no receipt of us') FROM outbox WHERE operation = 'recordPurge';

-- A delivery receipt, and a consent that was ended at the hub.
SELECT is(pg_temp.apply(
	pg_temp.event(16, 15, 'put', gen_random_uuid()::text, 1, 'delivery', doc => jsonb_build_object(
		'summary_id', :'summary_a', 'recipient', :'other_org', 'delivered_at', '2026-11-22T10:00:00Z'))
	|| jsonb_build_object('parent', :'summary_a')), '1', 'a delivery receipt is applied');
SELECT is(pg_temp.as_user('anna', $$SELECT FROM mirror WHERE kind = 'delivery'$$), '1', 'who shared sees it');
SELECT is(pg_temp.as_user('boris', $$SELECT FROM mirror WHERE kind = 'delivery'$$), '0', 'a colleague does not');
INSERT INTO outbox (operation, method, path, subject, consent_id)
VALUES ('putSummary', 'PUT', '/', :'consent_a', :'consent_a');
SELECT is(pg_temp.apply(pg_temp.event(17, 16, 'put', :'consent_a', 2, 'consent',
	doc => '{"state": "withdrawn", "withdrawn_at": "2026-11-22T10:00:00Z"}')), '1',
	'a coordinator has ended our consent on paper');
SELECT is(state, 'withdrawn', 'it is withdrawn here too') FROM consent WHERE id = :'consent_a';
SELECT is(state, 'cancelled', 'and what waited under it is cancelled') FROM outbox WHERE operation = 'putSummary';

-- Read again from the start: what is not seen again is purged.
SELECT is(pg_temp.as_courier('SELECT feed_resync_begin()'), '1', 'the feed is begun again');
SELECT is(pg_temp.apply(pg_temp.event(6, 0, 'put', :'other_org', 1, 'organisation', 'all', '{"name": "x"}')), '1',
	'an event that was known is taken again');
SELECT is(pg_temp.as_courier('SELECT feed_resync_end()'), '1', 'to its end');
SELECT is(state, 'purged', 'what did not come again is purged') FROM mirror WHERE id = :'received_1';
SELECT is(count(*), 2::bigint, 'with a receipt') FROM outbox WHERE operation = 'recordPurge';
SELECT is(o.body->>'feed_id' || '.' || (o.body->>'seq') || '.' || (o.body->>'tag'), l.cursor,
	'that names the cursor') FROM outbox o, hub_link l
WHERE o.operation = 'recordPurge' ORDER BY o.id DESC LIMIT 1;
SELECT ok(doc IS NOT NULL, 'what did, stays') FROM mirror WHERE id = :'other_org';
SELECT is(resync_since, NULL, 'and the feed goes on') FROM hub_link;

-- Every purge event has its receipt, which names it.
SELECT is(pg_temp.apply(
	pg_temp.event(20, 0, 'purge', :'received_1', 2) || '{"tag": "00000000-0000-4000-8000-0000000000a0"}',
	pg_temp.event(21, 20, 'purge', :'received_1', 2) || '{"tag": "00000000-0000-4000-8000-0000000000a1"}'), '2',
	'given and taken back while we were away, twice');
SELECT is(array_agg(body->>'seq' || ' ' || right(body->>'tag', 2) ORDER BY id), ARRAY['20 a0', '21 a1'],
	'each has a receipt, though the version is the same') FROM outbox
WHERE operation = 'recordPurge' AND body->>'seq' IN ('20', '21');
SELECT is(feed, '00000000-0000-4000-8000-0000000000fe', 'of this feed') FROM (
	SELECT min(body->>'feed_id') AS feed FROM outbox WHERE operation = 'recordPurge') f;

-- The same feed read again: what was receipted is not receipted again.
SELECT count(*) AS before FROM outbox WHERE operation = 'recordPurge' \gset
SELECT is(pg_temp.as_courier('SELECT feed_resync_begin()'), '1', 'the feed is begun again');
SELECT is(pg_temp.apply(
	pg_temp.event(20, 0, 'purge', :'received_1', 2) || '{"tag": "00000000-0000-4000-8000-0000000000a0"}',
	pg_temp.event(21, 20, 'purge', :'received_1', 2) || '{"tag": "00000000-0000-4000-8000-0000000000a1"}'), '2',
	'old events come again');
SELECT is(count(*), :before::bigint, 'without receipts') FROM outbox WHERE operation = 'recordPurge';
SELECT is(pg_temp.as_courier('SELECT feed_resync_end()'), '1', 'to its end');
SELECT is(count(*), :before::bigint, 'nor then: its last event has had one') FROM outbox WHERE operation = 'recordPurge';

-- A number that was used twice, as by a hub restored to before: another tag.
SELECT is(pg_temp.as_courier('SELECT feed_resync_begin()'), '1', 'begun again after a fork');
SELECT is(pg_temp.apply(
	pg_temp.event(20, 0, 'purge', :'received_1', 2) || '{"tag": "00000000-0000-4000-8000-0000000000b0"}'), '1',
	'the purge has another number and tag');
SELECT is(pg_temp.as_courier('SELECT feed_resync_end()'), '1', 'to its end');
SELECT is(array_agg(body->>'seq' || ' ' || right(body->>'tag', 2) ORDER BY id), ARRAY['20 b0'],
	'it is proven to the hub that does not know of the first') FROM outbox
WHERE operation = 'recordPurge' AND body->>'tag' LIKE '%b0';
SELECT is(pg_temp.as_courier('SELECT feed_resync_begin()'), '1', 'begun again');
SELECT is(pg_temp.as_courier('SELECT feed_resync_end()'), '1', 'and ended: the tombstone did not come again');
SELECT is(count(*), :before::bigint + 1, 'it needs no other receipt') FROM outbox WHERE operation = 'recordPurge';

SELECT * FROM finish();
ROLLBACK;
