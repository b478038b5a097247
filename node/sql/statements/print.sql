-- Pages for paper. $1 consent.

-- statement: consent_print (read)
-- The last version that was signed: what is shared, with whom, until when; the
-- text that was read is opened by the service.
WITH c AS (SELECT * FROM consent WHERE id = $1::uuid),
v AS (
	SELECT v.* FROM consent_version v JOIN c ON c.id = v.consent_id
	ORDER BY v.version DESC LIMIT 1),
aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'consent.print', 'consent', id, id FROM c)
SELECT '200' AS status, jsonb_strip_nulls(jsonb_build_object(
       'id', c.id || '/' || v.version, 'consent', c.id, 'sealed', v.sealed,
       'number', receipt_number(c.case_pseudonym, v.version),
       'holder', organisation_name(l.organisation_id),
       'purpose', (SELECT p.bg FROM codelist.purpose p WHERE p.code = c.purpose),
       'rule', c.rule,
       'from', bg_time(c.valid_from), 'until', bg_time(c.until),
       'withdrawn', CASE WHEN c.state = 'withdrawn' THEN bg_time(c.withdrawn_at) END,
       'superseded', CASE WHEN c.state = 'superseded'
                          THEN bg_time(c.superseded_at) END,
       'expired', CASE WHEN c.state <> 'withdrawn'
                        AND c.until <= statement_timestamp() THEN true END,
       'recipients', (
               SELECT jsonb_agg(jsonb_build_object(
                      'name', organisation_name(r.organisation_id),
                      'categories', (
                              SELECT jsonb_agg(k.bg ORDER BY k.sort)
                              FROM codelist.consent_category k
                              WHERE k.code = ANY (r.categories)))
                      ORDER BY organisation_name(r.organisation_id))
               FROM consent_recipient r WHERE r.consent_id = c.id),
       'signed', (
               SELECT jsonb_agg(jsonb_build_object(
                      'capacity', coalesce(sc.bg, s.capacity),
                      'method', coalesce(sm.bg, s.method), 'at', bg_day(s.at))
                      ORDER BY s.n)
               FROM consent_signer s
                    LEFT JOIN codelist.signer_capacity sc ON sc.code = s.capacity
                    LEFT JOIN codelist.signer_method sm ON sm.code = s.method
               WHERE s.consent_id = c.id AND s.version = v.version),
       'child_opinion', (SELECT o.bg FROM codelist.child_opinion o
                         WHERE o.code = c.child_opinion),
       'text_version', c.text_version, 'language', c.language,
       'text_sha256', encode(c.text_sha256, 'hex'),
       'recorded', bg_time(v.recorded_at),
       'printed', bg_time(statement_timestamp()),
       'printed_by', (SELECT n.bg FROM codelist.node_role n
                      WHERE n.code = my_role())))::text AS body
FROM c, v, hub_link l;

-- statement: withdrawal_print (read)
-- Where it was erased and when, and who has still to answer: one line for each
-- organisation and summary. No row while the consent is not withdrawn.
WITH c AS (SELECT * FROM consent WHERE id = $1::uuid AND state = 'withdrawn'),
item AS (
	SELECT s.id AS summary_id, d.id AS organisation_id, m.doc,
	       organisation_name(d.id) AS name
	FROM c JOIN summary s ON s.consent_id = c.id
	     CROSS JOIN LATERAL (
	       SELECT r.organisation_id AS id FROM consent_recipient r
	       WHERE r.consent_id = s.consent_id
	       UNION
	       SELECT (x.doc->>'recipient')::uuid FROM mirror x
	       WHERE x.kind = 'delivery' AND x.parent = s.id AND x.doc IS NOT NULL) d
	     LEFT JOIN mirror m ON m.kind = 'delivery' AND m.parent = s.id
	           AND (m.doc->>'recipient')::uuid = d.id),
aud AS (
	INSERT INTO audit (event, kind, ref, consent_id)
	SELECT 'withdrawal.print', 'consent', id, id FROM c)
SELECT '200' AS status, jsonb_strip_nulls(jsonb_build_object(
       'consent', c.id,
       'number', receipt_number(c.case_pseudonym, c.version),
       'holder', organisation_name(l.organisation_id),
       'rule', c.rule, 'withdrawn', bg_time(c.withdrawn_at),
       'withdrawn_by', coalesce((SELECT s.bg FROM codelist.signer_capacity s
                                 WHERE s.code = c.withdrawn_by),
                                'регионалният център'),
       'door', (SELECT d.bg FROM codelist.withdrawal_door d
                WHERE d.code = c.withdrawn_door),
       'shared', EXISTS (SELECT FROM summary s WHERE s.consent_id = c.id),
       'hub_at', bg_time(c.hub_withdrawn_at),
       'items', (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                        'name', i.name,
                        'delivered', bg_time((i.doc->>'delivered_at')::timestamptz),
                        'opened', bg_time((i.doc->>'opened_at')::timestamptz),
                        'opened_by', (SELECT n.bg FROM codelist.node_role n
                                      WHERE n.code = i.doc->>'opened_role'),
                        'purged', bg_time((i.doc->>'purged_at')::timestamptz)))
                        ORDER BY i.name, i.summary_id), '[]')
                 FROM item i),
       'printed', bg_time(statement_timestamp()),
       'printed_by', (SELECT n.bg FROM codelist.node_role n
                      WHERE n.code = my_role())))::text AS body
FROM c, hub_link l;
