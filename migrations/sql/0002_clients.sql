CREATE TABLE idempotency_keys (
  caller_id UUID NOT NULL,
  key VARCHAR NOT NULL,
  digest VARCHAR NOT NULL,
  status INTEGER,
  headers VARCHAR,
  body BYTEA,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_idempotency_keys PRIMARY KEY (id),
  CONSTRAINT uq_idempotency_keys_caller_id UNIQUE (caller_id, key)
);

CREATE TABLE outbox_events (
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  kind VARCHAR NOT NULL,
  subject_type VARCHAR NOT NULL,
  subject_id UUID NOT NULL,
  client_id UUID,
  team_id UUID,
  organisation_id UUID,
  data JSONB NOT NULL,
  position BIGINT,
  id UUID NOT NULL,
  CONSTRAINT pk_outbox_events PRIMARY KEY (id),
  CONSTRAINT uq_outbox_events_position UNIQUE (position)
);

CREATE INDEX ix_outbox_events_client_id ON outbox_events (client_id);

CREATE TABLE use_log (
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  login_id UUID NOT NULL,
  person_id UUID,
  person_name VARCHAR NOT NULL,
  role VARCHAR NOT NULL,
  organisation_id UUID,
  client_id UUID,
  action VARCHAR NOT NULL,
  resource_type VARCHAR NOT NULL,
  resource_id UUID,
  fields VARCHAR[] NOT NULL,
  purpose VARCHAR NOT NULL,
  basis VARCHAR NOT NULL,
  request_id VARCHAR NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_use_log PRIMARY KEY (at, id)
)
 PARTITION BY RANGE (at);

CREATE INDEX ix_use_log_client_at ON use_log (client_id, at);

CREATE TABLE clients (
  area_id UUID NOT NULL,
  given_name VARCHAR NOT NULL,
  family_name VARCHAR NOT NULL,
  birth_date DATE,
  municipality VARCHAR,
  phone VARCHAR,
  email VARCHAR,
  address VARCHAR,
  preferred_channel VARCHAR,
  language VARCHAR NOT NULL,
  interpreter_needed BOOLEAN NOT NULL,
  protected BOOLEAN NOT NULL,
  status VARCHAR NOT NULL,
  own_care_team VARCHAR,
  conflict_person_ids UUID[] NOT NULL,
  entered_in_error_reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_clients PRIMARY KEY (id),
  CONSTRAINT ck_clients_status CHECK (status IN ('unemployed', 'at_risk', 'outside_work_life', 'employed')),
  CONSTRAINT fk_clients_area_id FOREIGN KEY(area_id) REFERENCES organisations (id)
);

CREATE INDEX ix_clients_name ON clients (area_id, lower(family_name) text_pattern_ops, lower(given_name) text_pattern_ops);

CREATE TABLE client_identifiers (
  client_id UUID NOT NULL,
  area_id UUID NOT NULL,
  use VARCHAR NOT NULL,
  sealed BYTEA NOT NULL,
  blind_index BYTEA NOT NULL,
  masked VARCHAR NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_client_identifiers PRIMARY KEY (id),
  CONSTRAINT ck_client_identifiers_use CHECK (use IN ('official', 'temp', 'old')),
  CONSTRAINT fk_client_identifiers_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_client_identifiers_area_id FOREIGN KEY(area_id) REFERENCES organisations (id)
);

CREATE INDEX ix_client_identifiers_client_id ON client_identifiers (client_id);

CREATE UNIQUE INDEX uq_client_identifiers_area_code ON client_identifiers (area_id, blind_index) WHERE use <> 'old';

CREATE TABLE consents (
  client_id UUID NOT NULL,
  kind VARCHAR(40) NOT NULL,
  recipient_ids UUID[] NOT NULL,
  data_classes VARCHAR[] NOT NULL,
  purposes VARCHAR[] NOT NULL,
  valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
  valid_until TIMESTAMP WITH TIME ZONE,
  how_given VARCHAR NOT NULL,
  information_given_at TIMESTAMP WITH TIME ZONE,
  evidence_note VARCHAR,
  recorded_by_id UUID,
  recorded_organisation_id UUID,
  state VARCHAR(40) NOT NULL,
  withdrawn_at TIMESTAMP WITH TIME ZONE,
  error_reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_consents PRIMARY KEY (id),
  CONSTRAINT ck_consents_period CHECK (valid_until IS NULL OR valid_until > valid_from),
  CONSTRAINT ck_consents_recipients CHECK (kind <> 'permission' OR cardinality(recipient_ids) > 0),
  CONSTRAINT ck_consents_withdrawn CHECK ((state = 'withdrawn') <= (withdrawn_at IS NOT NULL)),
  CONSTRAINT fk_consents_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT ck_consents_consentkind CHECK (kind IN ('permission', 'refusal', 'prohibition', 'pilot')),
  CONSTRAINT fk_consents_recorded_by_id FOREIGN KEY(recorded_by_id) REFERENCES persons (id),
  CONSTRAINT fk_consents_recorded_organisation_id FOREIGN KEY(recorded_organisation_id) REFERENCES organisations (id),
  CONSTRAINT ck_consents_consentstate CHECK (state IN ('recorded', 'withdrawn', 'entered_in_error'))
);

