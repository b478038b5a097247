-- Deploy zaedno-hub:difficulty_definition to pg
-- requires: deadline_set
-- requires: feed
-- What a difficult case is (DOMAIN 4): criteria with their numbers and a rule,
-- as data that every node evaluates. The board writes drafts and adopts one by
-- a decision; the draft that the system begins with is ours and says so.
BEGIN;

CREATE TABLE difficulty_definition (
	id uuid PRIMARY KEY,
	-- Of this text: a change takes the next, so that what names a number
	-- (a check, a summary, a statistic) tells what was asked.
	number int NOT NULL UNIQUE CHECK (number > 0),
	state text NOT NULL DEFAULT 'draft'
	    CHECK (state IN ('draft', 'adopted', 'superseded')),
	version bigint NOT NULL DEFAULT 1,
	source text NOT NULL DEFAULT 'board' CHECK (source IN ('zaedno', 'board')),
	-- code → {name of a number: n}
	criteria jsonb NOT NULL,
	-- [{all: codes, more: n}], of which one suffices
	rule jsonb NOT NULL,
	note text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	decided_on date,
	decision text,
	adopted_by uuid REFERENCES app_user,
	adopted_at timestamptz,
	CHECK (num_nonnulls(decided_on, decision, adopted_by, adopted_at)
	    = CASE state WHEN 'draft' THEN 0 ELSE 4 END)
);
CREATE UNIQUE INDEX difficulty_definition_adopted
	ON difficulty_definition (state) WHERE state = 'adopted';

INSERT INTO difficulty_definition (id, number, source, note, criteria, rule)
VALUES ('00000000-0000-4000-8000-000000000002', 1, 'zaedno',
	'Работен проект на „Заедно“, с който системата започва. Не е приет от борд.',
	'{"D1": {"domains": 3}, "D2": {"helpers": 3, "sectors": 2},
	"D3": {"moves_12m": 2, "moves_ever": 3}, "D4": {}, "D5": {}, "D6": {},
	"D7": {}, "D8": {}, "D9": {}, "D10": {"reviews": 2},
	"D11": {"levels": 2}, "D12": {}}',
	'[{"all": ["D4"], "more": 2}, {"all": [], "more": 4}]');
INSERT INTO event_queue (recipient, kind, ref, version, op)
SELECT everyone(), 'definition', id, version, 'put' FROM difficulty_definition;

CREATE TRIGGER difficulty_definition_kept BEFORE UPDATE
	ON difficulty_definition
	FOR EACH ROW EXECUTE FUNCTION adopted_kept();

-- A number is of one text; ours stays ours, whoever adopts it.
CREATE FUNCTION definition_numbered() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
	RAISE EXCEPTION 'another text is another definition'
	    USING ERRCODE = '42501';
END $$;
CREATE TRIGGER definition_numbered BEFORE UPDATE ON difficulty_definition
	FOR EACH ROW WHEN ((OLD.criteria, OLD.rule, OLD.note)
	    IS DISTINCT FROM (NEW.criteria, NEW.rule, NEW.note)
	    AND (OLD.source = 'zaedno' OR OLD.number >= NEW.number)
	    OR OLD.source <> NEW.source)
	EXECUTE FUNCTION definition_numbered();

-- There is no child in it: all who work here see it, drafts too.
ALTER TABLE difficulty_definition ENABLE ROW LEVEL SECURITY;
CREATE POLICY definition_see ON difficulty_definition FOR SELECT
	USING ((SELECT my_role()) IS NOT NULL
	    AND (SELECT my_role()) <> 'family');
CREATE POLICY definition_draft ON difficulty_definition FOR INSERT
	WITH CHECK ((SELECT my_role()) = 'board' AND state = 'draft'
	    AND source = 'board');
CREATE POLICY definition_change ON difficulty_definition FOR UPDATE
	USING ((SELECT my_role()) = 'board');

CREATE FUNCTION definition_json(d difficulty_definition) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', d.id,
	    'number', d.number, 'state', d.state, 'version', d.version,
	    'source', d.source, 'criteria', d.criteria, 'rule', d.rule,
	    'note', d.note, 'decided_on', to_char(d.decided_on, 'YYYY-MM-DD'),
	    'decision', d.decision, 'adopted_at', rfc3339(d.adopted_at)))
$$;

-- For the feed: the one in force and the drafts. One that another has followed
-- is a purge; what was checked by it stays with whoever checked.
CREATE FUNCTION definition_event(ref uuid) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_build_object('doc', definition_json(d), 'envelope',
	    jsonb_build_object('state', d.state, 'title', d.note))
	FROM difficulty_definition d WHERE d.id = ref AND d.state <> 'superseded'
$$;

GRANT SELECT, INSERT ON difficulty_definition TO zaedno_hub_service;
GRANT UPDATE (number, state, version, criteria, rule, note, decided_on,
    decision, adopted_by, adopted_at) ON difficulty_definition
    TO zaedno_hub_service;

COMMIT;
