ALTER TABLE pathway_steps DROP CONSTRAINT ck_pathway_steps_minutes;

ALTER TABLE pathway_steps DROP CONSTRAINT uq_pathway_steps_pathway_id;

ALTER TABLE pathway_steps DROP COLUMN key;

ALTER TABLE pathway_steps DROP COLUMN purpose;

ALTER TABLE pathway_steps DROP COLUMN bring;

ALTER TABLE pathway_steps DROP COLUMN after;

ALTER TABLE pathway_steps DROP COLUMN requires;

ALTER TABLE pathway_steps DROP COLUMN expected_minutes;

ALTER TABLE pathway_steps DROP COLUMN branch;
