-- Minutes that a person of the team spent for a client. Rows are only added: a wrong one is reversed by another.
CREATE TABLE time_entries (
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  subject_type VARCHAR NOT NULL,
  subject_id UUID,
  person_id UUID NOT NULL,
  role VARCHAR NOT NULL,
  minutes INTEGER NOT NULL,
  spent_on DATE NOT NULL,
  recorded_by_id UUID NOT NULL,
  reverses_id UUID,
  reason VARCHAR,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_time_entries PRIMARY KEY (id),
  CONSTRAINT ck_time_entries_subject_type CHECK (subject_type IN ('step', 'meeting', 'assessment', 'contact', 'consultation', 'other')),
  CONSTRAINT ck_time_entries_subject CHECK (subject_type NOT IN ('step', 'meeting', 'assessment', 'contact') OR subject_id IS NOT NULL),
  CONSTRAINT ck_time_entries_minutes CHECK (minutes BETWEEN 1 AND 1440),
  CONSTRAINT ck_time_entries_reversed CHECK ((reverses_id IS NULL) = (reason IS NULL)),
  CONSTRAINT uq_time_entries_reverses_id UNIQUE (reverses_id),
  CONSTRAINT fk_time_entries_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_time_entries_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_time_entries_person_id FOREIGN KEY(person_id) REFERENCES persons (id),
  CONSTRAINT fk_time_entries_recorded_by_id FOREIGN KEY(recorded_by_id) REFERENCES persons (id),
  CONSTRAINT fk_time_entries_reverses_id FOREIGN KEY(reverses_id) REFERENCES time_entries (id)
);

CREATE INDEX ix_time_entries_client_id ON time_entries (client_id);

CREATE INDEX ix_time_entries_pathway ON time_entries (pathway_id, spent_on, id);
