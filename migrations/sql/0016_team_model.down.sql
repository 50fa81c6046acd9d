ALTER TABLE persons DROP COLUMN languages;

ALTER TABLE holders DROP COLUMN max_open, DROP COLUMN client_days_per_week, DROP COLUMN handed_over_at;

ALTER TABLE seats DROP COLUMN clients_per_day, DROP COLUMN channels;

ALTER TABLE teams DROP COLUMN unit_id, DROP COLUMN rule_set, DROP COLUMN silent_after_days;
