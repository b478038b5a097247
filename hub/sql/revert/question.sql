-- Revert zaedno-hub:question from pg
BEGIN;
DELETE FROM retention WHERE rule = 'question';
DROP FUNCTION retention_question(timestamptz, int);
DROP FUNCTION requeue_questions(uuid, text);
DROP FUNCTION question_met(coordination);
DROP FUNCTION question_event(uuid);
DROP FUNCTION question_json(question);
DROP TABLE question_link;
DROP TABLE question;
DROP FUNCTION question_kept();
DROP FUNCTION my_level();
COMMIT;
