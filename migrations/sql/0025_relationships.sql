-- A care relationship is a period: a team that has it again has another row. `basis` is what it began with: a referral
-- that came, or a client taken on by the team itself.
ALTER TABLE involvements
  ADD COLUMN basis VARCHAR NOT NULL DEFAULT 'referral',
  ADD COLUMN ended_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN ended_because VARCHAR,
  ADD CONSTRAINT ck_involvements_basis CHECK (basis IN ('referral', 'registered')),
  ADD CONSTRAINT ck_involvements_ended CHECK ((ended_at IS NULL) = (ended_because IS NULL)),
  ADD CONSTRAINT ck_involvements_period CHECK (ended_at IS NULL OR ended_at >= opened_at),
  ADD CONSTRAINT ck_involvements_because CHECK (ended_because IN ('redirected', 'not_taken_on', 'quiet'));

-- The owner is under row security as well.
ALTER TABLE involvements NO FORCE ROW LEVEL SECURITY;

ALTER TABLE referrals NO FORCE ROW LEVEL SECURITY;

ALTER TABLE referral_events NO FORCE ROW LEVEL SECURITY;

UPDATE involvements i SET basis = 'registered'
 WHERE NOT EXISTS (SELECT FROM referrals r WHERE r.client_id = i.client_id AND r.team_id = i.team_id)
   AND NOT EXISTS (SELECT FROM referral_events e WHERE e.client_id = i.client_id AND e.from_team_id = i.team_id);

ALTER TABLE involvements FORCE ROW LEVEL SECURITY;

ALTER TABLE referrals FORCE ROW LEVEL SECURITY;

ALTER TABLE referral_events FORCE ROW LEVEL SECURITY;

ALTER TABLE involvements ALTER COLUMN basis DROP DEFAULT;

ALTER TABLE involvements DROP CONSTRAINT uq_involvements_client_id;

CREATE UNIQUE INDEX uq_involvements_current ON involvements (client_id, team_id) WHERE ended_at IS NULL;

CREATE INDEX ix_clients_conflict_person_ids ON clients USING gin (conflict_person_ids);

CREATE FUNCTION ctx_workplaces() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN COALESCE(NULLIF(current_setting('app.workplaces', true), ''), '{}')::uuid[];

CREATE FUNCTION ctx_kept_from() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN COALESCE(NULLIF(current_setting('app.kept_from', true), ''), '{}')::uuid[];

CREATE FUNCTION ctx_at() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
  RETURN COALESCE(NULLIF(current_setting('app.at', true), '')::timestamptz, now());

-- What the functions below look at and change.
CREATE POLICY definer_relationships ON involvements TO heinola_definer USING (true);

GRANT SELECT, UPDATE (ended_at, ended_because) ON involvements TO heinola_definer;

CREATE POLICY definer_relationships ON follow_ups FOR SELECT TO heinola_definer USING (true);

GRANT SELECT (client_id, team_id, state, ended_at) ON follow_ups TO heinola_definer;

CREATE POLICY definer_permits ON consents FOR SELECT TO heinola_definer USING (true);

GRANT SELECT (client_id, kind, recipient_ids, data_classes, purposes, valid_from, valid_until, state, withdrawn_at, created_at)
  ON consents TO heinola_definer;

SET LOCAL ROLE heinola_definer;

-- Whether the client permits it at an instant: app/consents/rules.py and queries.in_force, held to them by a test. For
-- data classes that are not empty.
CREATE FUNCTION consent_permits(p_client uuid, p_recipient uuid, p_classes text[], p_purpose text, p_at timestamptz)
RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  WITH standing AS (
    SELECT c.kind, c.recipient_ids, c.data_classes::text[] AS data_classes, c.purposes::text[] AS purposes,
           LEAST(c.valid_from, c.created_at) AS said_at
      FROM consents c
     WHERE c.client_id = p_client AND c.state <> 'entered_in_error' AND c.valid_from <= p_at
       AND (c.valid_until IS NULL OR c.valid_until > p_at) AND (c.withdrawn_at IS NULL OR c.withdrawn_at > p_at)
  ), nos AS (
    SELECT kind, said_at FROM standing
     WHERE kind IN ('prohibition', 'refusal') AND (recipient_ids = '{}' OR p_recipient = ANY (recipient_ids))
       AND data_classes && (p_classes || 'participation'::text)
  )
  SELECT NOT EXISTS (SELECT FROM nos WHERE kind = 'prohibition')
     AND EXISTS (SELECT FROM standing s
                  WHERE s.kind = 'permission' AND p_recipient = ANY (s.recipient_ids) AND p_purpose = ANY (s.purposes)
                    AND s.data_classes @> p_classes
                    AND s.said_at > COALESCE((SELECT max(said_at) FROM nos WHERE kind = 'refusal'), '-infinity'))
