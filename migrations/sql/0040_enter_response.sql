SET LOCAL ROLE heinola_definer;

-- Who is to see to a safety sign at once: whoever asked, while they sit in the team in a role of that register and are not
-- away; else who holds such a seat and is not away, the nurse first, never somebody the client is kept from; else the
-- path's responsible worker. An id, no more.
CREATE FUNCTION response_attends(p_response uuid, p_on date) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT COALESCE(
    (SELECT h.person_id
       FROM seats s JOIN holders h ON h.seat_id = s.id
      WHERE s.team_id = r.team_id AND p_on >= h.valid_from AND (h.valid_to IS NULL OR p_on <= h.valid_to)
        AND (r.register = 'operational' OR EXISTS (
              SELECT FROM memberships m WHERE m.person_id = h.person_id AND m.register = r.register
                 AND p_on >= m.valid_from AND (m.valid_to IS NULL OR p_on <= m.valid_to)))
        AND NOT h.person_id = ANY (c.conflict_person_ids)
        AND NOT EXISTS (SELECT FROM absences a WHERE a.person_id = h.person_id AND p_on BETWEEN a.first_on AND a.last_on)
      ORDER BY h.person_id = r.requested_by_id DESC, s.role = 'unemployed_health_nurse' DESC, h.standing = 'holder' DESC,
               h.id
      LIMIT 1),
    (SELECT p.responsible_person_id FROM pathways p WHERE p.id = r.pathway_id))
    FROM instrument_responses r JOIN clients c ON c.id = r.client_id
   WHERE r.id = p_response AND (r.client_id = (SELECT ctx_client()) OR r.id = (SELECT ctx_form())
                                OR r.team_id = ANY ((SELECT ctx_teams())::uuid[]))
$$;

-- As enter_form: validity is decided here, and only an open link sets the context, to that one row.
CREATE FUNCTION enter_response(p_hash bytea, p_at timestamptz, p_on date) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  l response_links%ROWTYPE;
  f instrument_responses%ROWTYPE;
  p pathways%ROWTYPE;
  r representatives%ROWTYPE;
  standing text;
BEGIN
  SELECT * INTO l FROM response_links WHERE token_hash = p_hash;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT * INTO f FROM instrument_responses WHERE id = l.response_id;
  SELECT * INTO p FROM pathways WHERE id = f.pathway_id;
  SELECT * INTO r FROM representatives WHERE id = l.representative_id;
  standing := CASE
    WHEN l.ended_at IS NOT NULL OR f.state IN ('cancelled', 'entered_in_error') THEN 'revoked'
    WHEN f.state = 'completed' THEN 'used'
    WHEN p.state <> 'active' THEN 'revoked'
    WHEN r.id IS NOT NULL AND (r.state <> 'recorded' OR p_on < r.valid_from OR p_on > r.valid_to) THEN 'revoked'
    WHEN l.expires_at <= p_at THEN 'expired'
    ELSE 'open' END;
  IF standing <> 'open' THEN RETURN jsonb_build_object('standing', standing); END IF;
  PERFORM set_config('app.' || name, '', true) FROM unnest(ARRAY['login', 'person', 'client', 'intake_area']) name;
  PERFORM set_config('app.' || name, '{}', true)
     FROM unnest(ARRAY['organisations', 'teams', 'areas', 'registers', 'auditor']) name;
  PERFORM set_config('app.form', f.id::text, true),
          set_config('app.form_client', f.client_id::text, true),
          set_config('app.form_link', l.id::text, true);
  RETURN jsonb_build_object('standing', standing, 'link', l.id, 'response', f.id, 'expires_at', l.expires_at,
                            'representative', r.id, 'representative_name', r.name,
                            'responsible', p.responsible_person_id);
END $$;

-- What became of the prompt for guidance, by instrument: numbers of a quarter, for who reads figures of the area.
CREATE FUNCTION report_guidance(p_area uuid, p_on date, p_from date, p_to date)
RETURNS TABLE (instrument text, guidance text, number bigint, people bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT r.instrument::text, r.guidance::text, count(*), count(DISTINCT r.client_id)
    FROM instrument_responses r JOIN clients c ON c.id = r.client_id
   WHERE c.area_id = p_area AND r.state = 'completed' AND r.guidance <> 'not_asked'
     AND (r.completed_at AT TIME ZONE 'Europe/Helsinki')::date BETWEEN p_from AND p_to
     AND EXISTS (SELECT FROM memberships m
                  WHERE m.person_id = ctx_person() AND m.organisation_id = p_area
                    AND m.role = ANY (report_reading_roles())
                    AND p_on >= m.valid_from AND (m.valid_to IS NULL OR p_on <= m.valid_to))
   GROUP BY 1, 2 ORDER BY 1, 2
$$;

REVOKE ALL ON FUNCTION response_attends, enter_response, report_guidance FROM PUBLIC;

GRANT EXECUTE ON FUNCTION response_attends, enter_response, report_guidance TO heinola_app;

SET LOCAL ROLE heinola_owner;
