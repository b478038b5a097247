-- Revert zaedno-hub:family from pg
BEGIN;

DELETE FROM retention WHERE rule IN ('family_failure', 'family_answer',
    'family_code');
DROP FUNCTION retention_family_failure(timestamptz, int),
    retention_family_answer(timestamptz, int),
    retention_family_code(timestamptz, int);
DROP POLICY read_log_family ON read_log;
DROP FUNCTION family_kind(text);
DROP FUNCTION family_event(text, uuid), family_word_json(family_word),
    family_slip_json(family_slip), family_lines(text, jsonb),
    family_labels(text, jsonb), family_label(text, text), family_sees(),
    family_enter(uuid), family_open(bytea, text, uuid, int),
    family_wait_ms(text), family_slip_lives(family_slip),
    family_until(consent, text);
DROP TABLE family_word, family_failure, family_session, family_code,
    family_slip;
DROP FUNCTION my_slip(), my_signer();
DROP TABLE IF EXISTS codelist.age_band, codelist.need_domain,
    codelist.urgency, codelist.help_wanted, codelist.difficulty_criterion,
    codelist.moves_12m, codelist.signer_capacity, codelist.node_role,
    codelist.hub_role;

COMMIT;
