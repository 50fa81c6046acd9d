CREATE TABLE contacts (
  client_id UUID NOT NULL,
  direction VARCHAR NOT NULL,
  channel VARCHAR NOT NULL,
  result VARCHAR NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  met VARCHAR NOT NULL,
  representative_id UUID,
  scope VARCHAR,
  organisation_id UUID,
  told VARCHAR[] NOT NULL,
  disclosure_id UUID,
  referral_id UUID,
  pathway_id UUID,
  place VARCHAR,
  interpreter_used BOOLEAN NOT NULL,
  minutes INTEGER,
  next_attempt_on DATE,
  recorded_by_id UUID,
  state VARCHAR(40) NOT NULL,
  error_reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_contacts PRIMARY KEY (id),
  CONSTRAINT ck_contacts_direction CHECK (direction IN ('outgoing', 'incoming')),
  CONSTRAINT ck_contacts_met CHECK (met IN ('client', 'representative', 'party')),
  CONSTRAINT ck_contacts_representative CHECK ((met = 'representative') = (representative_id IS NOT NULL)),
  CONSTRAINT ck_contacts_scope CHECK ((representative_id IS NULL) = (scope IS NULL)),
  CONSTRAINT ck_contacts_party CHECK ((met = 'party') = (organisation_id IS NOT NULL)),
  CONSTRAINT ck_contacts_told CHECK ((cardinality(told) > 0) = (disclosure_id IS NOT NULL)),
  CONSTRAINT ck_contacts_minutes CHECK (minutes BETWEEN 0 AND 600),
  CONSTRAINT ck_contacts_error_reason CHECK ((state = 'entered_in_error') = (error_reason IS NOT NULL)),
  CONSTRAINT fk_contacts_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_contacts_representative_id FOREIGN KEY(representative_id) REFERENCES representatives (id),
  CONSTRAINT fk_contacts_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_contacts_disclosure_id FOREIGN KEY(disclosure_id) REFERENCES disclosures (id),
  CONSTRAINT fk_contacts_referral_id FOREIGN KEY(referral_id) REFERENCES referrals (id),
  CONSTRAINT fk_contacts_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_contacts_recorded_by_id FOREIGN KEY(recorded_by_id) REFERENCES persons (id),
  CONSTRAINT ck_contacts_entrystate CHECK (state IN ('recorded', 'entered_in_error'))
);

CREATE INDEX ix_contacts_client ON contacts (client_id, at, id);

CREATE TABLE notes (
  client_id UUID NOT NULL,
  pathway_id UUID,
  contact_id UUID,
  addendum_to_id UUID,
  register VARCHAR NOT NULL,
  body VARCHAR NOT NULL,
  client_visible BOOLEAN NOT NULL,
  written_at TIMESTAMP WITH TIME ZONE NOT NULL,
  author_id UUID,
  state VARCHAR(40) NOT NULL,
  error_reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_notes PRIMARY KEY (id),
  CONSTRAINT ck_notes_register CHECK (register IN ('health', 'social', 'employment', 'operational')),
  CONSTRAINT ck_notes_one_subject CHECK ((pathway_id IS NULL) <> (contact_id IS NULL)),
  CONSTRAINT ck_notes_error_reason CHECK ((state = 'entered_in_error') = (error_reason IS NOT NULL)),
  CONSTRAINT fk_notes_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_notes_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_notes_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id),
  CONSTRAINT fk_notes_addendum_to_id FOREIGN KEY(addendum_to_id) REFERENCES notes (id),
  CONSTRAINT fk_notes_author_id FOREIGN KEY(author_id) REFERENCES persons (id),
  CONSTRAINT ck_notes_entrystate CHECK (state IN ('recorded', 'entered_in_error'))
);

CREATE INDEX ix_notes_client_id ON notes (client_id);

CREATE INDEX ix_notes_contact_id ON notes (contact_id);

CREATE INDEX ix_notes_pathway ON notes (pathway_id, id);
