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
  CONSTRAINT ex_reservations_person EXCLUDE USING gist (int8range(person_no, person_no, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE (person_no IS NOT NULL AND released_at IS NULL),
  CONSTRAINT ex_reservations_room EXCLUDE USING gist (int8range(room_no, room_no, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE (room_no IS NOT NULL AND released_at IS NULL)
);

CREATE INDEX ix_reservations_subject ON reservations (subject_type, subject_id);

CREATE INDEX ix_reservations_person ON reservations (person_id, starts_at);

CREATE INDEX ix_reservations_room ON reservations (room_id, starts_at);
