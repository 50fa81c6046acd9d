CREATE TABLE pathways (
  client_id UUID NOT NULL,
  team_id UUID NOT NULL,
  template VARCHAR NOT NULL,
  template_version INTEGER NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE NOT NULL,
  responsible_person_id UUID NOT NULL,
  next_action VARCHAR NOT NULL,
  next_action_on DATE NOT NULL,
  commitment VARCHAR,
  strengths VARCHAR,
  plan_agreed_at TIMESTAMP WITH TIME ZONE,
  state VARCHAR(40) NOT NULL,
  closed_at TIMESTAMP WITH TIME ZONE,
  closing_reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_pathways PRIMARY KEY (id),
  CONSTRAINT ck_pathways_nobody_drops_out CHECK (state <> 'active' OR (responsible_person_id IS NOT NULL AND next_action <> '')),
  CONSTRAINT ck_pathways_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
  CONSTRAINT fk_pathways_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_pathways_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_pathways_responsible_person_id FOREIGN KEY(responsible_person_id) REFERENCES persons (id),
  CONSTRAINT ck_pathways_pathwaystate CHECK (state IN ('active', 'closed'))
);

CREATE INDEX ix_pathways_client_id ON pathways (client_id);

CREATE INDEX ix_pathways_responsible_person_id ON pathways (responsible_person_id);

CREATE INDEX ix_pathways_team ON pathways (team_id, next_action_on, id);

CREATE UNIQUE INDEX uq_pathways_one_active ON pathways (client_id, team_id) WHERE state = 'active';

CREATE TABLE goals (
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  description VARCHAR NOT NULL,
  agreed_with_client BOOLEAN NOT NULL,
  agreed_on DATE NOT NULL,
  author_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_goals PRIMARY KEY (id),
  CONSTRAINT fk_goals_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_goals_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_goals_author_id FOREIGN KEY(author_id) REFERENCES persons (id)
);

CREATE INDEX ix_goals_client_id ON goals (client_id);

CREATE INDEX ix_goals_pathway_id ON goals (pathway_id);

CREATE TABLE meetings (
  client_id UUID NOT NULL,
  pathway_id UUID NOT NULL,
  kind VARCHAR NOT NULL,
  convener_id UUID NOT NULL,
  starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
  minutes INTEGER NOT NULL,
  place VARCHAR NOT NULL,
  agenda VARCHAR,
  state VARCHAR(40) NOT NULL,
  client_participation VARCHAR,
  notes VARCHAR,
  decisions VARCHAR[] NOT NULL,
  ended_reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_meetings PRIMARY KEY (id),
  CONSTRAINT ck_meetings_minutes CHECK (minutes BETWEEN 5 AND 600),
  CONSTRAINT ck_meetings_client_participation CHECK ((state = 'held') = (client_participation IS NOT NULL)),
  CONSTRAINT ck_meetings_participation_code CHECK (client_participation IN ('present', 'remote', 'declined_in_writing')),
  CONSTRAINT fk_meetings_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_meetings_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_meetings_convener_id FOREIGN KEY(convener_id) REFERENCES persons (id),
  CONSTRAINT ck_meetings_meetingstate CHECK (state IN ('planned', 'held', 'cancelled'))
);

CREATE INDEX ix_meetings_client_id ON meetings (client_id);

CREATE INDEX ix_meetings_pathway ON meetings (pathway_id, starts_at);

