-- What went out, as it went out, with its hash; and when its recipient first read it.
ALTER TABLE feedbacks
  ADD COLUMN language VARCHAR,
  ADD COLUMN copy_text VARCHAR,
  ADD COLUMN copy_sha256 VARCHAR,
  ADD COLUMN received_at TIMESTAMP WITH TIME ZONE,
  ADD CONSTRAINT ck_feedbacks_sealed CHECK ((copy_text IS NULL) = (copy_sha256 IS NULL)),
  ADD CONSTRAINT ck_feedbacks_copy_hash CHECK (copy_sha256 = encode(sha256(convert_to(copy_text, 'UTF8')), 'hex'));

GRANT UPDATE (received_at) ON feedbacks TO heinola_app;

-- The step of a path that a referral onward is a part of; who gets its feedback when the path is closed before it.
ALTER TABLE referrals
  ADD COLUMN origin_step_id UUID,
  ADD CONSTRAINT fk_referrals_origin_step_id FOREIGN KEY (origin_step_id) REFERENCES pathway_steps (id);

ALTER TABLE pathways
  ADD COLUMN onward_feedback_to VARCHAR;

GRANT UPDATE (onward_feedback_to) ON pathways TO heinola_app;

CREATE TABLE feedback_drafts (
  referral_id UUID NOT NULL,
  client_id UUID NOT NULL,
  team_id UUID NOT NULL,
  interim BOOLEAN NOT NULL,
  level VARCHAR(40) NOT NULL,
  language VARCHAR NOT NULL,
  body VARCHAR,
  author_id UUID NOT NULL,
  data_classes VARCHAR[] NOT NULL,
  outcome_ids UUID[] NOT NULL,
  composed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  state VARCHAR(40) NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  feedback_id UUID,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_feedback_drafts PRIMARY KEY (id),
  CONSTRAINT ck_feedback_drafts_words CHECK ((level = 'closure_notice') = (body IS NULL)),
  CONSTRAINT ck_feedback_drafts_final CHECK (NOT (interim AND level = 'closure_notice')),
  CONSTRAINT ck_feedback_drafts_ended CHECK ((state = 'open') = (ended_at IS NULL)),
  CONSTRAINT ck_feedback_drafts_given CHECK ((state = 'given') = (feedback_id IS NOT NULL)),
  CONSTRAINT ck_feedback_drafts_feedbacklevel CHECK (level IN ('closure_notice', 'conclusion', 'summary')),
  CONSTRAINT ck_feedback_drafts_draftstate CHECK (state IN ('open', 'given', 'discarded')),
  CONSTRAINT fk_feedback_drafts_referral_id FOREIGN KEY(referral_id) REFERENCES referrals (id),
  CONSTRAINT fk_feedback_drafts_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_feedback_drafts_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_feedback_drafts_author_id FOREIGN KEY(author_id) REFERENCES persons (id),
  CONSTRAINT fk_feedback_drafts_feedback_id FOREIGN KEY(feedback_id) REFERENCES feedbacks (id)
);

CREATE INDEX ix_feedback_drafts_client_id ON feedback_drafts (client_id);

CREATE UNIQUE INDEX uq_feedback_drafts_open ON feedback_drafts (referral_id, interim) WHERE state = 'open';

CREATE TABLE feedback_questions (
  feedback_id UUID NOT NULL,
  referral_id UUID NOT NULL,
  client_id UUID NOT NULL,
  number INTEGER NOT NULL,
  question VARCHAR NOT NULL,
  asked_by_id UUID NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  answer VARCHAR,
  answer_code VARCHAR,
  answered_at TIMESTAMP WITH TIME ZONE,
  answered_by_id UUID,
  disclosure_id UUID,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_feedback_questions PRIMARY KEY (id),
  CONSTRAINT ck_feedback_questions_number CHECK (number BETWEEN 1 AND 5),
  CONSTRAINT ck_feedback_questions_answered CHECK ((answered_at IS NULL) = (answer_code IS NULL)),
  CONSTRAINT ck_feedback_questions_words CHECK ((answer IS NOT NULL) = COALESCE(answer_code = 'answered', false)),
  CONSTRAINT ck_feedback_questions_disclosed CHECK (answer IS NULL OR disclosure_id IS NOT NULL),
  CONSTRAINT uq_feedback_questions_feedback_id UNIQUE (feedback_id, number),
  CONSTRAINT fk_feedback_questions_feedback_id FOREIGN KEY(feedback_id) REFERENCES feedbacks (id),
  CONSTRAINT fk_feedback_questions_referral_id FOREIGN KEY(referral_id) REFERENCES referrals (id),
  CONSTRAINT fk_feedback_questions_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_feedback_questions_asked_by_id FOREIGN KEY(asked_by_id) REFERENCES logins (id),
  CONSTRAINT fk_feedback_questions_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES persons (id),
  CONSTRAINT fk_feedback_questions_disclosure_id FOREIGN KEY(disclosure_id) REFERENCES disclosures (id)
);

CREATE INDEX ix_feedback_questions_client_id ON feedback_questions (client_id);

CREATE INDEX ix_feedback_questions_referral_id ON feedback_questions (referral_id);

CREATE UNIQUE INDEX uq_feedback_questions_open ON feedback_questions (feedback_id) WHERE answered_at IS NULL;
