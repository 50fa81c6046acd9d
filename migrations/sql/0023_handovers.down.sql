ALTER TABLE routing_decisions DROP CONSTRAINT uq_routing_decisions_replaces_id;

DROP INDEX ix_work_items_held;

ALTER TABLE routing_decisions DROP COLUMN decline_reason;

ALTER TABLE work_items DROP COLUMN version;
