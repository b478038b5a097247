-- How long what is kept is kept.

-- statement: retention_sweep (write)
-- By the timer: nobody asks.
SELECT retention_run()::text AS removed;

-- statement: read_log_ahead (write)
-- Two years of months are always there.
SELECT read_log_ahead(24) AS made;
