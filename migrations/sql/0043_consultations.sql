CREATE TABLE consultations (
  client_id UUID NOT NULL,
  pathway_id UUID NOT NULL,
  team_id UUID NOT NULL,
  asked_by_id UUID NOT NULL,
  asked_by_role VARCHAR NOT NULL,
  seat_id UUID NOT NULL,
  seat_team_id UUID NOT NULL,
  seat_role VARCHAR NOT NULL,
  organisation_id UUID NOT NULL,
  register VARCHAR NOT NULL,
  theme VARCHAR NOT NULL,
  urgency VARCHAR NOT NULL,
  data_classes VARCHAR[] NOT NULL,
  gated BOOLEAN NOT NULL,
  agreed_on DATE NOT NULL,
  agreed_how VARCHAR NOT NULL,
  state VARCHAR(40) NOT NULL,
  disclosure_id UUID,
  asked_at TIMESTAMP WITH TIME ZONE,
  answered_at TIMESTAMP WITH TIME ZONE,
  answered_by_id UUID,
  answered_by_role VARCHAR,
  answer_minutes INTEGER,
  decline_reason VARCHAR,
  suggested_seat_id UUID,
  ended_at TIMESTAMP WITH TIME ZONE,
  ended_by_id UUID,
  withdraw_reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_consultations PRIMARY KEY (id),
  CONSTRAINT ck_consultations_register CHECK (register IN ('operational', 'health', 'social')),
  CONSTRAINT ck_consultations_urgency CHECK (urgency IN ('routine', 'urgent')),
  CONSTRAINT ck_consultations_data_classes CHECK (cardinality(data_classes) BETWEEN 1 AND 9),
  CONSTRAINT ck_consultations_told CHECK ((state = 'awaiting_permission') = (asked_at IS NULL) OR state = 'withdrawn'),
  CONSTRAINT ck_consultations_disclosed CHECK (NOT gated OR asked_at IS NULL OR disclosure_id IS NOT NULL),
  CONSTRAINT ck_consultations_answered CHECK (num_nulls(answered_at, answered_by_id, answered_by_role) IN (0, 3) AND (state <> 'answered' OR answered_at IS NOT NULL)),
  CONSTRAINT ck_consultations_declined CHECK (state <> 'declined' OR decline_reason IS NOT NULL),
  CONSTRAINT ck_consultations_one_ending CHECK (answered_at IS NULL OR decline_reason IS NULL),
  CONSTRAINT ck_consultations_suggested CHECK (suggested_seat_id IS NULL OR decline_reason IS NOT NULL),
  CONSTRAINT ck_consultations_withdrawn CHECK ((state = 'withdrawn') = (withdraw_reason IS NOT NULL)),
  CONSTRAINT ck_consultations_ended CHECK ((state IN ('closed', 'withdrawn')) = (ended_at IS NOT NULL)),
  CONSTRAINT ck_consultations_answer_minutes CHECK (answer_minutes IS NULL OR answer_minutes BETWEEN 1 AND 1440),
  CONSTRAINT ck_consultations_consultationstate CHECK (state IN ('awaiting_permission', 'asked', 'answered', 'declined', 'permission_ended', 'closed', 'withdrawn')),
  CONSTRAINT fk_consultations_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_consultations_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_consultations_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_consultations_asked_by_id FOREIGN KEY(asked_by_id) REFERENCES persons (id),
  CONSTRAINT fk_consultations_seat_id FOREIGN KEY(seat_id) REFERENCES seats (id),
  CONSTRAINT fk_consultations_seat_team_id FOREIGN KEY(seat_team_id) REFERENCES teams (id),
  CONSTRAINT fk_consultations_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_consultations_disclosure_id FOREIGN KEY(disclosure_id) REFERENCES disclosures (id),
  CONSTRAINT fk_consultations_answered_by_id FOREIGN KEY(answered_by_id) REFERENCES persons (id),
  CONSTRAINT fk_consultations_suggested_seat_id FOREIGN KEY(suggested_seat_id) REFERENCES seats (id),
  CONSTRAINT fk_consultations_ended_by_id FOREIGN KEY(ended_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_consultations_client_id ON consultations (client_id);

CREATE INDEX ix_consultations_pathway_id ON consultations (pathway_id);

CREATE INDEX ix_consultations_seat ON consultations (seat_id, created_at, id);

CREATE INDEX ix_consultations_team ON consultations (team_id, created_at, id);

CREATE TABLE consultation_texts (
  consultation_id UUID NOT NULL,
  client_id UUID NOT NULL,
  kind VARCHAR(40) NOT NULL,
  register VARCHAR NOT NULL,
  body VARCHAR NOT NULL,
  author_id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_consultation_texts PRIMARY KEY (id),
  CONSTRAINT ck_consultation_texts_register CHECK (register IN ('operational', 'health', 'social', 'employment')),
  CONSTRAINT ck_consultation_texts_textkind CHECK (kind IN ('question', 'answer', 'asker_message', 'consulted_message')),
  CONSTRAINT fk_consultation_texts_consultation_id FOREIGN KEY(consultation_id) REFERENCES consultations (id),
  CONSTRAINT fk_consultation_texts_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_consultation_texts_author_id FOREIGN KEY(author_id) REFERENCES persons (id)
);

CREATE INDEX ix_consultation_texts_client_id ON consultation_texts (client_id);

CREATE INDEX ix_consultation_texts_consultation ON consultation_texts (consultation_id, created_at, id);

-- One question and one answer; what comes after them is the thread.
CREATE UNIQUE INDEX uq_consultation_texts_first ON consultation_texts (consultation_id, kind)
  WHERE kind IN ('question', 'answer');

CREATE TABLE pair_work (
  team_id UUID NOT NULL,
  person_id UUID NOT NULL,
  kind VARCHAR NOT NULL,
  counterpart_role VARCHAR NOT NULL,
  counterpart_organisation_id UUID NOT NULL,
  done_on DATE NOT NULL,
  minutes INTEGER NOT NULL,
  client_id UUID,
  pathway_id UUID,
  meeting_id UUID,
  disclosure_id UUID,
  state VARCHAR(40) NOT NULL,
  error_reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_pair_work PRIMARY KEY (id),
  CONSTRAINT ck_pair_work_minutes CHECK (minutes BETWEEN 1 AND 1440),
  CONSTRAINT ck_pair_work_of_path CHECK ((client_id IS NULL) = (pathway_id IS NULL)),
  CONSTRAINT ck_pair_work_of_meeting CHECK (meeting_id IS NULL OR pathway_id IS NOT NULL),
  CONSTRAINT ck_pair_work_in_error CHECK ((state = 'entered_in_error') = (error_reason IS NOT NULL)),
  CONSTRAINT ck_pair_work_pairworkstate CHECK (state IN ('recorded', 'entered_in_error')),
  CONSTRAINT fk_pair_work_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_pair_work_person_id FOREIGN KEY(person_id) REFERENCES persons (id),
  CONSTRAINT fk_pair_work_counterpart_organisation_id FOREIGN KEY(counterpart_organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_pair_work_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_pair_work_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_pair_work_meeting_id FOREIGN KEY(meeting_id) REFERENCES meetings (id),
  CONSTRAINT fk_pair_work_disclosure_id FOREIGN KEY(disclosure_id) REFERENCES disclosures (id)
);

CREATE INDEX ix_pair_work_client_id ON pair_work (client_id);

CREATE INDEX ix_pair_work_team ON pair_work (team_id, done_on, id);

-- What the functions below look at.
CREATE POLICY definer ON consultations FOR SELECT TO heinola_definer USING (true);

GRANT SELECT ON consultations TO heinola_definer;

CREATE POLICY definer ON pair_work FOR SELECT TO heinola_definer USING (true);

GRANT SELECT ON pair_work TO heinola_definer;

CREATE POLICY definer_met ON meetings FOR SELECT TO heinola_definer USING (true);

GRANT SELECT (id, pathway_id, client_id, state, starts_at, convener_id) ON meetings TO heinola_definer;

CREATE POLICY definer_met ON pathways FOR SELECT TO heinola_definer USING (true);

GRANT SELECT (id, team_id) ON pathways TO heinola_definer;

SET LOCAL ROLE heinola_definer;

-- Whether the client says no to this recipient about these classes, as the rule of consents does: a prohibition, or a
-- refusal that no later permission for the purpose lifts.
CREATE FUNCTION consent_forbids(p_client uuid, p_recipient uuid, p_classes text[], p_purpose text, p_at timestamptz)
RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  WITH standing AS (
    SELECT c.kind, c.recipient_ids, c.data_classes::text[] AS data_classes, c.purposes::text[] AS purposes,
           LEAST(c.valid_from, c.created_at) AS said_at
      FROM consents c
     WHERE c.client_id = p_client AND c.state <> 'entered_in_error' AND c.valid_from <= p_at
       AND (c.valid_until IS NULL OR c.valid_until > p_at) AND (c.withdrawn_at IS NULL OR c.withdrawn_at > p_at)
       AND (c.replaced_at IS NULL OR c.replaced_at > p_at)
  ), nos AS (
    SELECT kind, said_at FROM standing
     WHERE kind IN ('prohibition', 'refusal') AND (recipient_ids = '{}' OR p_recipient = ANY (recipient_ids))
       AND data_classes && (p_classes || 'participation'::text)
  )
  SELECT EXISTS (SELECT FROM nos WHERE kind = 'prohibition')
      OR EXISTS (SELECT FROM nos WHERE kind = 'refusal')
     AND NOT EXISTS (SELECT FROM standing s
                      WHERE s.kind = 'permission' AND p_recipient = ANY (s.recipient_ids)
                        AND p_purpose = ANY (s.purposes)
                        AND s.said_at > (SELECT max(said_at) FROM nos WHERE kind = 'refusal'))
$$;

-- Consultations of the seats that the caller holds or deputises on today: in the organisation that was asked; across a
-- register or an organisation only while the client permits it, and else in a register of the caller's and, in another
-- team, while the client does not say no. What was closed is seen for 30 days more by whoever sat there when it was
-- asked or who answered. A policy cannot ask its own table.
CREATE FUNCTION ctx_consulted() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT COALESCE(array_agg(c.id), '{}') FROM holders h JOIN consultations c ON c.seat_id = h.seat_id
   WHERE h.person_id = ctx_person()
     AND h.valid_from <= (ctx_at() AT TIME ZONE 'Europe/Helsinki')::date
     AND (h.valid_to IS NULL OR h.valid_to >= (ctx_at() AT TIME ZONE 'Europe/Helsinki')::date)
     AND c.organisation_id = ANY (ctx_workplaces())
     AND c.state NOT IN ('awaiting_permission', 'permission_ended', 'withdrawn')
     AND CASE WHEN c.gated THEN consent_permits(c.client_id, c.organisation_id, c.data_classes::text[],
                                                'service_coordination', ctx_at())
              ELSE (c.register = 'operational' OR c.register = ANY (ctx_registers()) OR c.answered_by_id = ctx_person())
                   AND (c.seat_team_id = c.team_id
                        OR NOT consent_forbids(c.client_id, c.organisation_id, c.data_classes::text[],
                                               'service_coordination', ctx_at())) END
     AND (c.state <> 'closed'
          OR c.ended_at > ctx_at() - interval '30 days'
             AND (c.answered_by_id = ctx_person()
                  OR h.valid_from <= (c.asked_at AT TIME ZONE 'Europe/Helsinki')::date))
$$;

-- Those of them that were asked on the client's permission: it covers the register of the question.
CREATE FUNCTION ctx_consulted_on_permission() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT COALESCE(array_agg(c.id), '{}') FROM consultations c WHERE c.gated AND c.id = ANY (ctx_consulted())
$$;

-- Consultations, pair work and meetings of a team by month and counterpart, with how many people are behind a number.
-- Nothing unless the caller leads the team's area today. A meeting that pair work names is counted once.
CREATE FUNCTION report_consultations(p_team uuid, p_on date, p_first date, p_last date)
RETURNS TABLE (what text, month text, role text, organisation_id uuid, number bigint, people bigint,
               answered bigint, answered_people bigint, median_days double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH may AS (
    SELECT t.id, t.area_id FROM teams t JOIN memberships m ON m.organisation_id = t.area_id
     WHERE t.id = p_team AND m.person_id = ctx_person() AND m.role IN ('team_lead', 'supervisor', 'admin')
       AND m.valid_from <= p_on AND (m.valid_to IS NULL OR m.valid_to >= p_on)
     LIMIT 1
  ), events AS (
    SELECT 'consultation' AS what, (c.asked_at AT TIME ZONE 'Europe/Helsinki')::date AS on_, c.seat_role AS role,
           c.organisation_id, c.client_id AS who, c.answered_at,
           EXTRACT(epoch FROM c.answered_at - c.asked_at) / 86400 AS days
      FROM consultations c JOIN may ON c.team_id = may.id WHERE c.asked_at IS NOT NULL
    UNION ALL
    SELECT 'pair_work', p.done_on, p.counterpart_role, p.counterpart_organisation_id, COALESCE(p.client_id, p.id),
           NULL, NULL
      FROM pair_work p JOIN may ON p.team_id = may.id WHERE p.state = 'recorded'
    UNION ALL
    SELECT 'meeting', (g.starts_at AT TIME ZONE 'Europe/Helsinki')::date, w.role, x.organisation_id, g.client_id,
           NULL, NULL
      FROM meetings g JOIN pathways y ON y.id = g.pathway_id JOIN may ON y.team_id = may.id
      JOIN meeting_participants x ON x.meeting_id = g.id
      JOIN LATERAL (SELECT m.role FROM memberships m
                     WHERE m.person_id = x.person_id AND m.organisation_id = x.organisation_id
                       AND m.valid_from <= (g.starts_at AT TIME ZONE 'Europe/Helsinki')::date
                       AND (m.valid_to IS NULL OR m.valid_to >= (g.starts_at AT TIME ZONE 'Europe/Helsinki')::date)
                     ORDER BY m.id LIMIT 1) w ON true
     WHERE g.state = 'held' AND x.closed_at IS NULL AND x.awaiting_since IS NULL AND x.person_id <> g.convener_id
       AND NOT EXISTS (SELECT FROM pair_work p WHERE p.meeting_id = g.id AND p.state = 'recorded'
                          AND p.counterpart_organisation_id = x.organisation_id AND p.counterpart_role = w.role)
  )
  SELECT e.what, to_char(e.on_, 'YYYY-MM'), e.role, e.organisation_id, count(*), count(DISTINCT e.who),
         count(e.answered_at), count(DISTINCT e.who) FILTER (WHERE e.answered_at IS NOT NULL),
         percentile_cont(0.5) WITHIN GROUP (ORDER BY e.days)
    FROM events e WHERE e.on_ BETWEEN p_first AND p_last
   GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
$$;

-- What must not be lost when a path closes, whoever closes it and whatever they read: a sign of danger nobody has seen to,
-- an answer nobody has read, a meeting that has begun and is neither held nor called off. Kinds, and no more.
CREATE FUNCTION path_waits(p_path uuid) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT array_remove(ARRAY[
    CASE WHEN EXISTS (SELECT FROM consultations c WHERE c.pathway_id = p.id AND c.state = 'answered')
         THEN 'consultation' END,
    CASE WHEN EXISTS (SELECT FROM instrument_responses r WHERE r.pathway_id = p.id AND r.safety
                         AND r.state = 'completed' AND r.safety_handled_at IS NULL) THEN 'instrument_response' END,
    CASE WHEN EXISTS (SELECT FROM meetings m WHERE m.pathway_id = p.id AND m.state = 'planned'
                         AND m.starts_at <= ctx_at()) THEN 'meeting' END], NULL)
    FROM pathways p WHERE p.id = p_path AND p.team_id = ANY ((SELECT ctx_teams())::uuid[])
$$;

-- A question stays with the seat: whoever leaves it need not hand over what its next holder sees by itself, and what their
-- lead, who may not see the client, could not.
CREATE OR REPLACE FUNCTION refuse_end_with_open_work() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE of_team uuid;
BEGIN
  SELECT team_id INTO of_team FROM seats WHERE id = NEW.seat_id FOR NO KEY UPDATE;
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.person_id::text, 0));
  IF EXISTS (SELECT FROM work_items
              WHERE seat_id = NEW.seat_id AND holder_id = NEW.person_id AND closed_at IS NULL)
     OR EXISTS (SELECT FROM work_items
                 WHERE team_id = of_team AND seat_id IS NULL AND holder_id = NEW.person_id AND closed_at IS NULL
                   AND kind <> 'consultation')
     AND NOT EXISTS (SELECT FROM holders h JOIN seats s ON s.id = h.seat_id
                      WHERE s.team_id = of_team AND h.person_id = NEW.person_id AND h.id <> NEW.id
                        AND NEW.valid_to + 1 BETWEEN h.valid_from AND COALESCE(h.valid_to, 'infinity')) THEN
    RAISE EXCEPTION 'open work stands with the holder'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'handover_first';
  END IF;
  RETURN NEW;
END $$;

REVOKE ALL ON FUNCTION consent_forbids, ctx_consulted, ctx_consulted_on_permission, report_consultations, path_waits
  FROM PUBLIC;

GRANT EXECUTE ON FUNCTION ctx_consulted, ctx_consulted_on_permission, report_consultations, path_waits TO heinola_app;

SET LOCAL ROLE heinola_owner;
