-- How long what is kept is kept.

-- statement: retention_sweep (write)
-- By the timer: nobody asks.
SELECT retention_run()::text AS removed;