CREATE INDEX ix_consents_client_id ON consents (client_id);

CREATE TABLE involvements (
  client_id UUID NOT NULL,
  team_id UUID NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_involvements PRIMARY KEY (id),
  CONSTRAINT uq_involvements_client_id UNIQUE (client_id, team_id),
  CONSTRAINT fk_involvements_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_involvements_team_id FOREIGN KEY(team_id) REFERENCES teams (id)
);

CREATE INDEX ix_involvements_team_id ON involvements (team_id);

CREATE TABLE logins (
  issuer VARCHAR NOT NULL,
  subject VARCHAR NOT NULL,
  person_id UUID,
  client_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_logins PRIMARY KEY (id),
  CONSTRAINT uq_logins_issuer UNIQUE (issuer, subject),
  CONSTRAINT ck_logins_one_owner CHECK ((person_id IS NULL) <> (client_id IS NULL)),
  CONSTRAINT fk_logins_person_id FOREIGN KEY(person_id) REFERENCES persons (id),
  CONSTRAINT fk_logins_client_id FOREIGN KEY(client_id) REFERENCES clients (id)
);

CREATE INDEX ix_logins_client_id ON logins (client_id);

CREATE INDEX ix_logins_person_id ON logins (person_id);

CREATE TABLE disclosures (
  client_id UUID NOT NULL,
  recipient_organisation_id UUID,
  recipient_is_client BOOLEAN NOT NULL,
  data_classes VARCHAR[] NOT NULL,
  purpose VARCHAR NOT NULL,
  basis VARCHAR NOT NULL,
  consent_id UUID,
  consent_version INTEGER,
  statute VARCHAR,
  subject_type VARCHAR NOT NULL,
  subject_id UUID NOT NULL,
  disclosed_by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_disclosures PRIMARY KEY (id),
  CONSTRAINT fk_disclosures_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_disclosures_recipient_organisation_id FOREIGN KEY(recipient_organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_disclosures_consent_id FOREIGN KEY(consent_id) REFERENCES consents (id)
);

CREATE INDEX ix_disclosures_client_id ON disclosures (client_id);

CREATE TABLE work_items (
  client_id UUID NOT NULL,
  area_id UUID NOT NULL,
  team_id UUID,
  kind VARCHAR NOT NULL,
  subject_type VARCHAR NOT NULL,
  subject_id UUID NOT NULL,
  seat_id UUID,
  holder_id UUID,
  on_behalf_of_id UUID,
  queue VARCHAR,
  alarm BOOLEAN NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
  assigned_at TIMESTAMP WITH TIME ZONE,
  closed_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_work_items PRIMARY KEY (id),
  CONSTRAINT ck_work_items_one_owner CHECK ((holder_id IS NULL) <> (queue IS NULL)),
  CONSTRAINT ck_work_items_period CHECK (closed_at IS NULL OR closed_at >= opened_at),
  CONSTRAINT uq_work_items_subject_id UNIQUE (subject_id, kind),
  CONSTRAINT fk_work_items_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_work_items_area_id FOREIGN KEY(area_id) REFERENCES organisations (id),
  CONSTRAINT fk_work_items_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_work_items_seat_id FOREIGN KEY(seat_id) REFERENCES seats (id),
  CONSTRAINT fk_work_items_holder_id FOREIGN KEY(holder_id) REFERENCES persons (id),
  CONSTRAINT fk_work_items_on_behalf_of_id FOREIGN KEY(on_behalf_of_id) REFERENCES persons (id)
);

CREATE INDEX ix_work_items_continuity ON work_items (client_id, seat_id, closed_at);

CREATE INDEX ix_work_items_load ON work_items (holder_id, seat_id) WHERE closed_at IS NULL;

CREATE INDEX ix_work_items_open_team ON work_items (team_id, opened_at, id) WHERE closed_at IS NULL;
