-- Deploy zaedno_node:voice to pg
-- requires: case_part
-- The voices of the child and of those who raise it: what was said, wanted and
-- feared, all sealed. Not to speak is an answer too. What was done about a voice
-- is answered beside it, once it is known; when it was not followed, with the
-- adults' reason. What the child does not want shared is not here: it holds for
-- the case, and is shown at each sharing.

BEGIN;

CREATE TABLE codelist.voice (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.voice_method (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.how_far (LIKE codelist.need_domain INCLUDING ALL);
GRANT SELECT ON codelist.voice, codelist.voice_method, codelist.how_far
	TO zaedno_node_service;

CREATE TABLE voice (
	id              uuid PRIMARY KEY,
	case_id         uuid NOT NULL REFERENCES case_file,
	who             text NOT NULL REFERENCES codelist.voice,
	how             text REFERENCES codelist.voice_method,
	on_day          date NOT NULL,
	refused         boolean NOT NULL,
	agrees_to_share text REFERENCES codelist.how_far,
	sealed          text NOT NULL,   -- text, wants, fears
	content         bytea NOT NULL,
	ans_on          date CHECK (ans_on >= on_day),
	ans_followed    text REFERENCES codelist.how_far,
	ans_sealed      text,            -- what was done, and why not as was wanted
	ans_content     bytea,
	ans_by          uuid REFERENCES app_user,
	ans_at          timestamptz,
	recorded_by     uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at     timestamptz NOT NULL DEFAULT statement_timestamp(),
	version         bigint NOT NULL DEFAULT 1,
	CHECK (refused OR how IS NOT NULL),
	CHECK (num_nonnulls(ans_on, ans_followed, ans_sealed, ans_content, ans_by,
	                    ans_at) IN (0, 6))
);
CREATE INDEX voice_case ON voice (case_id, on_day);

-- "sealed", at both levels, is opened by the service.
CREATE FUNCTION voice_document(v voice) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', v.id,
	       'version', v.version, 'who', v.who, 'how', v.how, 'on', v.on_day,
	       'refused', v.refused, 'agrees_to_share', v.agrees_to_share,
	       'recorded_by', v.recorded_by, 'recorded_at', rfc3339(v.recorded_at),
	       'sealed', v.sealed,
	       'answer', CASE WHEN v.ans_on IS NOT NULL THEN jsonb_build_object(
	               'on', v.ans_on, 'followed', v.ans_followed,
	               'recorded_by', v.ans_by, 'recorded_at', rfc3339(v.ans_at),
	               'sealed', v.ans_sealed) END))
$$;

SELECT case_part('voice', 'voices', 'voice_document');
SELECT case_part_changes('voice', 'content');
GRANT SELECT, INSERT (id, case_id, who, how, on_day, refused, agrees_to_share,
	sealed, content),
	UPDATE (who, how, on_day, refused, agrees_to_share, sealed, content,
	ans_on, ans_followed, ans_sealed, ans_content, ans_by, ans_at, version)
	ON voice TO zaedno_node_service;
-- An answer is given in one's own name.
CREATE POLICY voice_answer ON voice AS RESTRICTIVE FOR UPDATE
	TO zaedno_node_service USING (true)
	WITH CHECK (ans_by IS NULL OR ans_at < statement_timestamp()
	            OR ans_by = (SELECT my_user()));

COMMIT;
