-- Verify zaedno_node:subject on pg

BEGIN;

SELECT has_function_privilege('subject_export(uuid, boolean)', 'execute');
SELECT has_function_privilege('subject_search(json)', 'execute');
SELECT 1 / (bg_times('{"a": ["2026-11-22T12:32:00Z", 1]}')
            = jsonb_build_object('a', jsonb_build_array(
                E'22.11.2026\u00a0г., 14:32\u00a0ч.', 1)))::int;
SELECT code, bg FROM codelist.erasure_reason WHERE false;

ROLLBACK;
