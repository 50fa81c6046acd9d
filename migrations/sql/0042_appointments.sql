-- Visits of a client: one or two professionals, a time, perhaps a room (C-14, C-19, C-54, C-60).
CREATE TABLE appointments (
  client_id UUID NOT NULL,
  pathway_id UUID NOT NULL,
  team_id UUID NOT NULL,
  kind VARCHAR NOT NULL,
  assessment_id UUID,
  step_id UUID,
  person_id UUID NOT NULL,
  second_person_id UUID,
  organisation_id UUID,
  room_id UUID,
  minutes INTEGER NOT NULL,
  minutes_because VARCHAR,
  recording_minutes INTEGER,
  place VARCHAR NOT NULL,
  address VARCHAR,
  interpreter_needed BOOLEAN NOT NULL,
  interpreter_language VARCHAR,
  remind BOOLEAN NOT NULL,
  bookable_until DATE,
  replaces_id UUID,
  disclosure_id UUID,
  starts_at TIMESTAMP WITH TIME ZONE,
  ends_at TIMESTAMP WITH TIME ZONE,
  recording_starts_at TIMESTAMP WITH TIME ZONE,
  booked_at TIMESTAMP WITH TIME ZONE,
  booked_by VARCHAR,
  booked_by_id UUID,
  status VARCHAR(40) NOT NULL,
  moves INTEGER NOT NULL,
  moved_from TIMESTAMP WITH TIME ZONE,
  moved_because VARCHAR,
  ended_at TIMESTAMP WITH TIME ZONE,
  cancelled_by VARCHAR,
  cancel_reason VARCHAR,
  no_show_reason VARCHAR,
  reopened_because VARCHAR,
  contact_id UUID,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_appointments PRIMARY KEY (id),
  CONSTRAINT ck_appointments_minutes CHECK (minutes BETWEEN 5 AND 600),
  CONSTRAINT ck_appointments_health_check CHECK (kind <> 'health_check' OR minutes BETWEEN 90 AND 120 OR minutes_because IS NOT NULL),
  CONSTRAINT ck_appointments_recording CHECK ((kind = 'health_check') = (recording_minutes IS NOT NULL)),
  CONSTRAINT ck_appointments_recording_minutes CHECK (recording_minutes BETWEEN 5 AND 240),
  CONSTRAINT ck_appointments_period CHECK ((starts_at IS NULL) = (ends_at IS NULL) AND ends_at > starts_at),
  CONSTRAINT ck_appointments_timed CHECK (status IN ('proposed', 'cancelled') OR starts_at IS NOT NULL),
  CONSTRAINT ck_appointments_proposed CHECK (status <> 'proposed' OR (starts_at IS NULL AND bookable_until IS NOT NULL)),
  CONSTRAINT ck_appointments_cancel_reason CHECK ((status = 'cancelled') = (cancel_reason IS NOT NULL)),
  CONSTRAINT ck_appointments_cancelled CHECK ((cancel_reason IS NULL) = (cancelled_by IS NULL)),
  CONSTRAINT ck_appointments_cancelled_by CHECK (cancelled_by IN ('client', 'team')),
  CONSTRAINT ck_appointments_booked_by CHECK (booked_by IN ('client', 'team')),
  CONSTRAINT ck_appointments_no_show CHECK ((status = 'noshow') = (no_show_reason IS NOT NULL)),
  CONSTRAINT ck_appointments_partner CHECK ((organisation_id IS NULL) = (disclosure_id IS NULL)),
  CONSTRAINT ck_appointments_two_persons CHECK (person_id <> second_person_id),
  CONSTRAINT ck_appointments_place CHECK (place IN ('premises', 'own_environment', 'remote', 'phone')),
  CONSTRAINT ck_appointments_address CHECK (address IS NULL OR place = 'own_environment'),
  CONSTRAINT ck_appointments_interpreter CHECK (interpreter_needed OR interpreter_language IS NULL),
  CONSTRAINT ck_appointments_appointmentstatus CHECK (status IN ('proposed', 'booked', 'arrived', 'fulfilled', 'cancelled', 'noshow')),
  CONSTRAINT fk_appointments_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_appointments_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_appointments_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_appointments_assessment_id FOREIGN KEY(assessment_id) REFERENCES assessments (id),
  CONSTRAINT fk_appointments_step_id FOREIGN KEY(step_id) REFERENCES pathway_steps (id),
  CONSTRAINT fk_appointments_person_id FOREIGN KEY(person_id) REFERENCES persons (id),
  CONSTRAINT fk_appointments_second_person_id FOREIGN KEY(second_person_id) REFERENCES persons (id),
  CONSTRAINT fk_appointments_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_appointments_room_id FOREIGN KEY(room_id) REFERENCES rooms (id),
  CONSTRAINT fk_appointments_replaces_id FOREIGN KEY(replaces_id) REFERENCES appointments (id),
  CONSTRAINT fk_appointments_disclosure_id FOREIGN KEY(disclosure_id) REFERENCES disclosures (id),
  CONSTRAINT fk_appointments_booked_by_id FOREIGN KEY(booked_by_id) REFERENCES persons (id),
  CONSTRAINT fk_appointments_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id)
);

