-- Deploy zaedno_node:prompt to pg
-- requires: case_part
-- Two questions that a case may be asked, and need not be: what would the child
-- say, and which professional knowledge was used? Sealed; each answer stays,
-- the latest is the case's.

BEGIN;

CREATE TABLE codelist.prompt (LIKE codelist.need_domain INCLUDING ALL);
GRANT SELECT ON codelist.prompt TO zaedno_node_service;

CREATE TABLE prompt_answer (
	id          uuid PRIMARY KEY,
	n           bigint GENERATED ALWAYS AS IDENTITY,
	case_id     uuid NOT NULL REFERENCES case_file,
	prompt      text NOT NULL REFERENCES codelist.prompt,
	sealed      text NOT NULL,
	content     bytea NOT NULL,
	recorded_by uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at timestamptz NOT NULL DEFAULT statement_timestamp()
);
CREATE INDEX prompt_answer_case ON prompt_answer (case_id, prompt, n);

CREATE FUNCTION prompt_answer_document(a prompt_answer) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('id', a.id, 'prompt', a.prompt,
	       'latest', NOT EXISTS (SELECT FROM prompt_answer o
	                 WHERE o.case_id = a.case_id AND o.prompt = a.prompt
	                   AND o.n > a.n),
	       'recorded_by', a.recorded_by, 'recorded_at', rfc3339(a.recorded_at),
	       'sealed', a.sealed)
$$;

SELECT case_part('prompt_answer', 'prompts', 'prompt_answer_document');
GRANT SELECT, INSERT (id, case_id, prompt, sealed, content)
	ON prompt_answer TO zaedno_node_service;

COMMIT;
