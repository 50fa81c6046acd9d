-- What an outcome says besides its code, and that it was recorded wrongly: once, and nothing else of it changes.
ALTER TABLE outcomes ADD COLUMN subtype VARCHAR;

ALTER TABLE outcomes ADD COLUMN starts_on DATE;

ALTER TABLE outcomes ADD COLUMN agreed_with_client BOOLEAN;

ALTER TABLE outcomes ADD COLUMN entered_in_error_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE outcomes ADD COLUMN entered_in_error_by_id UUID;

ALTER TABLE outcomes ADD COLUMN entered_in_error_reason VARCHAR;

ALTER TABLE outcomes ADD CONSTRAINT fk_outcomes_entered_in_error_by_id
  FOREIGN KEY(entered_in_error_by_id) REFERENCES persons (id);

ALTER TABLE outcomes ADD CONSTRAINT ck_outcomes_in_error
  CHECK ((entered_in_error_at IS NULL) = (entered_in_error_reason IS NULL));

ALTER TABLE outcomes ADD CONSTRAINT ck_outcomes_subtype CHECK (subtype IS NULL OR code = 'rehabilitation');

-- Pinned when the path starts, as its template said: the app may not change it.
ALTER TABLE pathways ADD COLUMN asks_scores BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE pathways ALTER COLUMN asks_scores DROP DEFAULT;

CREATE TABLE goal_achievements (
  goal_id UUID NOT NULL,
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  achievement VARCHAR NOT NULL,
  agreed_with_client BOOLEAN NOT NULL,
  assessed_on DATE NOT NULL,
  words VARCHAR,
  author_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_goal_achievements PRIMARY KEY (id),
  CONSTRAINT fk_goal_achievements_goal_id FOREIGN KEY(goal_id) REFERENCES goals (id),
  CONSTRAINT fk_goal_achievements_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_goal_achievements_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_goal_achievements_author_id FOREIGN KEY(author_id) REFERENCES persons (id)
);

CREATE INDEX ix_goal_achievements_client_id ON goal_achievements (client_id);

CREATE INDEX ix_goal_achievements_pathway ON goal_achievements (pathway_id, goal_id, id);

CREATE TABLE pathway_scores (
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  moment VARCHAR NOT NULL,
  score INTEGER,
  missing_because VARCHAR,
  asked_how VARCHAR,
  asked_on DATE NOT NULL,
  recorded_by_id UUID,
  entered_in_error_at TIMESTAMP WITH TIME ZONE,
  entered_in_error_by_id UUID,
  entered_in_error_reason VARCHAR,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_pathway_scores PRIMARY KEY (id),
  CONSTRAINT ck_pathway_scores_moment CHECK (moment IN ('start', 'during', 'end')),
  CONSTRAINT ck_pathway_scores_score CHECK (score BETWEEN 0 AND 10),
  CONSTRAINT ck_pathway_scores_asked_or_why_not CHECK ((score IS NULL) = (missing_because IS NOT NULL)),
  CONSTRAINT ck_pathway_scores_asked_how CHECK ((score IS NULL) = (asked_how IS NULL)),
  CONSTRAINT ck_pathway_scores_in_error CHECK ((entered_in_error_at IS NULL) = (entered_in_error_reason IS NULL)),
  CONSTRAINT fk_pathway_scores_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_pathway_scores_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_pathway_scores_recorded_by_id FOREIGN KEY(recorded_by_id) REFERENCES persons (id),
  CONSTRAINT fk_pathway_scores_entered_in_error_by_id FOREIGN KEY(entered_in_error_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_pathway_scores_client_id ON pathway_scores (client_id);

CREATE INDEX ix_pathway_scores_pathway ON pathway_scores (pathway_id, moment, id);

-- The client's own summary: that there is one, whose and when. Its words are apart, for whoever reads conclusions.
CREATE TABLE client_summaries (
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  team_id UUID NOT NULL,
  language VARCHAR NOT NULL,
  author_id UUID,
  state VARCHAR(40) NOT NULL,
  sha256 VARCHAR NOT NULL,
  offered_at TIMESTAMP WITH TIME ZONE,
  offered_by_id UUID,
  automatically BOOLEAN NOT NULL,
  first_read_at TIMESTAMP WITH TIME ZONE,
  declined_at TIMESTAMP WITH TIME ZONE,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_client_summaries PRIMARY KEY (id),
  CONSTRAINT ck_client_summaries_summarystate CHECK (state IN ('draft', 'offered', 'declined')),
  CONSTRAINT ck_client_summaries_language CHECK (language IN ('fi', 'sv', 'en')),
  CONSTRAINT ck_client_summaries_offered CHECK ((state = 'draft') = (offered_at IS NULL)),
  CONSTRAINT ck_client_summaries_declined CHECK ((state = 'declined') = (declined_at IS NOT NULL)),
  CONSTRAINT ck_client_summaries_read_when_offered CHECK (first_read_at IS NULL OR offered_at IS NOT NULL),
  CONSTRAINT fk_client_summaries_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_client_summaries_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_client_summaries_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_client_summaries_author_id FOREIGN KEY(author_id) REFERENCES persons (id),
  CONSTRAINT fk_client_summaries_offered_by_id FOREIGN KEY(offered_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_client_summaries_client_id ON client_summaries (client_id);

CREATE INDEX ix_client_summaries_pathway ON client_summaries (pathway_id, id);

CREATE UNIQUE INDEX uq_client_summaries_one_draft ON client_summaries (pathway_id) WHERE state = 'draft';

CREATE TABLE client_summary_words (
  summary_id UUID NOT NULL,
  client_id UUID NOT NULL,
  sections JSONB NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_client_summary_words PRIMARY KEY (id),
  CONSTRAINT uq_client_summary_words_summary_id UNIQUE (summary_id),
  CONSTRAINT fk_client_summary_words_summary_id FOREIGN KEY(summary_id) REFERENCES client_summaries (id),
  CONSTRAINT fk_client_summary_words_client_id FOREIGN KEY(client_id) REFERENCES clients (id)
);

CREATE INDEX ix_client_summary_words_client_id ON client_summary_words (client_id);
