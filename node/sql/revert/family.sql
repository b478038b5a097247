-- Revert zaedno_node:family from pg

BEGIN;

DELETE FROM erasure_part WHERE relation IN ('family_slip', 'family_word',
	'child_limit');
DROP TRIGGER family_tell ON mirror;
DROP TRIGGER family_acknowledged ON outbox;
DROP TRIGGER family_follow ON consent;
DROP TRIGGER family_follow_signers ON consent_version;
DROP POLICY mirror_family_slip ON mirror;
DROP FUNCTION subject_family(uuid[], boolean), subject_family_refs(uuid[]),
	subject_young(uuid[]), child_limit_document(child_limit),
	family_word_document(family_word), family_slip_document(family_slip),
	family_slip_replace(uuid, int), family_slip_revoke(uuid),
	family_answer_queue(uuid, text), family_word_take(uuid, text),
	family_answer_due(timestamptz),
	family_words_arrived(int), family_tell(), family_acknowledged(),
	family_follow(), family_follow_signers(), family_suspected(uuid, text),
	family_revoke(uuid[]);
DROP TABLE child_limit, family_word, family_slip;
DROP FUNCTION family_word_gone();

COMMIT;
