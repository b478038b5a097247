-- Deploy zaedno_node:person to pg
-- requires: user
-- A person's identity is one sealed blob (names, birth date, sex, identifier,
-- address, telephones) under a key that is never in this database, and blind
-- index rows: keyed hashes of single normalised tokens, by purpose.
--
-- What the index leaks, to one who has a dump and no key: which persons share
-- a token (two rows with one hash under one purpose are the same name or the
-- same birth date), hence how frequent the commonest names are. Purposes have
-- different keys, so a given name and a family name never match each other.

BEGIN;

CREATE TABLE identity_key (
	id          boolean PRIMARY KEY DEFAULT true CHECK (id),
	fingerprint text NOT NULL,
	next        text,         -- a change of key is under way towards this one
	set_at      timestamptz NOT NULL DEFAULT statement_timestamp()
);
COMMENT ON COLUMN identity_key.fingerprint IS
	'keyed hash that tells the right key file from a wrong one';

CREATE TABLE person (
	id         uuid PRIMARY KEY,
	sealed     text NOT NULL,    -- "z1.<key id>.…", bound to this row's id
	content    bytea NOT NULL,   -- keyed hash of the content: is a repeat equal?
	created_by uuid NOT NULL DEFAULT my_user() REFERENCES app_user,
	created_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	updated_at timestamptz NOT NULL DEFAULT statement_timestamp(),
	version    bigint NOT NULL DEFAULT 1
);

CREATE TABLE person_index (
	person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE,
	purpose   text NOT NULL CHECK (purpose IN
	          ('given', 'middle', 'family', 'identifier', 'birth')),
	token     bytea NOT NULL,
	PRIMARY KEY (purpose, token, person_id)
);
CREATE INDEX person_index_person ON person_index (person_id);

COMMIT;
