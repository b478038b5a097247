-- Revert zaedno_node:prompt from pg

BEGIN;

SELECT case_part_forget('prompt_answer');
DROP FUNCTION prompt_answer_document(prompt_answer);
DROP TABLE prompt_answer;
DROP TABLE codelist.prompt;

COMMIT;
