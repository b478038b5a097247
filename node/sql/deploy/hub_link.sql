-- Deploy zaedno_node:hub_link to pg
-- requires: roles
-- The one hub that this node belongs to: how far its feed is applied and when
-- it last answered. The courier writes here; the service only asks to join.

BEGIN;

CREATE TABLE hub_link (
	id              boolean PRIMARY KEY DEFAULT true CHECK (id),
	hub_url         text,
	issuer          text,
	organisation_id uuid,
	code            text,           -- single-use, until it is redeemed; see below
	state           text NOT NULL DEFAULT 'none'
	                CHECK (state IN ('none', 'joining', 'joined', 'refused')),
	problem         jsonb,
	feed_id         uuid,
	cursor          text,
	chain           bigint[] NOT NULL DEFAULT '{0,0}', -- last seq of each chain
	resync_since    timestamptz,    -- the feed is being read again since then
	scopes          text[],
	last_feed_at    timestamptz,    -- last completed feed answer, our clock
	hub_at          timestamptz,    -- the same, by the hub's clock
	hub_down_since  timestamptz,
	clock_offset_ms bigint NOT NULL DEFAULT 0,
	feed_refused    bigint NOT NULL DEFAULT 0,  -- feed answers not applied
	feed_refused_at timestamptz,
	mirror_lease    interval NOT NULL DEFAULT '24 hours',
	updated_at      timestamptz NOT NULL DEFAULT statement_timestamp(),
	CHECK (state <> 'joined' OR organisation_id IS NOT NULL)
);
INSERT INTO hub_link DEFAULT VALUES;
COMMENT ON COLUMN hub_link.code IS
	'works once, for 72 h, and only until the courier has redeemed it; the'
	' service can write but not read it';

GRANT SELECT (id, hub_url, issuer, organisation_id, state, problem, feed_id,
              last_feed_at, hub_down_since, mirror_lease, updated_at)
	ON hub_link TO zaedno_node_service;
GRANT UPDATE (hub_url, code, state, problem, mirror_lease, updated_at)
	ON hub_link TO zaedno_node_service;
GRANT SELECT,
	UPDATE (issuer, organisation_id, code, state, problem, feed_id, cursor,
	        scopes, last_feed_at, hub_at, hub_down_since, clock_offset_ms,
	        feed_refused, feed_refused_at, updated_at)
	ON hub_link TO zaedno_node_courier;

-- Mirrored case content is shown only within the lease: the hub was heard
-- from not longer ago than that, and our clock has not been set back since.
CREATE FUNCTION lease_holds() RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT last_feed_at > statement_timestamp() - mirror_lease
	       AND last_feed_at < statement_timestamp() + interval '60 s'
	FROM hub_link
$$;

COMMIT;
