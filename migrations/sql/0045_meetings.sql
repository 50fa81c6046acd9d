-- A client who stays away says so in writing, and the writing can be found (C-32). What was recorded before has the day
-- of the meeting.
ALTER TABLE meetings
  ADD COLUMN room_id UUID,
  ADD COLUMN reserves BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN declined_on DATE,
  ADD COLUMN declined_evidence VARCHAR,
  ADD CONSTRAINT fk_meetings_room_id FOREIGN KEY(room_id) REFERENCES rooms (id);

ALTER TABLE meetings NO FORCE ROW LEVEL SECURITY;

UPDATE meetings SET declined_on = (starts_at AT TIME ZONE 'Europe/Helsinki')::date, declined_evidence = '-'
 WHERE client_participation = 'declined_in_writing';

ALTER TABLE meetings FORCE ROW LEVEL SECURITY;

ALTER TABLE meetings
  ALTER COLUMN reserves DROP DEFAULT,
  ADD CONSTRAINT ck_meetings_declined CHECK ((client_participation IS NOT DISTINCT FROM 'declined_in_writing') = (declined_on IS NOT NULL) AND (declined_on IS NULL) = (declined_evidence IS NULL));

GRANT UPDATE (room_id, reserves, declined_on, declined_evidence) ON meetings TO heinola_app;

-- What is on the agenda, of which register, and what a partner must be permitted to be told to see it.
CREATE TABLE meeting_agenda_parts (
  meeting_id UUID NOT NULL,
  client_id UUID NOT NULL,
  position INTEGER NOT NULL,
  title VARCHAR NOT NULL,
  register VARCHAR NOT NULL,
  data_class VARCHAR NOT NULL,
  presenter_id UUID,
  minutes INTEGER,
  for_organisation_ids UUID[],
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_meeting_agenda_parts PRIMARY KEY (id),
  CONSTRAINT uq_meeting_agenda_parts_meeting_id UNIQUE (meeting_id, position),
  CONSTRAINT ck_meeting_agenda_parts_register CHECK (register IN ('operational', 'health', 'social', 'employment')),
  CONSTRAINT ck_meeting_agenda_parts_minutes CHECK (minutes BETWEEN 1 AND 600),
  CONSTRAINT fk_meeting_agenda_parts_meeting_id FOREIGN KEY(meeting_id) REFERENCES meetings (id),
  CONSTRAINT fk_meeting_agenda_parts_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_meeting_agenda_parts_presenter_id FOREIGN KEY(presenter_id) REFERENCES persons (id)
);

CREATE INDEX ix_meeting_agenda_parts_client_id ON meeting_agenda_parts (client_id);

-- A coordinator has notes for partners too.
ALTER TABLE meeting_note_parts
  DROP CONSTRAINT ck_meeting_note_parts_register,
  ADD CONSTRAINT ck_meeting_note_parts_register CHECK (register IN ('operational', 'health', 'social', 'employment')),
  ADD COLUMN data_class VARCHAR,
  ADD COLUMN for_organisation_ids UUID[];

ALTER TABLE meeting_note_parts NO FORCE ROW LEVEL SECURITY;

-- What was written before partners could be told a part is told to none of them.
UPDATE meeting_note_parts SET for_organisation_ids = '{}',
  data_class = CASE register WHEN 'employment' THEN 'meeting_notes' ELSE register END;

ALTER TABLE meeting_note_parts FORCE ROW LEVEL SECURITY;

ALTER TABLE meeting_note_parts ALTER COLUMN data_class SET NOT NULL;

-- Which part was opened to which partner, by which disclosure. Read while the client permits it.
CREATE TABLE meeting_openings (
  meeting_id UUID NOT NULL,
  client_id UUID NOT NULL,
  organisation_id UUID NOT NULL,
  part_id UUID NOT NULL,
  data_classes VARCHAR[] NOT NULL,
  disclosure_id UUID NOT NULL,
  closed_at TIMESTAMP WITH TIME ZONE,
  offered_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_meeting_openings PRIMARY KEY (id),
  CONSTRAINT uq_meeting_openings_part_id UNIQUE (part_id, organisation_id),
  CONSTRAINT ck_meeting_openings_offered CHECK (offered_at IS NULL OR closed_at IS NOT NULL),
  CONSTRAINT fk_meeting_openings_meeting_id FOREIGN KEY(meeting_id) REFERENCES meetings (id),
  CONSTRAINT fk_meeting_openings_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_meeting_openings_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_meeting_openings_disclosure_id FOREIGN KEY(disclosure_id) REFERENCES disclosures (id)
);

CREATE INDEX ix_meeting_openings_client_id ON meeting_openings (client_id);

CREATE INDEX ix_meeting_openings_meeting_id ON meeting_openings (meeting_id);

