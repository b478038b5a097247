/*
 * Settings of a node alone.
 * CONFIG(key, type, default, min, max, doc)
 */
CONFIG("assertion_key_file", CONFIG_TEXT, "!", 0, 0, "PEM file, mode 0600, of the P-256 key with which the courier signs in to the hub")
CONFIG("receipt_key_file", CONFIG_TEXT, "!", 0, 0, "PEM file, mode 0600, of the P-256 key that signs receipts of consent and of purges")
CONFIG("identity_key_file", CONFIG_TEXT, "!", 0, 0, "file, mode 0600, of the key that seals who a person is; keep a copy apart from the database's backups")
CONFIG("mirror_lease_s", CONFIG_NUMBER, "86400", 1, 604800, "how long received summaries are shown without hearing from the hub, seconds")
CONFIG("hub_warning_s", CONFIG_NUMBER, "900", 1, 86400, "after how long without the hub the log warns, seconds")
CONFIG("task_sweep_s", CONFIG_NUMBER, "60", 1, 3600, "how often reminders and alarms are looked for, seconds")
CONFIG("purge_target_h", CONFIG_NUMBER, "24", 1, 720, "after how many hours a recipient's copy that is not erased is a task")
CONFIG("purge_alarm_h", CONFIG_NUMBER, "48", 1, 720, "after how many hours it is a second one")
CONFIG("database_connections", CONFIG_NUMBER, "4", 2, 64,
    "connections of one worker to the database")
