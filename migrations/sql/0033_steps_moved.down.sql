DROP TABLE pathway_holds;

DROP TABLE step_changes;

ALTER TABLE pathway_steps DROP COLUMN owner_named;

ALTER TABLE pathway_steps DROP CONSTRAINT ck_pathway_steps_due_days;

ALTER TABLE pathway_steps DROP CONSTRAINT ck_pathway_steps_added;

ALTER TABLE pathway_steps DROP CONSTRAINT ck_pathway_steps_out_of_order;

ALTER TABLE pathway_steps DROP CONSTRAINT ck_pathway_steps_over;

ALTER TABLE pathway_steps DROP CONSTRAINT uq_pathway_steps_position;

ALTER TABLE pathway_steps DROP CONSTRAINT fk_pathway_steps_repeats_id;

ALTER TABLE pathway_steps DROP COLUMN added;

ALTER TABLE pathway_steps DROP COLUMN repeats_id;

ALTER TABLE pathway_steps DROP COLUMN out_of_order_because;
