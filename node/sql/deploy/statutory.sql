-- Deploy zaedno_node:statutory to pg
-- requires: case_write codelists
-- The statutory lane: signals under Art. 7 of the Child Protection Act, and
-- teams that the law convenes. They rest on duty, not on consent, and stay
-- here: no trigger, no outbox item and no grant to the courier leads from these
-- tables to the hub. Words are sealed; a dump shows that there was a signal to
-- the police by telephone, never about what.
--
-- Retention: part of the case record, which the organisation's own rule ends
-- (code list "retention", case_record); a withdrawal of consent does not touch
-- it.

BEGIN;

CREATE TABLE codelist.signal_channel (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.signal_recipient (LIKE codelist.need_domain INCLUDING ALL);
CREATE TABLE codelist.statutory_team_kind (LIKE codelist.need_domain INCLUDING ALL);
GRANT SELECT ON codelist.signal_channel, codelist.signal_recipient,
	codelist.statutory_team_kind TO zaedno_node_service;

CREATE TABLE signal (
	id              uuid PRIMARY KEY,
	case_id         uuid NOT NULL REFERENCES case_file,
	channel         text NOT NULL REFERENCES codelist.signal_channel,
	recipient       text NOT NULL REFERENCES codelist.signal_recipient,
	made_at         timestamptz NOT NULL,
	made_by         uuid NOT NULL REFERENCES app_user,
	sealed          text NOT NULL,    -- what was said, and to which office
	content         bytea NOT NULL,
	recorded_by     uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at     timestamptz NOT NULL DEFAULT statement_timestamp(),
	ack_at          timestamptz CHECK (ack_at >= made_at),
	ack_sealed      text,             -- by whom there, under which reference
	ack_content     bytea,
	ack_recorded_by uuid REFERENCES app_user,
	ack_recorded_at timestamptz,
	version         bigint NOT NULL DEFAULT 1,
	CHECK (num_nonnulls(ack_at, ack_sealed, ack_content, ack_recorded_by,
	                    ack_recorded_at) IN (0, 5))
);
CREATE INDEX signal_case ON signal (case_id, made_at);

CREATE TABLE team_record (
	id          uuid PRIMARY KEY,
	case_id     uuid NOT NULL REFERENCES case_file,
	kind        text NOT NULL REFERENCES codelist.statutory_team_kind,
	convened_at timestamptz NOT NULL,
	held_at     timestamptz NOT NULL CHECK (held_at >= convened_at),
	sealed      text NOT NULL,        -- participants, decisions, minutes
	content     bytea NOT NULL,
	recorded_by uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	recorded_at timestamptz NOT NULL DEFAULT statement_timestamp()
);
CREATE INDEX team_record_case ON team_record (case_id, held_at);

-- Seen like their case, written by those whose work it is. A signal is
-- acknowledged once; nothing else of either is ever changed.
ALTER TABLE signal ENABLE ROW LEVEL SECURITY;
CREATE POLICY signal_of_case ON signal FOR SELECT TO zaedno_node_service
	USING (EXISTS (SELECT FROM case_file c WHERE c.id = signal.case_id));
CREATE POLICY signal_new ON signal FOR INSERT TO zaedno_node_service
	WITH CHECK (may_write_case(case_id));
CREATE POLICY signal_acknowledge ON signal FOR UPDATE TO zaedno_node_service
	USING (ack_at IS NULL AND may_write_case(case_id))
	WITH CHECK (ack_recorded_by = (SELECT my_user()) AND may_write_case(case_id));

ALTER TABLE team_record ENABLE ROW LEVEL SECURITY;
CREATE POLICY team_record_of_case ON team_record FOR SELECT TO zaedno_node_service
	USING (EXISTS (SELECT FROM case_file c WHERE c.id = team_record.case_id));
CREATE POLICY team_record_new ON team_record FOR INSERT TO zaedno_node_service
	WITH CHECK (may_write_case(case_id));

GRANT SELECT,
	INSERT (id, case_id, channel, recipient, made_at, made_by, sealed, content),
	UPDATE (ack_at, ack_sealed, ack_content, ack_recorded_by, ack_recorded_at,
	        version)
	ON signal TO zaedno_node_service;
GRANT SELECT,
	INSERT (id, case_id, kind, convened_at, held_at, sealed, content)
	ON team_record TO zaedno_node_service;

-- "sealed", at both levels, is opened by the service.
CREATE FUNCTION signal_document(s signal) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_strip_nulls(jsonb_build_object(
	       'id', s.id, 'case_id', s.case_id, 'version', s.version,
	       'channel', s.channel, 'recipient', s.recipient,
	       'made_at', rfc3339(s.made_at), 'made_by', s.made_by,
	       'recorded_by', s.recorded_by, 'recorded_at', rfc3339(s.recorded_at),
	       'sealed', s.sealed,
	       'acknowledgement', CASE WHEN s.ack_at IS NOT NULL THEN
	               jsonb_build_object('at', rfc3339(s.ack_at),
	                       'recorded_by', s.ack_recorded_by,
	                       'recorded_at', rfc3339(s.ack_recorded_at),
	                       'sealed', s.ack_sealed) END))
$$;

CREATE FUNCTION team_record_document(t team_record) RETURNS jsonb
LANGUAGE sql STABLE AS $$
	SELECT jsonb_build_object('id', t.id, 'case_id', t.case_id, 'kind', t.kind,
	       'convened_at', rfc3339(t.convened_at), 'held_at', rfc3339(t.held_at),
	       'recorded_by', t.recorded_by, 'recorded_at', rfc3339(t.recorded_at),
	       'sealed', t.sealed)
$$;

-- Not in the future; clocks differ a little.
CREATE FUNCTION has_been(t timestamptz) RETURNS boolean LANGUAGE sql STABLE AS
	$$ SELECT t <= statement_timestamp() + interval '60 s' $$;

COMMIT;
