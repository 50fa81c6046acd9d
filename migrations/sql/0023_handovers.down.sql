DROP INDEX ix_work_items_held;

ALTER TABLE routing_decisions DROP COLUMN decline_reason;

ALTER TABLE work_items DROP COLUMN version;
