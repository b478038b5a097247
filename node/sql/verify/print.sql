-- Verify zaedno_node:print on pg

BEGIN;

SELECT code, bg FROM codelist.signer_capacity WHERE false;
SELECT code, bg FROM codelist.signer_method WHERE false;
SELECT code, bg FROM codelist.child_opinion WHERE false;
SELECT code, bg FROM codelist.node_role WHERE false;
SELECT 1 / (bg_time('2026-11-22T12:32:00Z') = E'22.11.2026\u00a0г., 14:32\u00a0ч.')::int;
SELECT 1 / (receipt_number('3fa291cc-0000-4000-8000-000000000000', 2)
            = '3FA2-91CC / 2')::int;

ROLLBACK;
