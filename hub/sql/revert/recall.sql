-- Revert zaedno-hub:recall from pg
BEGIN;

DROP FUNCTION recall_counts(int, int), recall_state(timestamptz, int, int);
DROP POLICY delivery_recalled ON delivery;
DROP TRIGGER delivery_anew ON delivery;
DROP TRIGGER summary_moved ON summary;
DROP TRIGGER recipient_recall ON consent_recipient;
DROP TRIGGER summary_recall ON summary;
DROP FUNCTION summary_moved(), delivery_anew(), recipient_recall(), summary_recall();
DROP INDEX delivery_recalled;
ALTER TABLE delivery DROP recalled_at;

COMMIT;
