-- What others have written in shared work, looked through for names. By the
-- service itself: nobody asks.

-- statement: arrivals (write)
-- $1 how many.
SELECT kind, id, seq, doc, person_id, sealed, signers FROM arrivals($1::int);

-- statement: arrival_seen (write)
-- $1 kind, $2 id, $3 number under which it was told, $4 whether a name was found.
SELECT arrival_seen($1, $2::uuid, $3::bigint, $4::boolean);
