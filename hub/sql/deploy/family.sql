-- Deploy zaedno-hub:family to pg
-- requires: ending retention
-- The family's facts by one-time code: slips of six codes, each for one consent
-- and one who signed it; the visits that they open; what a family says of what
-- it sees. A visit sees one consent and nothing else: every policy here asks
-- for what family_enter() has set, from the visit's own row, in the same
-- transaction. The family sees summaries through family_sees() alone, which
-- leaves out what a child keeps to itself.
--
-- Codes and visits end with the feed that they were made under: a hub that is
-- restored has another, and nobody's old sheet works there.
BEGIN;

DO $$
DECLARE
	list text;
BEGIN
	FOREACH list IN ARRAY ARRAY['age_band', 'need_domain', 'urgency',
	    'help_wanted', 'difficulty_criterion', 'moves_12m', 'signer_capacity',
	    'node_role', 'hub_role']
	LOOP
		EXECUTE format('CREATE TABLE IF NOT EXISTS codelist.%I
			(LIKE codelist.consent_category INCLUDING ALL)', list);
		EXECUTE format('GRANT SELECT ON codelist.%I TO zaedno_hub_service',
		    list);
	END LOOP;
END $$;

-- Whose visit it is, beside consent and capacity (change "ending"): the slip,
-- and which of the signers.
CREATE FUNCTION my_slip() RETURNS uuid LANGUAGE sql STABLE AS
$$
	SELECT CASE my_role() WHEN 'family' THEN
	    nullif(current_setting('zaedno.family_slip', true), '')::uuid END
$$;

CREATE FUNCTION my_signer() RETURNS int LANGUAGE sql STABLE AS
$$
	SELECT CASE my_role() WHEN 'family' THEN
	    nullif(current_setting('zaedno.family_signer', true), '')::int END
$$;

-- A slip that was revoked before it was seen is a tombstone: no capacity.
CREATE TABLE family_slip (
	id uuid PRIMARY KEY,
	consent_id uuid NOT NULL,
	holder uuid NOT NULL REFERENCES organisation,
	capacity text,
	signer int CHECK (signer BETWEEN 0 AND 5),
	feed_id uuid,
	issued_at timestamptz,
	first_until timestamptz,
	used int NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND 6),
	first_used_at timestamptz,
	last_used_at timestamptz,
	revoked_at timestamptz,
	version bigint NOT NULL DEFAULT 1,
	CHECK (revoked_at IS NOT NULL OR num_nulls(capacity, signer, feed_id,
	    issued_at, first_until) = 0)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX family_slip_one ON family_slip (consent_id, signer)
	WHERE revoked_at IS NULL;
CREATE INDEX family_slip_consent ON family_slip (consent_id);

-- What a stretched code becomes under a key that is not in the database.
CREATE TABLE family_code (
	kept bytea PRIMARY KEY CHECK (octet_length(kept) = 32),
	slip_id uuid NOT NULL REFERENCES family_slip,
	holder uuid NOT NULL,
	used_at timestamptz
);
CREATE INDEX family_code_slip ON family_code (slip_id);

CREATE TABLE family_session (
	id uuid PRIMARY KEY,
	slip_id uuid NOT NULL REFERENCES family_slip,
	created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	expires_at timestamptz NOT NULL,
	ended_at timestamptz
);
CREATE INDEX family_session_slip ON family_session (slip_id);

-- What slows down guessing; kept for a day.
CREATE TABLE family_failure (
	at timestamptz NOT NULL DEFAULT statement_timestamp(),
	source text NOT NULL
);
CREATE INDEX family_failure_at ON family_failure (at);
CREATE INDEX family_failure_source ON family_failure (source, at);

-- What a family says: words of its own, or that it does not accept what is
-- shared with somebody. The text is here until the holder's node has it.
CREATE TABLE family_word (
	id uuid PRIMARY KEY,
	consent_id uuid NOT NULL REFERENCES consent,
	holder uuid NOT NULL,
	capacity text NOT NULL,
	signer int NOT NULL,
	kind text NOT NULL CHECK (kind IN ('words', 'disagreement')),
	summary_id uuid,
	recipient uuid,
	category text,
	text text CHECK (char_length(text) BETWEEN 1 AND 1000),
	said_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	taken_at timestamptz,
	answer text CHECK (char_length(answer) BETWEEN 1 AND 1000),
	answered_at timestamptz,
	version bigint NOT NULL DEFAULT 1,
	CHECK ((kind = 'disagreement') = (num_nonnulls(summary_id, recipient,
	    category) = 3)),
	CHECK (kind = 'words' OR text IS NULL),
	CHECK (text IS NULL OR taken_at IS NULL)
) WITH (fillfactor = 80, autovacuum_vacuum_threshold = 50,
    autovacuum_vacuum_scale_factor = 0);
CREATE INDEX family_word_consent ON family_word (consent_id, said_at);

-- Until when the codes of a consent work: while it is active, and for 30 days
-- after its end, to see who has erased and to fetch the receipt. A parent's
-- end with the date that was signed where the child may come of age: that date
-- is the last day of a month, so it tells no birthday.
CREATE FUNCTION family_until(c consent, capacity text) RETURNS timestamptz
LANGUAGE sql STABLE AS
$$
	SELECT CASE WHEN $2 = 'young_person'
	        OR c.rule IN ('representative', 'both_parents') THEN e.at
	    WHEN c.rule = 'self' THEN '-infinity'
	    ELSE least(e.at, c.until) END
	FROM (SELECT coalesce(c.ended_at, c.until) + interval '30 days' AS at) e
$$;

-- Does a slip still open anything? Unused for 72 hours it never does; nor
-- when who signed is not among the signers any more.
CREATE FUNCTION family_slip_lives(s family_slip) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT s.revoked_at IS NULL
	    AND (s.used > 0 OR s.first_until > statement_timestamp())
	    AND s.feed_id = (SELECT h.feed_id FROM feed_head h)
	    AND EXISTS (SELECT FROM consent c WHERE c.id = s.consent_id
	        AND c.signers -> s.signer ->> 'capacity' = s.capacity
	        AND family_until(c, s.capacity) > statement_timestamp())
$$;

-- How long to wait before a code is looked at: by source, and by all together,
-- so little that it keeps nobody out.
CREATE FUNCTION family_wait_ms(from_source text) RETURNS int
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT (CASE WHEN f.own < 3 THEN 0 ELSE 250 * 2 ^ least(f.own - 3, 5) END
	    + CASE WHEN f.n < 50 THEN 0 ELSE least(f.n * 5, 2000) END)::int
	FROM (SELECT (SELECT count(*) FROM family_failure WHERE source = $1
	        AND at > statement_timestamp() - interval '15 minutes') AS own,
	    (SELECT count(*) FROM (SELECT FROM family_failure
	        WHERE at > statement_timestamp() - interval '15 minutes'
	        LIMIT 400) x) AS n) f
$$;

-- Opens a visit with one code, once. A code that is wrong, used, revoked or
-- out of date finds nothing, in the same way; that is noted.
CREATE FUNCTION family_open(code bytea, from_source text, session uuid,
    seconds int)
RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$
DECLARE
	s family_slip;
BEGIN
	-- The slip is the lock of its codes; a revocation waits, or is seen.
	PERFORM FROM family_slip x WHERE x.id =
	    (SELECT c.slip_id FROM family_code c WHERE c.kept = code)
	FOR NO KEY UPDATE;
	UPDATE family_code c SET used_at = statement_timestamp()
	FROM family_slip x WHERE c.kept = code AND x.id = c.slip_id
	AND c.used_at IS NULL AND family_slip_lives(x)
	RETURNING x.* INTO s;
	IF s.id IS NULL THEN
		INSERT INTO family_failure (source) VALUES (from_source);
		RETURN false;
	END IF;
	UPDATE family_slip x SET used = x.used + 1, version = x.version + 1,
	    first_used_at = coalesce(x.first_used_at, statement_timestamp()),
	    last_used_at = statement_timestamp()
	WHERE x.id = s.id RETURNING x.* INTO s;
	-- One visit at a time: the earlier one of the same sheet ends.
	UPDATE family_session v SET ended_at = statement_timestamp()
	WHERE v.slip_id = s.id AND v.ended_at IS NULL;
	INSERT INTO family_session (id, slip_id, expires_at)
	VALUES (session, s.id, statement_timestamp()
	    + make_interval(secs => seconds));
	INSERT INTO event_queue (recipient, kind, ref, version, op)
	VALUES (s.holder, 'family_slip', s.id, s.version, 'put');
	PERFORM set_config('zaedno.role', 'family', true);
	INSERT INTO audit (event, kind, ref, consent_id)
	VALUES ('family.open', 'family_slip', s.id, s.consent_id);
	RETURN true;
END $$;

-- Says whose visit it is, for the rest of the transaction: nobody's, unless the
-- visit, its slip and the feed still stand.
CREATE FUNCTION family_enter(session uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
DECLARE
	s family_slip;
BEGIN
	SELECT x.* INTO s FROM family_session v JOIN family_slip x ON x.id = v.slip_id
	WHERE v.id = session AND v.ended_at IS NULL
	AND v.expires_at > statement_timestamp() AND family_slip_lives(x);
	PERFORM set_config('zaedno.consent', coalesce(s.consent_id::text, ''), true),
	    set_config('zaedno.family_slip', coalesce(s.id::text, ''), true),
	    set_config('zaedno.capacity', coalesce(s.capacity, ''), true),
	    set_config('zaedno.family_signer', coalesce(s.signer::text, ''), true);
	RETURN s.id IS NOT NULL;
END $$;

ALTER TABLE family_slip ENABLE ROW LEVEL SECURITY;
ALTER TABLE family_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE family_session ENABLE ROW LEVEL SECURITY;
ALTER TABLE family_failure ENABLE ROW LEVEL SECURITY;
ALTER TABLE family_word ENABLE ROW LEVEL SECURITY;

CREATE POLICY slip_holder ON family_slip
	USING (holder = me()) WITH CHECK (holder = me());
CREATE POLICY slip_family ON family_slip FOR SELECT USING (id = my_slip());
CREATE POLICY code_holder ON family_code FOR INSERT WITH CHECK (holder = me()
	AND EXISTS (SELECT FROM family_slip s WHERE s.id = slip_id));
CREATE POLICY session_family ON family_session FOR SELECT
	USING (slip_id = my_slip());
CREATE POLICY session_family_end ON family_session FOR UPDATE
	USING (slip_id = my_slip());

CREATE POLICY word_holder ON family_word FOR SELECT USING (holder = me());
CREATE POLICY word_holder_change ON family_word FOR UPDATE
	USING (holder = me());
-- One person's words: a parent does not read what the child said, nor the
-- child the parent, nor one parent the other.
CREATE POLICY word_family ON family_word FOR SELECT
	USING (consent_id = my_consent() AND signer = my_signer()
	    AND capacity = my_capacity());
CREATE POLICY word_family_add ON family_word FOR INSERT
	WITH CHECK (consent_id = my_consent() AND signer = my_signer()
	    AND capacity = my_capacity());

-- Consent, recipients, deliveries and withdrawal are seen as by whoever ends
-- one (change "ending").  Who has read it, too.
CREATE POLICY read_log_family ON read_log FOR SELECT
	USING (consent_id = my_consent());

-- The summaries of the visit's consent as each recipient sees them, less what
-- may not be shown. The child's words are the child's: a parent sees them only
-- where the child has said so.
CREATE FUNCTION family_sees() RETURNS TABLE (summary_id uuid, recipient uuid,
    version bigint, published_at timestamptz, doc jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$
	SELECT s.id, r.recipient, s.version, s.published_at,
	    (s.doc - r.withheld) - CASE WHEN my_capacity() = 'young_person'
	        OR (s.doc -> 'wish' -> 'parents_may_see') = 'true'
	        THEN '' ELSE 'wish' END
	FROM summary s
	JOIN consent c ON c.id = s.consent_id AND c.state = 'active'
	    AND c.until > statement_timestamp()
	JOIN organisation h ON h.id = s.holder AND h.status <> 'blocked'
	JOIN consent_recipient r ON r.consent_id = s.consent_id
	    AND r.live_until > statement_timestamp()
	WHERE s.consent_id = my_consent() AND s.doc IS NOT NULL
$$;

-- A code's words, in Bulgarian; the code itself where there are none.
CREATE FUNCTION family_label(list text, code text) RETURNS text
LANGUAGE plpgsql STABLE AS
$$
DECLARE
	label text;
BEGIN
	EXECUTE format('SELECT bg FROM codelist.%I WHERE code = $1', list)
	INTO label USING code;
	RETURN coalesce(label, code);
END $$;

CREATE FUNCTION family_labels(list text, codes jsonb) RETURNS text
LANGUAGE sql STABLE AS
$$
	SELECT string_agg(family_label($1, c), ', ' ORDER BY n)
	FROM jsonb_array_elements_text($2) WITH ORDINALITY AS x(c, n)
$$;

-- What somebody has opened, in a word.
CREATE FUNCTION family_kind(kind text) RETURNS text
LANGUAGE sql IMMUTABLE AS
$$
	SELECT CASE kind WHEN 'summary' THEN 'обобщението'
	    WHEN 'coordination' THEN 'съвместната работа'
	    WHEN 'plan' THEN 'общия план' WHEN 'action' THEN 'действие от плана'
	    WHEN 'meeting' THEN 'среща' WHEN 'review' THEN 'преглед на случая'
	    WHEN 'keyworker' THEN 'ключовия специалист'
	    WHEN 'handover' THEN 'предаването на случая'
	    ELSE 'получено от системата на организацията' END
$$;

-- What a category of a summary says, in plain lines.
CREATE FUNCTION family_lines(category text, v jsonb) RETURNS text[]
LANGUAGE sql STABLE AS
$$
	SELECT array_remove(CASE category
	WHEN 'basics' THEN ARRAY[
	    'Възраст: ' || family_label('age_band', v ->> 'age_band'),
	    'Община: ' || family_label('municipality', v ->> 'municipality'),
	    'Вече помагат: ' || family_labels('sector', v -> 'sectors')]
	WHEN 'contact' THEN ARRAY[
	    'Длъжност: ' || (v ->> 'role'), 'Организация: ' || (v ->> 'organisation'),
	    'Служебен телефон: ' || (v ->> 'office_phone'),
	    'Служебна поща: ' || (v ->> 'office_email')]
	WHEN 'needs' THEN ARRAY[
	    'Потребности: ' || (SELECT string_agg(
	        family_label('need_domain', n ->> 'domain')
	        || CASE n ->> 'level' WHEN '2' THEN ' (значителна)' ELSE '' END, ', ')
	        FROM jsonb_array_elements(v -> 'needs') n
	        WHERE n ->> 'level' <> '0'),
	    'Силни страни: ' || family_labels('need_domain', v -> 'strengths')]
	WHEN 'difficulty' THEN ARRAY[
	    'Критерии: ' || family_labels('difficulty_criterion', v -> 'criteria')]
	WHEN 'help' THEN ARRAY[
	    'Каква помощ: ' || family_label('help_wanted', v ->> 'help_wanted'),
	    'Колко скоро: ' || family_label('urgency', v ->> 'urgency'),
	    v ->> 'text']
	WHEN 'wish' THEN ARRAY['„' || (v ->> 'text') || '“']
	WHEN 'path' THEN ARRAY[
	    'Услуги сега: ' || family_labels('service_kind', v -> 'services'),
	    'Премествания за 12 месеца: '
	        || family_label('moves_12m', v ->> 'moves_12m')]
	ELSE '{}' END, NULL)
$$;

-- A slip and a word as the holder's feed has them; the text only until the
-- holder's node has said that it has it.
CREATE FUNCTION family_slip_json(s family_slip) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', s.id,
	    'consent_id', s.consent_id, 'capacity', s.capacity,
	    'signer', s.signer, 'issued_at', rfc3339(s.issued_at),
	    'first_until', rfc3339(s.first_until), 'used', s.used,
	    'first_used_at', rfc3339(s.first_used_at),
	    'last_used_at', rfc3339(s.last_used_at),
	    'revoked_at', rfc3339(s.revoked_at)))
$$;

CREATE FUNCTION family_word_json(w family_word) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT jsonb_strip_nulls(jsonb_build_object('id', w.id, 'kind', w.kind,
	    'said_at', rfc3339(w.said_at), 'text', w.text,
	    'summary_id', w.summary_id, 'organisation_id', w.recipient,
	    'category', w.category, 'taken_at', rfc3339(w.taken_at),
	    'answer', w.answer, 'answered_at', rfc3339(w.answered_at)))
$$;

CREATE FUNCTION family_event(kind text, ref uuid) RETURNS jsonb
LANGUAGE sql STABLE AS
$$
	SELECT CASE kind WHEN 'family_slip' THEN
	    (SELECT family_slip_json(s) FROM family_slip s
	    WHERE s.id = ref AND s.holder = me())
	ELSE (SELECT family_word_json(w) || jsonb_build_object(
	        'consent_id', w.consent_id, 'capacity', w.capacity)
	    FROM family_word w WHERE w.id = ref AND w.holder = me()
	    AND w.taken_at IS NULL) END
$$;

-- Retention. Who has not been answered is not forgotten while the family can
-- still look: words and codes go 30 days after that.
INSERT INTO retention (rule, days, least) VALUES
	('family_failure', 1, 1), ('family_answer', 30, 1), ('family_code', 30, 0);

CREATE FUNCTION retention_family_failure(before timestamptz, most int)
RETURNS bigint LANGUAGE sql SET search_path = public, pg_temp AS
$$
	WITH gone AS (DELETE FROM family_failure WHERE ctid = ANY (ARRAY(
	    SELECT ctid FROM family_failure WHERE at < before LIMIT most))
	    RETURNING 1)
	SELECT count(*) FROM gone
$$;

CREATE FUNCTION retention_family_answer(before timestamptz, most int)
RETURNS bigint LANGUAGE sql SET search_path = public, pg_temp AS
$$
	WITH due AS (SELECT w.id FROM family_word w
	    JOIN consent c ON c.id = w.consent_id
	    WHERE num_nonnulls(w.text, w.answer) > 0
	    AND (w.answered_at < before OR coalesce(c.ended_at, c.until) < before)
	    LIMIT most),
	gone AS (UPDATE family_word w SET text = NULL, answer = NULL,
	    version = w.version + 1 FROM due WHERE w.id = due.id RETURNING 1)
	SELECT count(*) FROM gone
$$;

CREATE FUNCTION retention_family_code(before timestamptz, most int)
RETURNS bigint LANGUAGE sql SET search_path = public, pg_temp AS
$$
	WITH due AS (SELECT k.kept FROM family_code k
	    JOIN family_slip s ON s.id = k.slip_id
	    LEFT JOIN consent c ON c.id = s.consent_id
	    WHERE least(s.revoked_at, c.ended_at, c.until,
	        CASE WHEN s.used = 0 THEN s.first_until END) < before LIMIT most),
	gone AS (DELETE FROM family_code k USING due WHERE k.kept = due.kept
	    RETURNING 1),
	visit AS (DELETE FROM family_session v
	    WHERE v.id IN (SELECT x.id FROM family_session x
	        WHERE x.expires_at < before LIMIT most))
	SELECT count(*) FROM gone
$$;

REVOKE EXECUTE ON FUNCTION family_open(bytea, text, uuid, int),
    family_enter(uuid), family_sees(), family_wait_ms(text),
    family_slip_lives(family_slip),
    retention_family_failure(timestamptz, int),
    retention_family_answer(timestamptz, int),
    retention_family_code(timestamptz, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION family_open(bytea, text, uuid, int),
    family_enter(uuid), family_sees(), family_wait_ms(text)
    TO zaedno_hub_service;
GRANT SELECT, INSERT,
    UPDATE (revoked_at, version) ON family_slip TO zaedno_hub_service;
GRANT INSERT ON family_code TO zaedno_hub_service;
GRANT SELECT, UPDATE (ended_at) ON family_session TO zaedno_hub_service;
GRANT SELECT, INSERT, UPDATE (text, taken_at, answer, answered_at, version)
    ON family_word TO zaedno_hub_service;

COMMIT;