-- What was decided, whose it is, and the step of the path that came of it.
CREATE TABLE meeting_decisions (
  meeting_id UUID NOT NULL,
  client_id UUID NOT NULL,
  position INTEGER NOT NULL,
  words VARCHAR NOT NULL,
  owner_role VARCHAR,
  owner_seat_id UUID,
  owner_person_id UUID,
  owner_organisation_id UUID,
  due_on DATE,
  step_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_meeting_decisions PRIMARY KEY (id),
  CONSTRAINT uq_meeting_decisions_meeting_id UNIQUE (meeting_id, position),
  CONSTRAINT ck_meeting_decisions_owner CHECK (num_nonnulls(owner_role, owner_seat_id, owner_person_id, owner_organisation_id) <= 1),
  CONSTRAINT fk_meeting_decisions_meeting_id FOREIGN KEY(meeting_id) REFERENCES meetings (id),
  CONSTRAINT fk_meeting_decisions_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_meeting_decisions_owner_seat_id FOREIGN KEY(owner_seat_id) REFERENCES seats (id),
  CONSTRAINT fk_meeting_decisions_owner_person_id FOREIGN KEY(owner_person_id) REFERENCES persons (id),
  CONSTRAINT fk_meeting_decisions_owner_organisation_id FOREIGN KEY(owner_organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_meeting_decisions_step_id FOREIGN KEY(step_id) REFERENCES pathway_steps (id)
);

CREATE INDEX ix_meeting_decisions_client_id ON meeting_decisions (client_id);

CREATE INDEX ix_meeting_decisions_step_id ON meeting_decisions (step_id);

-- Moved to another time, or taken over by another convener: from what to what, and why. For good.
CREATE TABLE meeting_changes (
  meeting_id UUID NOT NULL,
  client_id UUID NOT NULL,
  change VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  from_at TIMESTAMP WITH TIME ZONE,
  to_at TIMESTAMP WITH TIME ZONE,
  from_person_id UUID,
  to_person_id UUID,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  author_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_meeting_changes PRIMARY KEY (id),
  CONSTRAINT ck_meeting_changes_change CHECK ((change = 'moved' AND from_at IS NOT NULL AND to_at IS NOT NULL) OR (change = 'convener' AND from_person_id IS NOT NULL AND to_person_id IS NOT NULL)),
  CONSTRAINT fk_meeting_changes_meeting_id FOREIGN KEY(meeting_id) REFERENCES meetings (id),
  CONSTRAINT fk_meeting_changes_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_meeting_changes_from_person_id FOREIGN KEY(from_person_id) REFERENCES persons (id),
  CONSTRAINT fk_meeting_changes_to_person_id FOREIGN KEY(to_person_id) REFERENCES persons (id),
  CONSTRAINT fk_meeting_changes_author_id FOREIGN KEY(author_id) REFERENCES persons (id)
);

CREATE INDEX ix_meeting_changes_client_id ON meeting_changes (client_id);

CREATE INDEX ix_meeting_changes_meeting_id ON meeting_changes (meeting_id);

-- An outside organiser's own meeting, to which a seat of a team is invited. No care relationship comes of it: the person
-- it is about is sealed, as the organiser gave them, and is matched with nobody.
CREATE TABLE meeting_invitations (
  area_id UUID NOT NULL,
  sender_organisation_id UUID NOT NULL,
  sender_person_id UUID NOT NULL,
  seat_id UUID NOT NULL,
  team_id UUID NOT NULL,
  person_id UUID,
  kind VARCHAR NOT NULL,
  starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
  minutes INTEGER NOT NULL,
  place VARCHAR NOT NULL,
  topic VARCHAR,
  presented BYTEA,
  permission JSONB NOT NULL,
  state VARCHAR(40) NOT NULL,
  proposed_starts_at TIMESTAMP WITH TIME ZONE,
  reason VARCHAR,
  answered_at TIMESTAMP WITH TIME ZONE,
  answered_by_id UUID,
  followed VARCHAR,
  referral_id UUID,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_meeting_invitations PRIMARY KEY (id),
  CONSTRAINT ck_meeting_invitations_minutes CHECK (minutes BETWEEN 5 AND 600),
  CONSTRAINT ck_meeting_invitations_invitationstate CHECK (state IN ('invited', 'proposed', 'accepted', 'declined', 'withdrawn')),
  CONSTRAINT ck_meeting_invitations_named CHECK (presented IS NULL OR permission <> '{}'::jsonb),
  CONSTRAINT ck_meeting_invitations_proposed CHECK (state <> 'proposed' OR proposed_starts_at IS NOT NULL),
  CONSTRAINT ck_meeting_invitations_accepted CHECK (state <> 'accepted' OR person_id IS NOT NULL),
  CONSTRAINT ck_meeting_invitations_declined CHECK (state NOT IN ('declined', 'withdrawn') OR reason IS NOT NULL),
  CONSTRAINT ck_meeting_invitations_followed CHECK (followed IS NULL OR (state = 'accepted' AND followed IN ('referral', 'nothing', 'not_held'))),
  CONSTRAINT ck_meeting_invitations_referral CHECK ((followed IS NOT DISTINCT FROM 'referral') = (referral_id IS NOT NULL)),
  CONSTRAINT fk_meeting_invitations_area_id FOREIGN KEY(area_id) REFERENCES organisations (id),
  CONSTRAINT fk_meeting_invitations_sender_organisation_id FOREIGN KEY(sender_organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_meeting_invitations_sender_person_id FOREIGN KEY(sender_person_id) REFERENCES persons (id),
  CONSTRAINT fk_meeting_invitations_seat_id FOREIGN KEY(seat_id) REFERENCES seats (id),
  CONSTRAINT fk_meeting_invitations_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_meeting_invitations_person_id FOREIGN KEY(person_id) REFERENCES persons (id),
  CONSTRAINT fk_meeting_invitations_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES persons (id),
  CONSTRAINT fk_meeting_invitations_referral_id FOREIGN KEY(referral_id) REFERENCES referrals (id)
);

CREATE INDEX ix_meeting_invitations_sender ON meeting_invitations (sender_organisation_id, starts_at);

CREATE INDEX ix_meeting_invitations_team ON meeting_invitations (team_id, starts_at);
