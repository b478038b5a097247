-- Deploy zaedno-hub:idempotency to pg
-- requires: organisation
-- What was answered under a key: status and ETag, never the content.
BEGIN;

CREATE TABLE idempotency (
	org uuid NOT NULL DEFAULT coalesce(me(), my_user()),
	key uuid NOT NULL,
	operation text NOT NULL,
	request_sha256 bytea NOT NULL,
	status text NOT NULL,
	etag text NOT NULL,
	at timestamptz NOT NULL DEFAULT statement_timestamp(),
	PRIMARY KEY (org, key)
);
CREATE INDEX idempotency_at ON idempotency USING brin (at);

ALTER TABLE idempotency ENABLE ROW LEVEL SECURITY;
CREATE POLICY idempotency_own ON idempotency
	USING (org = coalesce(me(), my_user()))
	WITH CHECK (org = coalesce(me(), my_user()));
CREATE POLICY idempotency_prune ON idempotency FOR DELETE
	USING (my_job() = 'sweep');
CREATE POLICY idempotency_prune_see ON idempotency FOR SELECT
	USING (my_job() = 'sweep');

-- What was answered under a key: NULL if nothing was.
CREATE FUNCTION answered_before(with_key uuid, with_operation text,
    request bytea) RETURNS text LANGUAGE sql STABLE AS
$$
	SELECT CASE WHEN (i.operation, i.request_sha256)
	        = (with_operation, request) THEN i.status
	    ELSE 'idempotency-key-reused' END
	FROM idempotency i
	WHERE i.org = coalesce(me(), my_user()) AND i.key = with_key
$$;

GRANT SELECT, INSERT, DELETE ON idempotency TO zaedno_hub_service;

COMMIT;
