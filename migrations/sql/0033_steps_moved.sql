-- A path is no rigid pipeline (C-10): steps are moved, added, repeated, opened again and held, and every such change
-- keeps its reason in a row that nobody rewrites.
ALTER TABLE pathway_steps ADD COLUMN out_of_order_because VARCHAR;

ALTER TABLE pathway_steps ADD COLUMN repeats_id UUID;

ALTER TABLE pathway_steps ADD COLUMN added BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE pathway_steps ALTER COLUMN added DROP DEFAULT;

ALTER TABLE pathway_steps ADD CONSTRAINT fk_pathway_steps_repeats_id
  FOREIGN KEY (repeats_id) REFERENCES pathway_steps (id);

-- Steps change places within a transaction; at its end each has one of its own.
ALTER TABLE pathway_steps ADD CONSTRAINT uq_pathway_steps_position
  UNIQUE (pathway_id, position) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE pathway_steps ADD CONSTRAINT ck_pathway_steps_over
  CHECK ((state = 'planned') = (done_at IS NULL));

ALTER TABLE pathway_steps ADD CONSTRAINT ck_pathway_steps_out_of_order
  CHECK (out_of_order_because IS NULL OR state = 'done');

ALTER TABLE pathway_steps ADD CONSTRAINT ck_pathway_steps_added
  CHECK (repeats_id IS NULL OR added);

-- What is read is walked day by day: a step is due at most four years after the start of its path.
ALTER TABLE pathway_steps ADD CONSTRAINT ck_pathway_steps_due_days
  CHECK (due_days BETWEEN 0 AND 1000);

-- Which of the two physicians it is stands in the template before anybody knows it: shown once routing has named it.
-- Of steps of before it is known where an assessment of theirs was asked.
ALTER TABLE pathway_steps ADD COLUMN owner_named BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE pathway_steps ALTER COLUMN owner_named DROP DEFAULT;

ALTER TABLE pathway_steps NO FORCE ROW LEVEL SECURITY;

ALTER TABLE assessments NO FORCE ROW LEVEL SECURITY;

UPDATE pathway_steps s SET owner_named = true
WHERE s.kind = 'physician_visit' AND EXISTS (
  SELECT FROM assessments a WHERE a.pathway_id = s.pathway_id AND a.kind = 'physician_assessment');

ALTER TABLE assessments FORCE ROW LEVEL SECURITY;

ALTER TABLE pathway_steps FORCE ROW LEVEL SECURITY;

CREATE TABLE step_changes (
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  step_id UUID,
  change VARCHAR(40) NOT NULL,
  reason VARCHAR NOT NULL,
  client_visible BOOLEAN NOT NULL,
  from_version INTEGER,
  to_version INTEGER,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  author_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_step_changes PRIMARY KEY (id),
  CONSTRAINT ck_step_changes_reason CHECK (reason <> ''),
  CONSTRAINT ck_step_changes_versions
    CHECK ((change = 'upgraded') = (from_version IS NOT NULL) AND (from_version IS NULL) = (to_version IS NULL)),
  CONSTRAINT ck_step_changes_of_path
    CHECK ((change IN ('reordered', 'branch_chosen', 'upgraded')) = (step_id IS NULL)),
  CONSTRAINT ck_step_changes_stepchangekind CHECK (change IN ('out_of_order', 'skipped', 'reopened', 'added',
    'repeated', 'reordered', 'branch_chosen', 'upgraded')),
  CONSTRAINT fk_step_changes_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_step_changes_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_step_changes_step_id FOREIGN KEY(step_id) REFERENCES pathway_steps (id),
  CONSTRAINT fk_step_changes_author_id FOREIGN KEY(author_id) REFERENCES persons (id)
);

CREATE INDEX ix_step_changes_client_id ON step_changes (client_id);

CREATE INDEX ix_step_changes_pathway ON step_changes (pathway_id, id);

-- A hold always ends: it has a last day, at most 90 days after the first, and may end earlier.
CREATE TABLE pathway_holds (
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  from_on DATE NOT NULL,
  until_on DATE NOT NULL,
  reason VARCHAR NOT NULL,
  author_id UUID,
  ended_on DATE,
  ended_by_id UUID,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_pathway_holds PRIMARY KEY (id),
  CONSTRAINT ck_pathway_holds_period CHECK (until_on BETWEEN from_on AND from_on + 90),
  CONSTRAINT ck_pathway_holds_ended CHECK (ended_on IS NULL OR ended_on BETWEEN from_on AND until_on + 1),
  CONSTRAINT fk_pathway_holds_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_pathway_holds_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_pathway_holds_author_id FOREIGN KEY(author_id) REFERENCES persons (id),
  CONSTRAINT fk_pathway_holds_ended_by_id FOREIGN KEY(ended_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_pathway_holds_client_id ON pathway_holds (client_id);

CREATE INDEX ix_pathway_holds_pathway_id ON pathway_holds (pathway_id);

CREATE UNIQUE INDEX uq_pathway_holds_one_running ON pathway_holds (pathway_id) WHERE ended_on IS NULL;
