CREATE TABLE shares (
  client_id UUID NOT NULL,
  pathway_id UUID NOT NULL,
  team_id UUID NOT NULL,
  register VARCHAR NOT NULL,
  recipient_organisation_id UUID NOT NULL,
  channel VARCHAR NOT NULL,
  purpose VARCHAR NOT NULL,
  data_classes VARCHAR[] NOT NULL,
  consent_id UUID,
  consent_version INTEGER,
  statute VARCHAR,
  disclosure_id UUID NOT NULL,
  described BYTEA NOT NULL,
  reply VARCHAR(40) NOT NULL,
  shared_by_id UUID,
  shared_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  state VARCHAR(40) NOT NULL,
  acknowledged_at TIMESTAMP WITH TIME ZONE,
  answered_at TIMESTAMP WITH TIME ZONE,
  reply_read_at TIMESTAMP WITH TIME ZONE,
  ended_at TIMESTAMP WITH TIME ZONE,
  ended_because VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_shares PRIMARY KEY (id),
  CONSTRAINT ck_shares_register CHECK (register IN ('health', 'social', 'employment', 'operational')),
  CONSTRAINT ck_shares_basis CHECK ((consent_id IS NULL) <> (statute IS NULL)),
  CONSTRAINT ck_shares_classes CHECK (cardinality(data_classes) > 0),
  CONSTRAINT ck_shares_period CHECK (expires_at > shared_at),
  CONSTRAINT ck_shares_ended CHECK ((state = 'revoked') = (ended_at IS NOT NULL)),
  CONSTRAINT ck_shares_ended_because CHECK ((ended_at IS NULL) = (ended_because IS NULL)),
  CONSTRAINT ck_shares_answered CHECK (state <> 'answered' OR answered_at IS NOT NULL),
  CONSTRAINT fk_shares_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_shares_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_shares_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_shares_recipient_organisation_id FOREIGN KEY(recipient_organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_shares_consent_id FOREIGN KEY(consent_id) REFERENCES consents (id),
  CONSTRAINT fk_shares_disclosure_id FOREIGN KEY(disclosure_id) REFERENCES disclosures (id),
  CONSTRAINT ck_shares_reply CHECK (reply IN ('none', 'acknowledge', 'answer')),
  CONSTRAINT fk_shares_shared_by_id FOREIGN KEY(shared_by_id) REFERENCES persons (id),
  CONSTRAINT ck_shares_sharestate CHECK (state IN ('shared', 'acknowledged', 'answered', 'revoked'))
);

CREATE INDEX ix_shares_client_id ON shares (client_id);

CREATE INDEX ix_shares_consent ON shares (consent_id) WHERE ended_at IS NULL;

CREATE INDEX ix_shares_pathway_id ON shares (pathway_id);

CREATE INDEX ix_shares_recipient ON shares (recipient_organisation_id, id);

CREATE INDEX ix_shares_team_id ON shares (team_id);

CREATE TABLE share_items (
  share_id UUID NOT NULL,
  client_id UUID NOT NULL,
  register VARCHAR NOT NULL,
  position INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  data_classes VARCHAR[] NOT NULL,
  source_id UUID,
  sealed BYTEA NOT NULL,
  content BYTEA,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_share_items PRIMARY KEY (id),
  CONSTRAINT ck_share_items_register CHECK (register IN ('health', 'social', 'employment', 'operational')),
  CONSTRAINT uq_share_items_share_id UNIQUE (share_id, position),
  CONSTRAINT fk_share_items_share_id FOREIGN KEY(share_id) REFERENCES shares (id),
  CONSTRAINT fk_share_items_client_id FOREIGN KEY(client_id) REFERENCES clients (id)
);

CREATE INDEX ix_share_items_client_id ON share_items (client_id);

CREATE TABLE share_links (
  share_id UUID NOT NULL,
  client_id UUID NOT NULL,
  token_hash BYTEA NOT NULL,
  code_hash BYTEA NOT NULL,
  issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
  issued_by_id UUID,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  most_opens INTEGER NOT NULL,
  most_failures INTEGER NOT NULL,
  opens INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE,
  ended_at TIMESTAMP WITH TIME ZONE,
  ended_because VARCHAR,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_share_links PRIMARY KEY (id),
  CONSTRAINT ck_share_links_ended CHECK ((ended_at IS NULL) = (ended_because IS NULL)),
  CONSTRAINT ck_share_links_counted CHECK (opens BETWEEN 0 AND most_opens AND failures BETWEEN 0 AND most_failures),
  CONSTRAINT fk_share_links_share_id FOREIGN KEY(share_id) REFERENCES shares (id),
  CONSTRAINT fk_share_links_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT uq_share_links_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_share_links_issued_by_id FOREIGN KEY(issued_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_share_links_client_id ON share_links (client_id);

CREATE INDEX ix_share_links_share_id ON share_links (share_id);

CREATE UNIQUE INDEX uq_share_links_one ON share_links (share_id) WHERE ended_at IS NULL;

CREATE TABLE share_replies (
  share_id UUID NOT NULL,
  client_id UUID NOT NULL,
  register VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  by VARCHAR NOT NULL,
  link_id UUID,
  person_id UUID,
  sealed BYTEA,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_share_replies PRIMARY KEY (id),
  CONSTRAINT ck_share_replies_register CHECK (register IN ('health', 'social', 'employment', 'operational')),
  CONSTRAINT ck_share_replies_kind CHECK (kind IN ('acknowledge', 'answer')),
  CONSTRAINT ck_share_replies_words CHECK ((kind = 'answer') = (sealed IS NOT NULL)),
  CONSTRAINT ck_share_replies_by CHECK (by IN ('account', 'link', 'manual')),
  CONSTRAINT uq_share_replies_share_id UNIQUE (share_id, kind),
  CONSTRAINT fk_share_replies_share_id FOREIGN KEY(share_id) REFERENCES shares (id),
  CONSTRAINT fk_share_replies_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_share_replies_link_id FOREIGN KEY(link_id) REFERENCES share_links (id),
  CONSTRAINT fk_share_replies_person_id FOREIGN KEY(person_id) REFERENCES persons (id)
);

CREATE INDEX ix_share_replies_client_id ON share_replies (client_id);

-- A link is a capability for one share: a transaction that entered by it is nobody else's, so these are nothing where
-- somebody is signed in or holds the link of a form. Set by enter_share only.
CREATE FUNCTION ctx_by_share(name text) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN ctx_login() IS NULL AND ctx_form() IS NULL
              THEN NULLIF(current_setting('app.' || name, true), '')::uuid END;

CREATE FUNCTION ctx_share() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE RETURN ctx_by_share('share');

CREATE FUNCTION ctx_share_client() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE RETURN ctx_by_share('share_client');

CREATE FUNCTION ctx_share_link() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE RETURN ctx_by_share('share_link');

-- A recipient says that it arrived, or answers, where that is asked, and changes nothing else of the share.
CREATE FUNCTION refuse_more_than_a_reply() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE replying text[] := ARRAY['state', 'version', 'acknowledged_at', 'answered_at', 'reply_read_at'];
BEGIN
  IF OLD.state NOT IN ('shared', 'acknowledged') OR NEW.state NOT IN ('acknowledged', 'answered') OR OLD.reply = 'none'
     OR (NEW.state = 'answered' AND OLD.reply <> 'answer') OR NEW.reply_read_at IS NOT NULL
     OR to_jsonb(NEW) - replying IS DISTINCT FROM to_jsonb(OLD) - replying THEN
    RAISE EXCEPTION 'a recipient replies and changes nothing else'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'recipient_replies_only';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER replies_only BEFORE UPDATE ON shares FOR EACH ROW
  WHEN (ctx_share() IS NOT NULL
        OR (OLD.recipient_organisation_id = ANY (ctx_organisations()) AND NOT OLD.team_id = ANY (ctx_teams())))
  EXECUTE FUNCTION refuse_more_than_a_reply();
