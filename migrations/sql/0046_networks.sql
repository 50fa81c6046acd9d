-- A network of peers: professionals of several organisations, with a named convener (S004). No client stands in it.
CREATE TABLE networks (
  area_id UUID NOT NULL,
  name VARCHAR NOT NULL,
  purpose VARCHAR NOT NULL,
  convener_id UUID NOT NULL,
  author_id UUID NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_networks PRIMARY KEY (id),
  CONSTRAINT uq_networks_id UNIQUE (id, area_id),
  CONSTRAINT fk_networks_area_id FOREIGN KEY(area_id) REFERENCES organisations (id),
  CONSTRAINT fk_networks_convener_id FOREIGN KEY(convener_id) REFERENCES persons (id),
  CONSTRAINT fk_networks_author_id FOREIGN KEY(author_id) REFERENCES persons (id)
);

CREATE INDEX ix_networks_area ON networks (area_id, created_at, id);

-- Who belongs to it, for which organisation, and on whose permission (C-47). Nobody permits it to themself.
CREATE TABLE network_members (
  network_id UUID NOT NULL,
  area_id UUID NOT NULL,
  person_id UUID NOT NULL,
  organisation_id UUID NOT NULL,
  role VARCHAR NOT NULL,
  asked_by_id UUID NOT NULL,
  supervisor VARCHAR,
  approved_by_id UUID,
  approved_at TIMESTAMP WITH TIME ZONE,
  withdrawn_at TIMESTAMP WITH TIME ZONE,
  approved BOOLEAN GENERATED ALWAYS AS (approved_at IS NOT NULL) STORED NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_network_members PRIMARY KEY (id),
  CONSTRAINT uq_network_members_approved UNIQUE (id, network_id, approved),
  CONSTRAINT ck_network_members_permission CHECK ((approved_at IS NULL) = (approved_by_id IS NULL) AND (approved_at IS NULL) = (supervisor IS NULL)),
  CONSTRAINT ck_network_members_another CHECK (approved_by_id <> person_id),
  CONSTRAINT fk_network_members_network FOREIGN KEY(network_id, area_id) REFERENCES networks (id, area_id),
  CONSTRAINT fk_network_members_person_id FOREIGN KEY(person_id) REFERENCES persons (id),
  CONSTRAINT fk_network_members_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_network_members_asked_by_id FOREIGN KEY(asked_by_id) REFERENCES persons (id),
  CONSTRAINT fk_network_members_approved_by_id FOREIGN KEY(approved_by_id) REFERENCES persons (id)
);

CREATE UNIQUE INDEX uq_network_members_current ON network_members (network_id, person_id) WHERE withdrawn_at IS NULL;

CREATE TABLE network_meetings (
  network_id UUID NOT NULL,
  area_id UUID NOT NULL,
  starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
  minutes INTEGER NOT NULL,
  place VARCHAR NOT NULL,
  themes JSONB NOT NULL,
  rooms JSONB NOT NULL,
  notes VARCHAR,
  recording INTEGER NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_network_meetings PRIMARY KEY (id),
  CONSTRAINT uq_network_meetings_id UNIQUE (id, network_id, area_id),
  CONSTRAINT ck_network_meetings_minutes CHECK (minutes BETWEEN 10 AND 720),
  CONSTRAINT ck_network_meetings_recording CHECK (recording >= 0 AND (recording = 0) = (recorded_at IS NULL)),
  CONSTRAINT fk_network_meetings_network FOREIGN KEY(network_id, area_id) REFERENCES networks (id, area_id)
);

CREATE INDEX ix_network_meetings_network ON network_meetings (network_id, starts_at);

-- Who was there, for which organisation. Recording it again keeps what was said before. Without permission nobody was.
CREATE TABLE network_attendances (
  meeting_id UUID NOT NULL,
  network_id UUID NOT NULL,
  area_id UUID NOT NULL,
  member_id UUID NOT NULL,
  organisation_id UUID NOT NULL,
  room VARCHAR,
  recording INTEGER NOT NULL,
  approved BOOLEAN NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_network_attendances PRIMARY KEY (id),
  CONSTRAINT uq_network_attendances_once UNIQUE (meeting_id, recording, member_id),
  CONSTRAINT ck_network_attendances_approved CHECK (approved),
  CONSTRAINT fk_network_attendances_meeting FOREIGN KEY(meeting_id, network_id, area_id) REFERENCES network_meetings (id, network_id, area_id),
  CONSTRAINT fk_network_attendances_member FOREIGN KEY(member_id, network_id, approved) REFERENCES network_members (id, network_id, approved),
  CONSTRAINT fk_network_attendances_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id)
);
