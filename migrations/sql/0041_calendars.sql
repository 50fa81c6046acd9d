-- A room that is booked together with a person (C-60).
CREATE TABLE rooms (
  area_id UUID NOT NULL,
  unit_id UUID,
  name VARCHAR NOT NULL,
  address VARCHAR,
  municipality VARCHAR,
  accessible BOOLEAN,
  in_use_from DATE NOT NULL,
  in_use_to DATE,
  no INTEGER GENERATED ALWAYS AS IDENTITY,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_rooms PRIMARY KEY (id),
  CONSTRAINT uq_rooms_id UNIQUE (id, no),
  CONSTRAINT uq_rooms_no UNIQUE (no),
  CONSTRAINT uq_rooms_area_id UNIQUE (area_id, name),
  CONSTRAINT ck_rooms_period CHECK (in_use_to IS NULL OR in_use_to >= in_use_from),
  CONSTRAINT fk_rooms_area_id FOREIGN KEY(area_id) REFERENCES organisations (id),
  CONSTRAINT fk_rooms_unit_id FOREIGN KEY(unit_id) REFERENCES units (id)
);

CREATE INDEX ix_rooms_area_id ON rooms (area_id);

-- Nobody, and no room, twice at once: range types of core, as for the holders of a seat.
CREATE TABLE reservations (
  person_id UUID,
  person_no INTEGER,
  room_id UUID,
  room_no INTEGER,
  starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  kind VARCHAR NOT NULL,
  subject_type VARCHAR NOT NULL,
  subject_id UUID NOT NULL,
  place VARCHAR,
  released_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_reservations PRIMARY KEY (id),
  CONSTRAINT fk_reservations_person FOREIGN KEY(person_id, person_no) REFERENCES persons (id, no),
  CONSTRAINT fk_reservations_room FOREIGN KEY(room_id, room_no) REFERENCES rooms (id, no),
  CONSTRAINT ck_reservations_one CHECK ((person_id IS NULL) <> (room_id IS NULL)),
  CONSTRAINT ck_reservations_person_no CHECK ((person_id IS NULL) = (person_no IS NULL)),
  CONSTRAINT ck_reservations_room_no CHECK ((room_id IS NULL) = (room_no IS NULL)),
  CONSTRAINT ck_reservations_period CHECK (ends_at > starts_at AND ends_at <= starts_at + interval '24 hours'),
  CONSTRAINT ck_reservations_kind CHECK (kind IN ('appointment', 'recording', 'meeting', 'session', 'blocked')),
  CONSTRAINT ck_reservations_place CHECK (place IN ('remote', 'phone')),
  CONSTRAINT ex_reservations_person EXCLUDE USING gist (int8range(person_no, person_no, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE (person_no IS NOT NULL AND released_at IS NULL),
  CONSTRAINT ex_reservations_room EXCLUDE USING gist (int8range(room_no, room_no, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE (room_no IS NOT NULL AND released_at IS NULL)
);

CREATE INDEX ix_reservations_subject ON reservations (subject_type, subject_id);

CREATE INDEX ix_reservations_person ON reservations (person_id, starts_at);

CREATE INDEX ix_reservations_room ON reservations (room_id, starts_at);

-- When somebody is there on a seat, one version after the other.
CREATE TABLE working_hours (
  seat_id UUID NOT NULL,
  person_id UUID NOT NULL,
  seat_no INTEGER NOT NULL,
  person_no INTEGER NOT NULL,
  hours JSONB NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_working_hours PRIMARY KEY (id),
  CONSTRAINT fk_working_hours_seat FOREIGN KEY(seat_id, seat_no) REFERENCES seats (id, no),
  CONSTRAINT fk_working_hours_person FOREIGN KEY(person_id, person_no) REFERENCES persons (id, no),
  CONSTRAINT ck_working_hours_period CHECK (valid_to IS NULL OR valid_to >= valid_from - 1),
  CONSTRAINT ex_working_hours_one_at_a_time EXCLUDE USING gist (int8range(seat_no, seat_no, '[]') WITH &&, int8range(person_no, person_no, '[]') WITH &&, daterange(valid_from, valid_to + 1, '[)') WITH &&)
);

CREATE INDEX ix_working_hours_seat_id ON working_hours (seat_id);

CREATE INDEX ix_working_hours_person_id ON working_hours (person_id);

CREATE TABLE blocked_times (
  person_id UUID NOT NULL,
  starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  released_at TIMESTAMP WITH TIME ZONE,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_blocked_times PRIMARY KEY (id),
  CONSTRAINT fk_blocked_times_person_id FOREIGN KEY(person_id) REFERENCES persons (id),
  CONSTRAINT ck_blocked_times_period CHECK (ends_at > starts_at)
);

CREATE INDEX ix_blocked_times_person_id ON blocked_times (person_id);

-- A reception that comes again (C-19, C-30); its days are worked out when read.
CREATE TABLE reception_series (
  seat_id UUID NOT NULL,
  seat_no INTEGER NOT NULL,
  kind VARCHAR(40) NOT NULL,
  kind_no INTEGER NOT NULL,
  rule VARCHAR NOT NULL,
  starts TIME WITHOUT TIME ZONE NOT NULL,
  minutes INTEGER NOT NULL,
  slots INTEGER NOT NULL,
  first_on DATE NOT NULL,
  room_id UUID,
  last_on DATE,
  beside BOOLEAN NOT NULL,
  continues_id UUID,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_reception_series PRIMARY KEY (id),
  CONSTRAINT fk_reception_series_seat FOREIGN KEY(seat_id, seat_no) REFERENCES seats (id, no),
  CONSTRAINT fk_reception_series_room_id FOREIGN KEY(room_id) REFERENCES rooms (id),
  CONSTRAINT fk_reception_series_continues_id FOREIGN KEY(continues_id) REFERENCES reception_series (id),
  CONSTRAINT ck_reception_series_serieskind CHECK (kind IN ('kela_reception', 'employment_reception', 'consultation_hour', 'kuumalinja_session', 'other')),
  CONSTRAINT ck_reception_series_kind_no CHECK (kind_no = array_position(ARRAY['kela_reception', 'employment_reception', 'consultation_hour', 'kuumalinja_session', 'other']::varchar[], kind)),
  CONSTRAINT ck_reception_series_slots CHECK (minutes BETWEEN 5 AND 480 AND slots BETWEEN 1 AND 50),
  CONSTRAINT ck_reception_series_length CHECK (minutes * slots <= 960),
  CONSTRAINT ck_reception_series_period CHECK (last_on IS NULL OR last_on >= first_on - 1),
  CONSTRAINT ex_reception_series_one_of_a_kind EXCLUDE USING gist (int8range(seat_no, seat_no, '[]') WITH &&, int4range(kind_no, kind_no, '[]') WITH &&, daterange(first_on, last_on + 1, '[)') WITH &&) WHERE (NOT beside)
);

CREATE INDEX ix_reception_series_seat_id ON reception_series (seat_id);

-- A secret address by which a calendar program reads somebody's own time.
CREATE TABLE calendar_feeds (
  person_id UUID NOT NULL,
  token_hash BYTEA NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_calendar_feeds PRIMARY KEY (id),
  CONSTRAINT fk_calendar_feeds_person_id FOREIGN KEY(person_id) REFERENCES persons (id),
  CONSTRAINT uq_calendar_feeds_token_hash UNIQUE (token_hash)
);

CREATE INDEX ix_calendar_feeds_person_id ON calendar_feeds (person_id);

CREATE UNIQUE INDEX uq_calendar_feeds_one ON calendar_feeds (person_id) WHERE ended_at IS NULL;
