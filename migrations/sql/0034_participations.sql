CREATE TABLE service_groups (
  area_id UUID NOT NULL,
  team_id UUID NOT NULL,
  name VARCHAR NOT NULL,
  site VARCHAR NOT NULL,
  instructor VARCHAR NOT NULL,
  provider_id UUID NOT NULL,
  starts_on DATE NOT NULL,
  ends_on DATE NOT NULL,
  max_members INTEGER NOT NULL,
  author_id UUID,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_service_groups PRIMARY KEY (id),
  CONSTRAINT ck_service_groups_period CHECK (ends_on >= starts_on AND ends_on <= starts_on + 1830),
  CONSTRAINT ck_service_groups_max_members CHECK (max_members BETWEEN 1 AND 100),
  CONSTRAINT fk_service_groups_area_id FOREIGN KEY(area_id) REFERENCES organisations (id),
  CONSTRAINT fk_service_groups_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_service_groups_provider_id FOREIGN KEY(provider_id) REFERENCES organisations (id),
  CONSTRAINT fk_service_groups_author_id FOREIGN KEY(author_id) REFERENCES persons (id)
);

CREATE INDEX ix_service_groups_area ON service_groups (area_id, starts_on, id);

CREATE TABLE service_participations (
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  team_id UUID NOT NULL,
  kind VARCHAR NOT NULL,
  organiser_id UUID NOT NULL,
  payer_id UUID NOT NULL,
  provider_id UUID NOT NULL,
  contact_name VARCHAR,
  starts_on DATE NOT NULL,
  ends_on DATE NOT NULL,
  goal_id UUID,
  step_id UUID,
  group_id UUID,
  mode VARCHAR(40),
  employer VARCHAR,
  place VARCHAR,
  weekly_hours INTEGER,
  observe VARCHAR,
  author_id UUID,
  state VARCHAR(40) NOT NULL,
  started_on DATE,
  despite_unclear VARCHAR,
  paused_on DATE,
  paused_until DATE,
  pause_reason VARCHAR,
  ended_on DATE,
  ended_at TIMESTAMP WITH TIME ZONE,
  ended_by_id UUID,
  end_reason VARCHAR,
  end_words VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_service_participations PRIMARY KEY (id),
  CONSTRAINT ck_service_participations_period CHECK (ends_on >= starts_on AND ends_on <= starts_on + 1830),
  CONSTRAINT ck_service_participations_work_trial CHECK ((kind = 'work_trial') = (employer IS NOT NULL)),
  CONSTRAINT ck_service_participations_observe CHECK (observe IS NULL OR kind = 'work_trial'),
  CONSTRAINT ck_service_participations_grouped CHECK ((group_id IS NULL) = (mode IS NULL)),
  CONSTRAINT ck_service_participations_group_kind CHECK (group_id IS NULL OR kind = 'group_employment'),
  CONSTRAINT ck_service_participations_weekly_hours CHECK (weekly_hours IS NULL OR weekly_hours BETWEEN 1 AND 40),
  CONSTRAINT ck_service_participations_started CHECK (state NOT IN ('active', 'on_hold') OR started_on IS NOT NULL),
  CONSTRAINT ck_service_participations_holds_end CHECK (num_nulls(paused_on, paused_until, pause_reason) IN (0, 3) AND paused_until BETWEEN paused_on AND paused_on + 366 AND (state <> 'on_hold' OR paused_until IS NOT NULL)),
  CONSTRAINT ck_service_participations_ended CHECK ((state = 'ended') = (ended_on IS NOT NULL) AND (ended_on IS NULL) = (end_reason IS NULL)),
  CONSTRAINT fk_service_participations_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_service_participations_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_service_participations_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_service_participations_organiser_id FOREIGN KEY(organiser_id) REFERENCES organisations (id),
  CONSTRAINT fk_service_participations_payer_id FOREIGN KEY(payer_id) REFERENCES organisations (id),
  CONSTRAINT fk_service_participations_provider_id FOREIGN KEY(provider_id) REFERENCES organisations (id),
  CONSTRAINT fk_service_participations_goal_id FOREIGN KEY(goal_id) REFERENCES goals (id),
  CONSTRAINT fk_service_participations_step_id FOREIGN KEY(step_id) REFERENCES pathway_steps (id),
  CONSTRAINT fk_service_participations_group_id FOREIGN KEY(group_id) REFERENCES service_groups (id),
  CONSTRAINT ck_service_participations_mode CHECK (mode IN ('employed', 'trainee')),
  CONSTRAINT fk_service_participations_author_id FOREIGN KEY(author_id) REFERENCES persons (id),
  CONSTRAINT ck_service_participations_participationstate CHECK (state IN ('planned', 'active', 'on_hold', 'ended')),
  CONSTRAINT fk_service_participations_ended_by_id FOREIGN KEY(ended_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_service_participations_client_id ON service_participations (client_id);

CREATE INDEX ix_service_participations_group_id ON service_participations (group_id);

CREATE INDEX ix_service_participations_pathway_id ON service_participations (pathway_id);

CREATE INDEX ix_service_participations_team ON service_participations (team_id, starts_on, id);

CREATE TABLE timeliness_checks (
  participation_id UUID NOT NULL,
  client_id UUID NOT NULL,
  finding VARCHAR(40) NOT NULL,
  grounds VARCHAR[] NOT NULL,
  words VARCHAR,
  checked_on DATE NOT NULL,
  author_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_timeliness_checks PRIMARY KEY (id),
  CONSTRAINT ck_timeliness_checks_grounds CHECK (cardinality(grounds) BETWEEN 1 AND 10),
  CONSTRAINT fk_timeliness_checks_participation_id FOREIGN KEY(participation_id) REFERENCES service_participations (id),
  CONSTRAINT fk_timeliness_checks_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT ck_timeliness_checks_timeliness CHECK (finding IN ('timely', 'not_timely', 'unclear')),
  CONSTRAINT fk_timeliness_checks_author_id FOREIGN KEY(author_id) REFERENCES persons (id)
);

CREATE INDEX ix_timeliness_checks_client_id ON timeliness_checks (client_id);

CREATE INDEX ix_timeliness_checks_participation ON timeliness_checks (participation_id, checked_on, id);

CREATE TABLE quality_reviews (
  participation_id UUID NOT NULL,
  client_id UUID NOT NULL,
  side VARCHAR(40) NOT NULL,
  criteria_version VARCHAR NOT NULL,
  answers JSONB NOT NULL,
  reviewed_on DATE NOT NULL,
  author_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_quality_reviews PRIMARY KEY (id),
  CONSTRAINT ck_quality_reviews_answers CHECK (jsonb_typeof(answers) = 'array' AND jsonb_array_length(answers) > 0),
  CONSTRAINT fk_quality_reviews_participation_id FOREIGN KEY(participation_id) REFERENCES service_participations (id),
  CONSTRAINT fk_quality_reviews_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT ck_quality_reviews_reviewside CHECK (side IN ('organiser', 'payer', 'provider')),
  CONSTRAINT fk_quality_reviews_author_id FOREIGN KEY(author_id) REFERENCES persons (id)
);

CREATE INDEX ix_quality_reviews_client_id ON quality_reviews (client_id);

CREATE INDEX ix_quality_reviews_participation ON quality_reviews (participation_id, reviewed_on, id);

CREATE TABLE after_contacts (
  pathway_id UUID NOT NULL,
  client_id UUID NOT NULL,
  team_id UUID NOT NULL,
  participation_id UUID,
  months INTEGER NOT NULL,
  author_id UUID,
  state VARCHAR(40) NOT NULL,
  result VARCHAR,
  reason VARCHAR,
  words VARCHAR,
  ended_on DATE,
  ended_at TIMESTAMP WITH TIME ZONE,
  ended_by_id UUID,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_after_contacts PRIMARY KEY (id),
  CONSTRAINT ck_after_contacts_months CHECK (months BETWEEN 1 AND 36),
  CONSTRAINT ck_after_contacts_ended CHECK ((state = 'planned') = (ended_on IS NULL)),
  CONSTRAINT ck_after_contacts_result CHECK ((state = 'done') = (result IS NOT NULL)),
  CONSTRAINT ck_after_contacts_reason CHECK ((state IN ('missed', 'cancelled')) = (reason IS NOT NULL)),
  CONSTRAINT fk_after_contacts_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_after_contacts_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_after_contacts_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_after_contacts_participation_id FOREIGN KEY(participation_id) REFERENCES service_participations (id),
  CONSTRAINT fk_after_contacts_author_id FOREIGN KEY(author_id) REFERENCES persons (id),
  CONSTRAINT ck_after_contacts_aftercontactstate CHECK (state IN ('planned', 'done', 'missed', 'cancelled')),
  CONSTRAINT fk_after_contacts_ended_by_id FOREIGN KEY(ended_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_after_contacts_client_id ON after_contacts (client_id);

CREATE INDEX ix_after_contacts_participation_id ON after_contacts (participation_id);

CREATE INDEX ix_after_contacts_pathway_id ON after_contacts (pathway_id);

CREATE INDEX ix_after_contacts_team ON after_contacts (team_id, id) WHERE state = 'planned';

CREATE UNIQUE INDEX uq_service_participations_member ON service_participations (group_id, client_id) WHERE group_id IS NOT NULL AND state <> 'ended';

-- Members of a group whom the reader may not see are counted, and nothing else is told of them.
CREATE POLICY definer_members ON service_groups TO heinola_definer USING (true);

GRANT SELECT, UPDATE (max_members) ON service_groups TO heinola_definer;

CREATE POLICY definer_members ON service_participations FOR SELECT TO heinola_definer USING (true);

GRANT SELECT (id, group_id, mode, state) ON service_participations TO heinola_definer;

CREATE POLICY definer_owner ON after_contacts FOR SELECT TO heinola_definer USING (true);

GRANT SELECT (id, state) ON after_contacts TO heinola_definer;

SET LOCAL ROLE heinola_definer;

CREATE FUNCTION service_group_counts(p_groups uuid[]) RETURNS TABLE (group_id uuid, employed bigint, trainees bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.group_id, count(*) FILTER (WHERE p.mode = 'employed'), count(*) FILTER (WHERE p.mode = 'trainee')
    FROM service_participations p JOIN service_groups g ON g.id = p.group_id
   WHERE p.group_id = ANY (p_groups) AND p.state <> 'ended' AND g.area_id = ANY (ctx_workplaces())
   GROUP BY p.group_id
$$;

-- The group's row is locked first: two who come at once do not take the same place.
CREATE FUNCTION refuse_over_members() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE most integer; there integer; of_group uuid;
BEGIN
  IF TG_TABLE_NAME = 'service_groups' THEN
    of_group := NEW.id;
    most := NEW.max_members;
  ELSE
    of_group := NEW.group_id;
    SELECT max_members INTO most FROM service_groups WHERE id = of_group FOR NO KEY UPDATE;
  END IF;
  SELECT count(*) INTO there FROM service_participations WHERE group_id = of_group AND state <> 'ended';
  IF there > most THEN
    RAISE EXCEPTION 'the group is full' USING ERRCODE = 'check_violation', CONSTRAINT = 'group_capacity';
  END IF;
  RETURN NULL;
END $$;

-- Nobody drops out: what is planned is somebody's open work, also once the path is closed.
CREATE FUNCTION refuse_after_contact_of_nobody() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE subject uuid;
BEGIN
  IF TG_TABLE_NAME = 'work_items' THEN subject := NEW.subject_id; ELSE subject := NEW.id; END IF;
  IF EXISTS (SELECT FROM after_contacts a WHERE a.id = subject AND a.state = 'planned')
     AND NOT EXISTS (SELECT FROM work_items w
                      WHERE w.subject_id = subject AND w.kind = 'after_contact' AND w.closed_at IS NULL) THEN
    RAISE EXCEPTION 'an after-contact is nobody''s work'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'after_contact_owner';
  END IF;
  RETURN NULL;
END $$;

REVOKE ALL ON FUNCTION service_group_counts, refuse_over_members, refuse_after_contact_of_nobody FROM PUBLIC;

GRANT EXECUTE ON FUNCTION service_group_counts TO heinola_app;

GRANT EXECUTE ON FUNCTION refuse_over_members, refuse_after_contact_of_nobody TO heinola_owner;

SET LOCAL ROLE heinola_owner;

CREATE TRIGGER members AFTER INSERT OR UPDATE OF state, group_id ON service_participations
  FOR EACH ROW WHEN (NEW.group_id IS NOT NULL AND NEW.state <> 'ended') EXECUTE FUNCTION refuse_over_members();

CREATE TRIGGER members AFTER UPDATE OF max_members ON service_groups
  FOR EACH ROW EXECUTE FUNCTION refuse_over_members();

CREATE CONSTRAINT TRIGGER owned AFTER INSERT OR UPDATE OF state ON after_contacts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'planned')
  EXECUTE FUNCTION refuse_after_contact_of_nobody();

CREATE CONSTRAINT TRIGGER after_contact_owned AFTER UPDATE OF closed_at ON work_items
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'after_contact' AND NEW.closed_at IS NOT NULL)
  EXECUTE FUNCTION refuse_after_contact_of_nobody();
