CREATE TABLE attachments (
  referral_id UUID,
  pathway_id UUID,
  client_id UUID,
  side VARCHAR(40) NOT NULL,
  kind VARCHAR NOT NULL,
  register VARCHAR NOT NULL,
  described BYTEA NOT NULL,
  document_on DATE,
  media_type VARCHAR NOT NULL,
  size_bytes INTEGER NOT NULL,
  added_by_id UUID,
  added_at TIMESTAMP WITH TIME ZONE NOT NULL,
  state VARCHAR(40) NOT NULL,
  content_at TIMESTAMP WITH TIME ZONE,
  stored_in VARCHAR,
  error_reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_attachments PRIMARY KEY (id),
  CONSTRAINT ck_attachments_one_case CHECK ((referral_id IS NULL) <> (pathway_id IS NULL)),
  CONSTRAINT ck_attachments_client_known CHECK (pathway_id IS NULL OR client_id IS NOT NULL),
  CONSTRAINT ck_attachments_register CHECK (register IN ('health', 'social', 'employment', 'operational')),
  CONSTRAINT ck_attachments_size CHECK (size_bytes > 0),
  CONSTRAINT ck_attachments_content CHECK (state <> 'available' OR content_at IS NOT NULL),
  CONSTRAINT ck_attachments_stored CHECK ((content_at IS NULL) = (stored_in IS NULL)),
  CONSTRAINT ck_attachments_stored_in CHECK (stored_in IN ('database', 'folder')),
  CONSTRAINT fk_attachments_referral_id FOREIGN KEY(referral_id) REFERENCES referrals (id),
  CONSTRAINT fk_attachments_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_attachments_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT ck_attachments_side CHECK (side IN ('sender', 'team', 'client')),
  CONSTRAINT fk_attachments_added_by_id FOREIGN KEY(added_by_id) REFERENCES persons (id),
  CONSTRAINT ck_attachments_attachmentstate CHECK (state IN ('awaiting_content', 'available', 'entered_in_error'))
);

CREATE INDEX ix_attachments_client_id ON attachments (client_id);

CREATE INDEX ix_attachments_pathway ON attachments (pathway_id, id);

CREATE INDEX ix_attachments_referral ON attachments (referral_id, id);

CREATE TABLE attachment_contents (
  attachment_id UUID NOT NULL,
  client_id UUID,
  sealed BYTEA NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_attachment_contents PRIMARY KEY (id),
  CONSTRAINT uq_attachment_contents_attachment_id UNIQUE (attachment_id),
  CONSTRAINT fk_attachment_contents_attachment_id FOREIGN KEY(attachment_id) REFERENCES attachments (id),
  CONSTRAINT fk_attachment_contents_client_id FOREIGN KEY(client_id) REFERENCES clients (id)
);

CREATE INDEX ix_attachment_contents_client_id ON attachment_contents (client_id);

CREATE TABLE record_requests (
  client_id UUID NOT NULL,
  pathway_id UUID NOT NULL,
  team_id UUID NOT NULL,
  what VARCHAR NOT NULL,
  register VARCHAR NOT NULL,
  holder_organisation_id UUID,
  holder_name VARCHAR,
  channel VARCHAR NOT NULL,
  basis VARCHAR NOT NULL,
  note VARCHAR,
  requested_by_id UUID,
  requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
  due_on DATE NOT NULL,
  disclosure_id UUID,
  state VARCHAR(40) NOT NULL,
  reminders INTEGER NOT NULL,
  reminded_at TIMESTAMP WITH TIME ZONE,
  ended_at TIMESTAMP WITH TIME ZONE,
  ended_by_id UUID,
  arrived_on DATE,
  attachment_ids UUID[] NOT NULL,
  not_available_because VARCHAR,
  ended_reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_record_requests PRIMARY KEY (id),
  CONSTRAINT ck_record_requests_one_holder CHECK ((holder_organisation_id IS NULL) <> (holder_name IS NULL)),
  CONSTRAINT ck_record_requests_register CHECK (register IN ('health', 'social', 'employment', 'operational')),
  CONSTRAINT ck_record_requests_ended CHECK ((state IN ('requested', 'reminded')) = (ended_at IS NULL)),
  CONSTRAINT ck_record_requests_because CHECK ((state = 'not_available') = (not_available_because IS NOT NULL)),
  CONSTRAINT fk_record_requests_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_record_requests_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_record_requests_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_record_requests_holder_organisation_id FOREIGN KEY(holder_organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_record_requests_requested_by_id FOREIGN KEY(requested_by_id) REFERENCES persons (id),
  CONSTRAINT fk_record_requests_disclosure_id FOREIGN KEY(disclosure_id) REFERENCES disclosures (id),
  CONSTRAINT ck_record_requests_recordrequeststate CHECK (state IN ('requested', 'reminded', 'arrived', 'not_available', 'cancelled')),
  CONSTRAINT fk_record_requests_ended_by_id FOREIGN KEY(ended_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_record_requests_client_id ON record_requests (client_id);

CREATE INDEX ix_record_requests_due ON record_requests (team_id, due_on, id);

CREATE INDEX ix_record_requests_pathway_id ON record_requests (pathway_id);

-- A document sent with a draft is the client's as soon as the receiver knows who that is. It works as whoever submits,
-- under the policies: the sender sees the document, and the receiving context the client.
CREATE FUNCTION attachments_get_the_client() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE attachments SET client_id = NEW.client_id WHERE referral_id = NEW.id AND client_id IS NULL;
  UPDATE attachment_contents c SET client_id = NEW.client_id FROM attachments a
   WHERE a.id = c.attachment_id AND a.referral_id = NEW.id AND c.client_id IS NULL;
  RETURN NULL;
END $$;

CREATE TRIGGER attachments AFTER UPDATE OF client_id ON referrals
  FOR EACH ROW WHEN (OLD.client_id IS NULL AND NEW.client_id IS NOT NULL)
  EXECUTE FUNCTION attachments_get_the_client();
