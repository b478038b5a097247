-- Revert zaedno_node:hub_link from pg

BEGIN;

DROP FUNCTION lease_holds();
DROP TABLE hub_link;

COMMIT;
