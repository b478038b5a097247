-- Revert zaedno_node:voice from pg

BEGIN;

SELECT case_part_forget('voice');
DROP FUNCTION voice_document(voice);
DROP TABLE voice;
DROP TABLE codelist.how_far, codelist.voice_method, codelist.voice;

COMMIT;