CREATE TABLE outcomes (
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  code VARCHAR NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  recorded_by_id UUID,
  work_ability VARCHAR,
  note VARCHAR,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_outcomes PRIMARY KEY (id),
  CONSTRAINT fk_outcomes_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_outcomes_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_outcomes_recorded_by_id FOREIGN KEY(recorded_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_outcomes_client_id ON outcomes (client_id);

CREATE INDEX ix_outcomes_pathway_id ON outcomes (pathway_id);

CREATE TABLE pathway_steps (
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  kind VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  owner_role VARCHAR NOT NULL,
  optional BOOLEAN NOT NULL,
  client_visible BOOLEAN NOT NULL,
  due_days INTEGER NOT NULL,
  planned_on DATE,
  state VARCHAR(40) NOT NULL,
  done_at TIMESTAMP WITH TIME ZONE,
  done_by_id UUID,
  skipped_because VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_pathway_steps PRIMARY KEY (id),
  CONSTRAINT ck_pathway_steps_skipped CHECK ((state = 'skipped') = (skipped_because IS NOT NULL)),
  CONSTRAINT fk_pathway_steps_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_pathway_steps_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT ck_pathway_steps_stepstate CHECK (state IN ('planned', 'done', 'skipped')),
  CONSTRAINT fk_pathway_steps_done_by_id FOREIGN KEY(done_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_pathway_steps_client_id ON pathway_steps (client_id);

CREATE INDEX ix_pathway_steps_pathway_id ON pathway_steps (pathway_id);

CREATE TABLE problem_records (
  client_id UUID NOT NULL,
  pathway_id UUID NOT NULL,
  areas VARCHAR[] NOT NULL,
  main_area VARCHAR,
  demanding BOOLEAN,
  recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  recorded_by_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_problem_records PRIMARY KEY (id),
  CONSTRAINT fk_problem_records_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_problem_records_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_problem_records_recorded_by_id FOREIGN KEY(recorded_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_problem_records_client_id ON problem_records (client_id);

CREATE INDEX ix_problem_records_pathway ON problem_records (pathway_id, recorded_at);

CREATE TABLE referrals (
  version INTEGER NOT NULL,
  area_id UUID NOT NULL,
  source VARCHAR NOT NULL,
  sender_organisation_id UUID,
  sender_person_id UUID,
  channel VARCHAR NOT NULL,
  presented BYTEA NOT NULL,
  presented_index BYTEA,
  municipality VARCHAR,
  reason VARCHAR NOT NULL,
  asked_for VARCHAR NOT NULL,
  urgency VARCHAR NOT NULL,
  unemployment_days INTEGER,
  criteria_version VARCHAR NOT NULL,
  criteria_answers JSONB NOT NULL,
  barriers VARCHAR[] NOT NULL,
  permission JSONB NOT NULL,
  team_id UUID,
  client_id UUID,
  consent_id UUID,
  pathway_id UUID,
  state VARCHAR(40) NOT NULL,
  submitted_at TIMESTAMP WITH TIME ZONE,
  decided_at TIMESTAMP WITH TIME ZONE,
  decided_by_id UUID,
  decision_reason VARCHAR,
  decision_advice VARCHAR,
  ended_at TIMESTAMP WITH TIME ZONE,
  ended_reason VARCHAR,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_referrals PRIMARY KEY (id),
  CONSTRAINT ck_referrals_days CHECK (unemployment_days IS NULL OR unemployment_days BETWEEN 0 AND 20000),
  CONSTRAINT ck_referrals_client_known CHECK (state = 'draft' OR client_id IS NOT NULL OR submitted_at IS NULL),
  CONSTRAINT ck_referrals_urgency CHECK (urgency IN ('routine', 'urgent')),
  CONSTRAINT fk_referrals_area_id FOREIGN KEY(area_id) REFERENCES organisations (id),
  CONSTRAINT fk_referrals_sender_organisation_id FOREIGN KEY(sender_organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_referrals_sender_person_id FOREIGN KEY(sender_person_id) REFERENCES persons (id),
  CONSTRAINT fk_referrals_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_referrals_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_referrals_consent_id FOREIGN KEY(consent_id) REFERENCES consents (id),
  CONSTRAINT fk_referrals_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT ck_referrals_referralstate CHECK (state IN ('draft', 'received', 'returned_for_info', 'rejected', 'in_progress', 'closed', 'withdrawn', 'cancelled', 'entered_in_error')),
  CONSTRAINT fk_referrals_decided_by_id FOREIGN KEY(decided_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_referrals_client ON referrals (client_id, id);

CREATE INDEX ix_referrals_pathway ON referrals (pathway_id);

CREATE INDEX ix_referrals_sender ON referrals (sender_organisation_id, id);

CREATE INDEX ix_referrals_sender_subject ON referrals (sender_organisation_id, presented_index);

CREATE INDEX ix_referrals_team_open ON referrals (team_id, submitted_at, id) WHERE state IN ('received', 'returned_for_info', 'in_progress');

CREATE TABLE routing_decisions (
  client_id UUID NOT NULL,
  area_id UUID NOT NULL,
  team_id UUID,
  subject_type VARCHAR NOT NULL,
  subject_id UUID NOT NULL,
  register VARCHAR NOT NULL,
  rule_set VARCHAR NOT NULL,
  rule_set_version INTEGER NOT NULL,
  rule VARCHAR,
  facts JSONB NOT NULL,
  outcome VARCHAR NOT NULL,
  seat_role VARCHAR,
  seat_id UUID,
  holder_id UUID,
  on_behalf_of_id UUID,
  consulting_seat VARCHAR,
  queue VARCHAR,
  suggest VARCHAR,
  candidates VARCHAR[] NOT NULL,
  alarm BOOLEAN NOT NULL,
  because VARCHAR[] NOT NULL,
  rejected JSONB NOT NULL,
  loads JSONB NOT NULL,
  tie_break VARCHAR,
  earlier_rules JSONB NOT NULL,
  earliest_on DATE,
  explanation JSONB NOT NULL,
  decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
  decided_by_id UUID,
  override_reason VARCHAR,
  replaces_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_routing_decisions PRIMARY KEY (id),
  CONSTRAINT ck_routing_decisions_outcome CHECK (outcome IN ('assigned', 'queued', 'waitlisted', 'manual', 'unassigned')),
  CONSTRAINT ck_routing_decisions_assigned CHECK ((outcome = 'assigned') = (holder_id IS NOT NULL)),
  CONSTRAINT fk_routing_decisions_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_routing_decisions_area_id FOREIGN KEY(area_id) REFERENCES organisations (id),
  CONSTRAINT fk_routing_decisions_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_routing_decisions_seat_id FOREIGN KEY(seat_id) REFERENCES seats (id),
  CONSTRAINT fk_routing_decisions_holder_id FOREIGN KEY(holder_id) REFERENCES persons (id),
  CONSTRAINT fk_routing_decisions_on_behalf_of_id FOREIGN KEY(on_behalf_of_id) REFERENCES persons (id),
  CONSTRAINT fk_routing_decisions_decided_by_id FOREIGN KEY(decided_by_id) REFERENCES persons (id),
  CONSTRAINT fk_routing_decisions_replaces_id FOREIGN KEY(replaces_id) REFERENCES routing_decisions (id)
);

CREATE INDEX ix_routing_decisions_client_id ON routing_decisions (client_id);

CREATE INDEX ix_routing_decisions_subject_id ON routing_decisions (subject_id);

CREATE TABLE assessments (
  client_id UUID NOT NULL,
  pathway_id UUID NOT NULL,
  kind VARCHAR NOT NULL,
  register VARCHAR NOT NULL,
  question VARCHAR,
  urgency VARCHAR NOT NULL,
  requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
  requested_by_id UUID,
  decision_id UUID,
  state VARCHAR(40) NOT NULL,
  content JSONB NOT NULL,
  conclusion VARCHAR,
  work_ability VARCHAR,
  informed_of_purpose_at TIMESTAMP WITH TIME ZONE,
  completed_at TIMESTAMP WITH TIME ZONE,
  completed_by_id UUID,
  ended_reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_assessments PRIMARY KEY (id),
  CONSTRAINT ck_assessments_register CHECK (register IN ('health', 'social', 'employment', 'operational')),
  CONSTRAINT ck_assessments_completed CHECK (state <> 'completed' OR (completed_at IS NOT NULL)),
  CONSTRAINT ck_assessments_informed CHECK (kind <> 'health_check' OR state <> 'completed' OR informed_of_purpose_at IS NOT NULL),
  CONSTRAINT fk_assessments_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_assessments_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_assessments_requested_by_id FOREIGN KEY(requested_by_id) REFERENCES persons (id),
  CONSTRAINT fk_assessments_decision_id FOREIGN KEY(decision_id) REFERENCES routing_decisions (id),
  CONSTRAINT ck_assessments_assessmentstate CHECK (state IN ('requested', 'completed', 'cancelled', 'entered_in_error')),
  CONSTRAINT fk_assessments_completed_by_id FOREIGN KEY(completed_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_assessments_client_id ON assessments (client_id);

CREATE INDEX ix_assessments_pathway_id ON assessments (pathway_id);

CREATE TABLE feedbacks (
  referral_id UUID NOT NULL,
  client_id UUID NOT NULL,
  sender_organisation_id UUID,
  level VARCHAR(40),
  interim BOOLEAN NOT NULL,
  outcomes VARCHAR[] NOT NULL,
  body VARCHAR,
  waived_because VARCHAR,
  disclosure_id UUID,
  given_by_id UUID,
  given_at TIMESTAMP WITH TIME ZONE NOT NULL,
  acknowledged_at TIMESTAMP WITH TIME ZONE,
  acknowledged_by_id UUID,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_feedbacks PRIMARY KEY (id),
  CONSTRAINT ck_feedbacks_sent_or_waived CHECK ((waived_because IS NULL) = (level IS NOT NULL)),
  CONSTRAINT ck_feedbacks_content_free CHECK (level <> 'closure_notice' OR (body IS NULL AND outcomes = '{}')),
  CONSTRAINT fk_feedbacks_referral_id FOREIGN KEY(referral_id) REFERENCES referrals (id),
  CONSTRAINT fk_feedbacks_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_feedbacks_sender_organisation_id FOREIGN KEY(sender_organisation_id) REFERENCES organisations (id),
  CONSTRAINT ck_feedbacks_feedbacklevel CHECK (level IN ('closure_notice', 'conclusion', 'summary')),
  CONSTRAINT fk_feedbacks_disclosure_id FOREIGN KEY(disclosure_id) REFERENCES disclosures (id),
  CONSTRAINT fk_feedbacks_given_by_id FOREIGN KEY(given_by_id) REFERENCES persons (id),
  CONSTRAINT fk_feedbacks_acknowledged_by_id FOREIGN KEY(acknowledged_by_id) REFERENCES logins (id)
);

CREATE INDEX ix_feedbacks_client_id ON feedbacks (client_id);

CREATE INDEX ix_feedbacks_referral_id ON feedbacks (referral_id);

CREATE INDEX ix_feedbacks_sender_organisation_id ON feedbacks (sender_organisation_id);

CREATE UNIQUE INDEX uq_feedbacks_final ON feedbacks (referral_id) WHERE NOT interim;

CREATE TABLE meeting_participants (
  meeting_id UUID NOT NULL,
  client_id UUID NOT NULL,
  person_id UUID NOT NULL,
  organisation_id UUID NOT NULL,
  disclosure_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_meeting_participants PRIMARY KEY (id),
  CONSTRAINT uq_meeting_participants_meeting_id UNIQUE (meeting_id, person_id),
  CONSTRAINT fk_meeting_participants_meeting_id FOREIGN KEY(meeting_id) REFERENCES meetings (id),
  CONSTRAINT fk_meeting_participants_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_meeting_participants_person_id FOREIGN KEY(person_id) REFERENCES persons (id),
  CONSTRAINT fk_meeting_participants_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_meeting_participants_disclosure_id FOREIGN KEY(disclosure_id) REFERENCES disclosures (id)
);

CREATE INDEX ix_meeting_participants_client_id ON meeting_participants (client_id);

CREATE INDEX ix_meeting_participants_meeting_id ON meeting_participants (meeting_id);

CREATE INDEX ix_meeting_participants_person_id ON meeting_participants (person_id);