CREATE INDEX ix_appointments_client ON appointments (client_id, starts_at);

CREATE INDEX ix_appointments_pathway ON appointments (pathway_id, id);

CREATE INDEX ix_appointments_person ON appointments (person_id, starts_at);

CREATE INDEX ix_appointments_team ON appointments (team_id, starts_at);

-- What was sent, or why not; one for each time of an appointment, so that none goes twice.
CREATE TABLE appointment_reminders (
  appointment_id UUID NOT NULL,
  client_id UUID NOT NULL,
  starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  outcome VARCHAR NOT NULL,
  because VARCHAR,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_appointment_reminders PRIMARY KEY (id),
  CONSTRAINT uq_appointment_reminders_appointment_id UNIQUE (appointment_id, starts_at),
  CONSTRAINT ck_appointment_reminders_outcome CHECK (outcome IN ('sending', 'sent', 'failed', 'not_sent')),
  CONSTRAINT ck_appointment_reminders_because CHECK ((outcome = 'not_sent') = (because IS NOT NULL)),
  CONSTRAINT fk_appointment_reminders_appointment_id FOREIGN KEY(appointment_id) REFERENCES appointments (id),
  CONSTRAINT fk_appointment_reminders_client_id FOREIGN KEY(client_id) REFERENCES clients (id)
);

CREATE INDEX ix_appointment_reminders_client_id ON appointment_reminders (client_id);

SET LOCAL ROLE heinola_definer;

-- Whether a partner may be told now that the client takes part.
CREATE FUNCTION ctx_told_here(p_client uuid, p_organisation uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT consent_permits(p_client, p_organisation, ARRAY['participation'], 'network_meeting', ctx_at())
     AND p_organisation = ANY (ctx_organisations())
$$;

-- Sums only, to who reads figures of the area today. What was only offered is not counted.
CREATE FUNCTION report_appointments(p_area uuid, p_on date, p_from date, p_to date)
RETURNS TABLE (kind text, month text, number bigint, fulfilled bigint, no_shows bigint, cancelled_by_client bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.kind::text, to_char(s.of_day, 'YYYY-MM'), count(*), count(*) FILTER (WHERE a.status = 'fulfilled'),
         count(*) FILTER (WHERE a.status = 'noshow'),
         count(*) FILTER (WHERE a.status = 'cancelled' AND a.cancelled_by = 'client')
    FROM appointments a
    JOIN teams t ON t.id = a.team_id
    CROSS JOIN LATERAL (SELECT (a.starts_at AT TIME ZONE 'Europe/Helsinki')::date AS of_day) s
   WHERE t.area_id = p_area AND a.booked_at IS NOT NULL AND s.of_day BETWEEN p_from AND p_to
     AND EXISTS (SELECT FROM memberships m
                  WHERE m.person_id = ctx_person() AND m.organisation_id = p_area
                    AND m.role = ANY (report_reading_roles())
                    AND p_on >= m.valid_from AND (m.valid_to IS NULL OR p_on <= m.valid_to))
   GROUP BY 1, 2
   ORDER BY 1, 2
$$;

REVOKE ALL ON FUNCTION ctx_told_here, report_appointments FROM PUBLIC;

GRANT EXECUTE ON FUNCTION ctx_told_here, report_appointments TO heinola_app;

SET LOCAL ROLE heinola_owner;
