-- Revert zaedno_node:subject from pg

BEGIN;

DROP FUNCTION bg_times(jsonb), subject_labels(), subject_search(json),
	subject_export(uuid, boolean), subject_received(uuid[]), subject_shared(uuid[]),
	subject_consents(uuid[]), subject_audit_max();
DROP TABLE IF EXISTS codelist.erasure_reason, codelist.episode_kind,
	codelist.municipality, codelist.service_kind, codelist.sector,
	codelist.urgency, codelist.help_wanted;

COMMIT;
