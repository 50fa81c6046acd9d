-- What follows when a consent ends: invitations close, whoever was told is told to cease, the gap that is left is work.

ALTER TABLE meeting_participants
  ADD COLUMN awaiting_since TIMESTAMP WITH TIME ZONE,
  ADD COLUMN closed_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN offered_at TIMESTAMP WITH TIME ZONE,
  ADD CONSTRAINT ck_meeting_participants_awaiting CHECK (awaiting_since IS NULL OR (closed_at IS NULL AND disclosure_id IS NULL)),
  ADD CONSTRAINT ck_meeting_participants_offered CHECK (offered_at IS NULL OR closed_at IS NOT NULL);

CREATE TABLE cease_notices (
  client_id UUID NOT NULL,
  recipient_organisation_id UUID NOT NULL,
  disclosure_ids UUID[] NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  state VARCHAR(40) NOT NULL,
  released_at TIMESTAMP WITH TIME ZONE,
  acknowledged_at TIMESTAMP WITH TIME ZONE,
  acknowledged_by_id UUID,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_cease_notices PRIMARY KEY (id),
  CONSTRAINT ck_cease_notices_disclosures CHECK (cardinality(disclosure_ids) > 0),
  CONSTRAINT ck_cease_notices_released CHECK ((state IN ('released', 'acknowledged')) = (released_at IS NOT NULL)),
  CONSTRAINT ck_cease_notices_in_its_hour CHECK (released_at >= due_at),
  CONSTRAINT ck_cease_notices_acknowledged CHECK ((state = 'acknowledged') = (acknowledged_at IS NOT NULL)),
  CONSTRAINT fk_cease_notices_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_cease_notices_recipient_organisation_id FOREIGN KEY(recipient_organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_cease_notices_acknowledged_by_id FOREIGN KEY(acknowledged_by_id) REFERENCES logins (id),
  CONSTRAINT ck_cease_notices_ceasestate CHECK (state IN ('pending', 'released', 'acknowledged', 'cancelled'))
);

CREATE INDEX ix_cease_notices_client_id ON cease_notices (client_id);

CREATE INDEX ix_cease_notices_recipient ON cease_notices (recipient_organisation_id, due_at, id);

CREATE INDEX ix_cease_notices_pending ON cease_notices (due_at) WHERE state = 'pending';

CREATE TABLE consent_gaps (
  client_id UUID NOT NULL,
  team_id UUID NOT NULL,
  recipient_id UUID NOT NULL,
  purpose VARCHAR NOT NULL,
  data_classes VARCHAR[] NOT NULL,
  pathway_id UUID,
  opened_because VARCHAR NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
  opened_by_id UUID,
  state VARCHAR(40) NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE,
  asked_how VARCHAR,
  asked_by_id UUID,
  closed_at TIMESTAMP WITH TIME ZONE,
  closed_by_id UUID,
  closed_because VARCHAR,
  consent_id UUID,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_consent_gaps PRIMARY KEY (id),
  CONSTRAINT ck_consent_gaps_data_classes CHECK (cardinality(data_classes) > 0),
  CONSTRAINT ck_consent_gaps_opened_because CHECK (opened_because IN ('missing', 'ended')),
  CONSTRAINT ck_consent_gaps_asked CHECK ((asked_at IS NULL) = (asked_how IS NULL) AND (state <> 'asked' OR asked_at IS NOT NULL)),
  CONSTRAINT ck_consent_gaps_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (closed_because IS NULL)),
  CONSTRAINT fk_consent_gaps_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_consent_gaps_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_consent_gaps_recipient_id FOREIGN KEY(recipient_id) REFERENCES organisations (id),
  CONSTRAINT fk_consent_gaps_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_consent_gaps_opened_by_id FOREIGN KEY(opened_by_id) REFERENCES persons (id),
  CONSTRAINT fk_consent_gaps_asked_by_id FOREIGN KEY(asked_by_id) REFERENCES persons (id),
  CONSTRAINT fk_consent_gaps_closed_by_id FOREIGN KEY(closed_by_id) REFERENCES persons (id),
  CONSTRAINT fk_consent_gaps_consent_id FOREIGN KEY(consent_id) REFERENCES consents (id),
  CONSTRAINT ck_consent_gaps_gapstate CHECK (state IN ('open', 'asked', 'closed'))
);

CREATE INDEX ix_consent_gaps_client_id ON consent_gaps (client_id);

CREATE INDEX ix_consent_gaps_team ON consent_gaps (team_id, opened_at, id);

CREATE UNIQUE INDEX uq_consent_gaps_open ON consent_gaps (client_id, team_id, recipient_id, purpose, data_classes)
  WHERE state <> 'closed';

-- Whether the caller has an invitation to a meeting that is open: one that was closed, or waits for the client's
-- permission, shows nothing. A policy cannot ask its own table.
SET LOCAL ROLE heinola_definer;

CREATE FUNCTION ctx_guest(meeting uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM meeting_participants p WHERE p.meeting_id = meeting AND p.person_id = ctx_person()
                    AND p.closed_at IS NULL AND p.awaiting_since IS NULL)
$$;

REVOKE ALL ON FUNCTION ctx_guest FROM PUBLIC;

GRANT EXECUTE ON FUNCTION ctx_guest TO heinola_app;

SET LOCAL ROLE heinola_owner;