$$;

-- Meetings the caller is invited to: as the area's own, or for a partner while the client permits it to be told.
CREATE FUNCTION ctx_guest_meetings() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT COALESCE(array_agg(p.meeting_id), '{}') FROM meeting_participants p
   WHERE p.person_id = ctx_person() AND p.organisation_id = ANY (ctx_workplaces())
     AND (NOT p.organisation_id = ANY (ctx_organisations())
          OR consent_permits(p.client_id, p.organisation_id, ARRAY['participation'], 'network_meeting', ctx_at()))
$$;

-- Whether one of the caller's teams has the care relationship; it stays until the transaction ends.
CREATE FUNCTION hold_relationship(p_client uuid, p_team uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM involvements i
    WHERE i.client_id = p_client AND i.team_id = p_team AND i.ended_at IS NULL AND p_team = ANY (ctx_teams())
    FOR SHARE;
  RETURN FOUND;
END $$;

-- Ends the care relationship of a team whose part of a referral ended without care; not of one that has, or had, more
-- to do with the client. Locked first, looked at afterwards: work that comes meanwhile is waited for and seen.
CREATE FUNCTION end_relationship(p_client uuid, p_team uuid, p_because text, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE found_ uuid;
BEGIN
  SELECT id INTO found_ FROM involvements i
   WHERE i.client_id = p_client AND i.team_id = p_team AND i.ended_at IS NULL AND i.basis = 'referral' FOR UPDATE;
  IF NOT FOUND
     OR EXISTS (SELECT FROM work_items w
                 WHERE w.client_id = p_client AND w.team_id = p_team
                   AND (w.closed_at IS NULL OR w.kind <> 'referral_triage'))
     OR EXISTS (SELECT FROM pathways p WHERE p.client_id = p_client AND p.team_id = p_team) THEN
    RETURN false;
  END IF;
  UPDATE involvements SET ended_at = GREATEST(p_at, opened_at), ended_because = p_because WHERE id = found_;
  RETURN true;
END $$;

-- Whether nothing of the team's about the client is open, nor has been since an instant. Follow-ups outlive a path.
CREATE FUNCTION relationship_quiet(p_client uuid, p_team uuid, p_before timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT NOT EXISTS (SELECT FROM work_items w WHERE w.client_id = p_client AND w.team_id = p_team
                        AND (w.closed_at IS NULL OR w.closed_at >= p_before))
     AND NOT EXISTS (SELECT FROM pathways p WHERE p.client_id = p_client AND p.team_id = p_team
                        AND p.state <> 'closed')
     AND NOT EXISTS (SELECT FROM follow_ups f WHERE f.client_id = p_client AND f.team_id = p_team
                        AND (f.state = 'planned' OR f.ended_at >= p_before))
$$;

-- Ends care relationships in which nothing has been open since an instant. Says how many ended.
CREATE FUNCTION end_quiet_relationships(p_before timestamptz, p_at timestamptz, p_most integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE one record; ended integer := 0;
BEGIN
  FOR one IN
    SELECT i.id, i.client_id, i.team_id FROM involvements i
     WHERE i.ended_at IS NULL AND i.opened_at < p_before AND relationship_quiet(i.client_id, i.team_id, p_before)
     ORDER BY i.opened_at, i.id LIMIT p_most
  LOOP
    PERFORM FROM involvements WHERE id = one.id AND ended_at IS NULL FOR UPDATE SKIP LOCKED;
    IF FOUND AND relationship_quiet(one.client_id, one.team_id, p_before) THEN
      UPDATE involvements SET ended_at = p_at, ended_because = 'quiet' WHERE id = one.id;
      ended := ended + 1;
    END IF;
  END LOOP;
  RETURN ended;
END $$;

REVOKE ALL ON FUNCTION consent_permits, ctx_guest_meetings, hold_relationship, end_relationship, relationship_quiet,
  end_quiet_relationships FROM PUBLIC;

GRANT EXECUTE ON FUNCTION ctx_guest_meetings, hold_relationship, end_relationship TO heinola_app;

GRANT EXECUTE ON FUNCTION end_quiet_relationships TO heinola_job;

SET LOCAL ROLE heinola_owner;
