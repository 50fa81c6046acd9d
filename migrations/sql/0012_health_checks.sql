ALTER TABLE assessments ADD COLUMN draft JSONB;

ALTER TABLE assessments ADD COLUMN amended_at TIMESTAMP WITH TIME ZONE;

CREATE TABLE assessment_versions (
  assessment_id UUID NOT NULL,
  client_id UUID NOT NULL,
  register VARCHAR NOT NULL,
  number INTEGER NOT NULL,
  content JSONB NOT NULL,
  conclusion VARCHAR,
  work_ability VARCHAR,
  replaced_at TIMESTAMP WITH TIME ZONE NOT NULL,
  replaced_by_id UUID,
  reason VARCHAR NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_assessment_versions PRIMARY KEY (id),
  CONSTRAINT uq_assessment_versions_assessment_id UNIQUE (assessment_id, number),
  CONSTRAINT fk_assessment_versions_assessment_id FOREIGN KEY(assessment_id) REFERENCES assessments (id),
  CONSTRAINT fk_assessment_versions_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_assessment_versions_replaced_by_id FOREIGN KEY(replaced_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_assessment_versions_client_id ON assessment_versions (client_id);

CREATE TABLE laboratory_statuses (
  assessment_id UUID NOT NULL,
  client_id UUID NOT NULL,
  register VARCHAR NOT NULL,
  lab VARCHAR NOT NULL,
  status VARCHAR NOT NULL,
  happened_on DATE NOT NULL,
  not_done_because VARCHAR,
  flag VARCHAR,
  note VARCHAR,
  recorded_by_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_laboratory_statuses PRIMARY KEY (id),
  CONSTRAINT fk_laboratory_statuses_assessment_id FOREIGN KEY(assessment_id) REFERENCES assessments (id),
  CONSTRAINT fk_laboratory_statuses_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_laboratory_statuses_recorded_by_id FOREIGN KEY(recorded_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_laboratory_statuses_client_id ON laboratory_statuses (client_id);

CREATE INDEX ix_laboratory_statuses_assessment ON laboratory_statuses (assessment_id, id);

