-- Verify zaedno-hub:codelists on pg
BEGIN;
SELECT code, bg, en, sort FROM codelist.sector WHERE false;
SELECT 1 / (count(*) = 7)::int FROM information_schema.tables
WHERE table_schema = 'codelist';
SELECT 1 / (NOT has_table_privilege('zaedno_hub_service', 'codelist.purpose',
    'INSERT, UPDATE, DELETE'))::int;
ROLLBACK;
