CREATE TABLE representatives (
  client_id UUID NOT NULL,
  name VARCHAR NOT NULL,
  relation VARCHAR NOT NULL,
  mandate VARCHAR NOT NULL,
  scopes VARCHAR[] NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE,
  phone VARCHAR,
  email VARCHAR,
  language VARCHAR NOT NULL,
  evidence VARCHAR NOT NULL,
  evidence_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
  evidence_seen_by_id UUID,
  state VARCHAR(40) NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  ended_reason VARCHAR,
  error_reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_representatives PRIMARY KEY (id),
  CONSTRAINT ck_representatives_period CHECK (valid_to IS NULL OR valid_to >= valid_from),
  CONSTRAINT ck_representatives_scopes CHECK (cardinality(scopes) > 0),
  CONSTRAINT ck_representatives_ended CHECK ((state = 'ended') <= (ended_at IS NOT NULL AND ended_reason IS NOT NULL)),
  CONSTRAINT ck_representatives_error_reason CHECK ((state = 'entered_in_error') = (error_reason IS NOT NULL)),
  CONSTRAINT fk_representatives_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_representatives_evidence_seen_by_id FOREIGN KEY(evidence_seen_by_id) REFERENCES persons (id),
  CONSTRAINT ck_representatives_mandatestate CHECK (state IN ('recorded', 'ended', 'entered_in_error'))
);

CREATE INDEX ix_representatives_client_id ON representatives (client_id);

ALTER TABLE consents
  ADD COLUMN given_by_representative_id UUID,
  ADD COLUMN withdrawn_by_representative_id UUID,
  ADD CONSTRAINT fk_consents_given_by_representative_id
    FOREIGN KEY(given_by_representative_id) REFERENCES representatives (id),
  ADD CONSTRAINT fk_consents_withdrawn_by_representative_id
    FOREIGN KEY(withdrawn_by_representative_id) REFERENCES representatives (id);

-- What was said stays as it was said; who took it back is written with the withdrawal.
GRANT UPDATE (withdrawn_by_representative_id) ON consents TO heinola_app;

ALTER TABLE clients
  ADD COLUMN interpreter_language VARCHAR,
  ADD COLUMN preferred_times VARCHAR,
  ADD COLUMN leave_no_messages BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN send_no_letters BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE clients ALTER COLUMN leave_no_messages DROP DEFAULT, ALTER COLUMN send_no_letters DROP DEFAULT;
