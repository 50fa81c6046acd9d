-- A piece of work has a version, so that whoever confirms or declines it says which one they saw.
ALTER TABLE work_items ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

ALTER TABLE work_items ALTER COLUMN version DROP DEFAULT;

GRANT UPDATE (version) ON work_items TO heinola_app;

-- Why its holder said no; the next decision is where that is kept.
ALTER TABLE routing_decisions ADD COLUMN decline_reason VARCHAR;

-- What a person holds in a team, whatever the seat: asked when they go.
CREATE INDEX ix_work_items_held ON work_items (holder_id, team_id) WHERE closed_at IS NULL;

-- A decision is replaced once: what was decided of a piece of work is one chain.
ALTER TABLE routing_decisions ADD CONSTRAINT uq_routing_decisions_replaces_id UNIQUE (replaces_id);
