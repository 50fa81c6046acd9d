CREATE TABLE organisations (
  name VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  area_id UUID NOT NULL,
  business_id VARCHAR,
  referral_source VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_organisations PRIMARY KEY (id),
  CONSTRAINT fk_organisations_area_id FOREIGN KEY(area_id) REFERENCES organisations (id)
);

CREATE INDEX ix_organisations_area_id ON organisations (area_id);

CREATE TABLE persons (
  area_id UUID NOT NULL,
  name VARCHAR NOT NULL,
  email VARCHAR,
  phone VARCHAR,
  no INTEGER GENERATED ALWAYS AS IDENTITY,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_persons PRIMARY KEY (id),
  CONSTRAINT uq_persons_id_no UNIQUE (id, no),
  CONSTRAINT fk_persons_area_id FOREIGN KEY(area_id) REFERENCES organisations (id),
  CONSTRAINT uq_persons_no UNIQUE (no)
);

CREATE INDEX ix_persons_area_id ON persons (area_id);

CREATE TABLE teams (
  area_id UUID NOT NULL,
  code VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  template VARCHAR NOT NULL,
  municipalities VARCHAR[] NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_teams PRIMARY KEY (id),
  CONSTRAINT uq_teams_area_id UNIQUE (area_id, code),
  CONSTRAINT fk_teams_area_id FOREIGN KEY(area_id) REFERENCES organisations (id)
);

CREATE INDEX ix_teams_area_id ON teams (area_id);

CREATE TABLE units (
  organisation_id UUID NOT NULL,
  name VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  municipality VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_units PRIMARY KEY (id),
  CONSTRAINT fk_units_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id)
);

CREATE INDEX ix_units_organisation_id ON units (organisation_id);

CREATE TABLE absences (
  person_id UUID NOT NULL,
  first_on DATE NOT NULL,
  last_on DATE NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_absences PRIMARY KEY (id),
  CONSTRAINT ck_absences_period CHECK (last_on >= first_on),
  CONSTRAINT fk_absences_person_id FOREIGN KEY(person_id) REFERENCES persons (id)
);

CREATE INDEX ix_absences_person_id ON absences (person_id);

CREATE TABLE memberships (
  person_id UUID NOT NULL,
  organisation_id UUID NOT NULL,
  unit_id UUID,
  role VARCHAR NOT NULL,
  register VARCHAR NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_memberships PRIMARY KEY (id),
  CONSTRAINT ck_memberships_period CHECK (valid_to IS NULL OR valid_to >= valid_from),
  CONSTRAINT ck_memberships_register CHECK (register IN ('health', 'social', 'employment', 'none')),
  CONSTRAINT fk_memberships_person_id FOREIGN KEY(person_id) REFERENCES persons (id),
  CONSTRAINT fk_memberships_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_memberships_unit_id FOREIGN KEY(unit_id) REFERENCES units (id)
);

CREATE INDEX ix_memberships_organisation_id ON memberships (organisation_id);

CREATE INDEX ix_memberships_person_id ON memberships (person_id);

CREATE TABLE seats (
  team_id UUID NOT NULL,
  role VARCHAR NOT NULL,
  max_open INTEGER,
  visiting_days VARCHAR,
  phone VARCHAR,
  email VARCHAR,
  no INTEGER GENERATED ALWAYS AS IDENTITY,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_seats PRIMARY KEY (id),
  CONSTRAINT uq_seats_team_id UNIQUE (team_id, role),
  CONSTRAINT uq_seats_id_no UNIQUE (id, no),
  CONSTRAINT ck_seats_max_open CHECK (max_open IS NULL OR max_open BETWEEN 0 AND 1000),
  CONSTRAINT fk_seats_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT uq_seats_no UNIQUE (no)
);

CREATE INDEX ix_seats_team_id ON seats (team_id);

CREATE TABLE holders (
  seat_id UUID NOT NULL,
  person_id UUID NOT NULL,
  seat_no INTEGER NOT NULL,
  person_no INTEGER NOT NULL,
  standing VARCHAR(40) NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_holders PRIMARY KEY (id),
  CONSTRAINT fk_holders_seat FOREIGN KEY(seat_id, seat_no) REFERENCES seats (id, no),
  CONSTRAINT fk_holders_person FOREIGN KEY(person_id, person_no) REFERENCES persons (id, no),
  CONSTRAINT ck_holders_period CHECK (valid_to IS NULL OR valid_to >= valid_from),
  CONSTRAINT ex_holders_one_at_a_time EXCLUDE USING gist (int8range(seat_no, seat_no, '[]') WITH &&, int8range(person_no, person_no, '[]') WITH &&, daterange(valid_from, valid_to, '[]') WITH &&),
  CONSTRAINT ck_holders_standing CHECK (standing IN ('holder', 'deputy'))
);

CREATE INDEX ix_holders_person_id ON holders (person_id);

CREATE INDEX ix_holders_seat_id ON holders (seat_id);
