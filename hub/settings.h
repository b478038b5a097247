/*
 * Settings of the hub alone.
 * CONFIG(key, type, default, min, max, doc)
 */
CONFIG("key_overlap_s", CONFIG_NUMBER, "86400", 0, 604800,
    "how long a new key of an organisation is announced before it holds, and "
    "the old one still holds after, seconds")
CONFIG("enrolment_hours", CONFIG_NUMBER, "72", 1, 720,
    "how long an enrolment code holds, hours")
CONFIG("sweep_s", CONFIG_NUMBER, "10", 1, 3600,
    "how often expired consents are latched and old rows removed, seconds")
CONFIG("database_connections", CONFIG_NUMBER, "16", 2, 64,
    "connections of one worker to the database; sixteen writers share a flush of the log")
CONFIG("purge_target_h", CONFIG_NUMBER, "24", 1, 720,
    "after how many hours a copy that is not erased is overdue")
CONFIG("purge_alarm_h", CONFIG_NUMBER, "48", 1, 720,
    "after how many hours people must look into a copy that is not erased")
CONFIG("reminder_sweep_s", CONFIG_NUMBER, "60", 1, 3600,
    "how often what is due is looked for, seconds")
