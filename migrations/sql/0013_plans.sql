CREATE TABLE goal_marks (
  goal_id UUID NOT NULL,
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  ending VARCHAR(40) NOT NULL,
  marked_on DATE NOT NULL,
  words VARCHAR,
  replaced_by_id UUID,
  author_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_goal_marks PRIMARY KEY (id),
  CONSTRAINT uq_goal_marks_goal_id UNIQUE (goal_id),
  CONSTRAINT ck_goal_marks_replaced CHECK ((ending = 'changed') = (replaced_by_id IS NOT NULL)),
  CONSTRAINT fk_goal_marks_goal_id FOREIGN KEY(goal_id) REFERENCES goals (id),
  CONSTRAINT fk_goal_marks_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_goal_marks_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT ck_goal_marks_goalend CHECK (ending IN ('reached', 'changed', 'dropped')),
  CONSTRAINT fk_goal_marks_replaced_by_id FOREIGN KEY(replaced_by_id) REFERENCES goals (id),
  CONSTRAINT fk_goal_marks_author_id FOREIGN KEY(author_id) REFERENCES persons (id)
);

CREATE INDEX ix_goal_marks_client_id ON goal_marks (client_id);

CREATE INDEX ix_goal_marks_pathway_id ON goal_marks (pathway_id);

CREATE TABLE barrier_records (
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  barrier VARCHAR NOT NULL,
  standing VARCHAR(40) NOT NULL,
  agreed_with_client BOOLEAN NOT NULL,
  recorded_on DATE NOT NULL,
  author_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_barrier_records PRIMARY KEY (id),
  CONSTRAINT fk_barrier_records_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_barrier_records_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT ck_barrier_records_barrierstanding CHECK (standing IN ('present', 'eased', 'gone')),
  CONSTRAINT fk_barrier_records_author_id FOREIGN KEY(author_id) REFERENCES persons (id)
);

CREATE INDEX ix_barrier_records_client_id ON barrier_records (client_id);

CREATE INDEX ix_barrier_records_pathway ON barrier_records (pathway_id, barrier, id);

CREATE TABLE small_steps (
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  goal_id UUID,
  taken_on DATE NOT NULL,
  words VARCHAR NOT NULL,
  by_client BOOLEAN NOT NULL,
  author_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_small_steps PRIMARY KEY (id),
  CONSTRAINT fk_small_steps_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_small_steps_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_small_steps_goal_id FOREIGN KEY(goal_id) REFERENCES goals (id),
  CONSTRAINT fk_small_steps_author_id FOREIGN KEY(author_id) REFERENCES persons (id)
);

CREATE INDEX ix_small_steps_client_id ON small_steps (client_id);

CREATE INDEX ix_small_steps_pathway_id ON small_steps (pathway_id);

CREATE TABLE plan_words (
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  subject_type VARCHAR NOT NULL,
  subject_id UUID NOT NULL,
  register VARCHAR NOT NULL,
  words VARCHAR NOT NULL,
  author_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_plan_words PRIMARY KEY (id),
  CONSTRAINT ck_plan_words_register CHECK (register IN ('health', 'social', 'operational')),
  CONSTRAINT ck_plan_words_subject_type CHECK (subject_type IN ('barrier', 'follow_up')),
  CONSTRAINT fk_plan_words_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_plan_words_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_plan_words_author_id FOREIGN KEY(author_id) REFERENCES persons (id)
);

CREATE INDEX ix_plan_words_client_id ON plan_words (client_id);

CREATE INDEX ix_plan_words_pathway_id ON plan_words (pathway_id);

CREATE INDEX ix_plan_words_subject_id ON plan_words (subject_id);

CREATE TABLE follow_ups (
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  team_id UUID NOT NULL,
  party VARCHAR NOT NULL,
  person_id UUID,
  organisation_id UUID,
  step_kind VARCHAR,
  what VARCHAR NOT NULL,
  channel VARCHAR,
  place VARCHAR,
  due_on DATE NOT NULL,
  every_weeks INTEGER,
  until_on DATE,
  agreed_with_client BOOLEAN NOT NULL,
  agreed_on DATE NOT NULL,
  author_id UUID,
  previous_id UUID,
  state VARCHAR(40) NOT NULL,
  ended_on DATE,
  ended_at TIMESTAMP WITH TIME ZONE,
  ended_by_id UUID,
  reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_follow_ups PRIMARY KEY (id),
  CONSTRAINT ck_follow_ups_repeats_until CHECK ((every_weeks IS NULL) = (until_on IS NULL)),
  CONSTRAINT ck_follow_ups_every_weeks CHECK (every_weeks IS NULL OR every_weeks BETWEEN 1 AND 52),
  CONSTRAINT ck_follow_ups_ended CHECK ((state = 'planned') = (ended_on IS NULL)),
  CONSTRAINT ck_follow_ups_reason CHECK (state NOT IN ('missed', 'cancelled') OR reason IS NOT NULL),
  CONSTRAINT fk_follow_ups_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_follow_ups_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_follow_ups_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_follow_ups_person_id FOREIGN KEY(person_id) REFERENCES persons (id),
  CONSTRAINT fk_follow_ups_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_follow_ups_author_id FOREIGN KEY(author_id) REFERENCES persons (id),
  CONSTRAINT fk_follow_ups_previous_id FOREIGN KEY(previous_id) REFERENCES follow_ups (id),
  CONSTRAINT ck_follow_ups_followupstate CHECK (state IN ('planned', 'done', 'missed', 'cancelled')),
  CONSTRAINT fk_follow_ups_ended_by_id FOREIGN KEY(ended_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_follow_ups_client_id ON follow_ups (client_id);

CREATE INDEX ix_follow_ups_pathway_id ON follow_ups (pathway_id);

CREATE INDEX ix_follow_ups_team ON follow_ups (team_id, due_on, id);

CREATE UNIQUE INDEX uq_follow_ups_next ON follow_ups (previous_id) WHERE previous_id IS NOT NULL;

