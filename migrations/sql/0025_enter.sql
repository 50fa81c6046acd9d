SET LOCAL ROLE heinola_definer;

DROP FUNCTION ctx_invited;

DROP FUNCTION enter_request;

-- Who comes with this token, and what the rows of this transaction may show them. One call per request.
-- Teams: where one holds a seat today (or leads), and works in the team's own area in a role that reads clients; a
-- partner's seat shows no rows, and neither does a membership that gives no access of its own.
-- Organisations: the partners in whose name one sends; the area itself is not one, its people see by relationship.
-- Workplaces: every organisation one works in today. Kept from: clients whose record says that this person must not see
-- them. `p_at` is the instant the request is of, where a policy asks for one.
CREATE FUNCTION enter_request(p_issuer text, p_subject text, p_on date, p_at timestamptz DEFAULT now()) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  l logins%ROWTYPE;
  memberships_ jsonb;
  seats_ jsonb;
  answer jsonb;
BEGIN
  SELECT * INTO l FROM logins WHERE issuer = p_issuer AND subject = p_subject;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT COALESCE(jsonb_agg(jsonb_build_object(
           'organisation', m.organisation_id, 'area', o.area_id, 'unit', m.unit_id, 'role', m.role,
           'register', m.register, 'organisation_name', o.name, 'source', o.referral_source) ORDER BY m.id), '[]')
    INTO memberships_
    FROM memberships m JOIN organisations o ON o.id = m.organisation_id
   WHERE m.person_id = l.person_id AND p_on >= m.valid_from AND (m.valid_to IS NULL OR p_on <= m.valid_to);
  SELECT COALESCE(jsonb_agg(jsonb_build_object(
           'seat', s.id, 'team', t.id, 'area', t.area_id, 'role', s.role, 'standing', h.standing) ORDER BY h.id), '[]')
    INTO seats_
    FROM holders h JOIN seats s ON s.id = h.seat_id JOIN teams t ON t.id = s.team_id
   WHERE h.person_id = l.person_id AND p_on >= h.valid_from AND (h.valid_to IS NULL OR p_on <= h.valid_to);
  answer := jsonb_build_object(
    'login', l.id, 'person', l.person_id, 'client', l.client_id,
    'name', (SELECT name FROM persons WHERE id = l.person_id),
    'client_area', (SELECT area_id FROM clients WHERE id = l.client_id),
    'memberships', memberships_, 'seats', seats_,
    'organisations', (SELECT COALESCE(jsonb_agg(DISTINCT m->>'organisation'), '[]')
                        FROM jsonb_array_elements(memberships_) m WHERE m->>'organisation' <> m->>'area'),
    'teams', (SELECT COALESCE(jsonb_agg(DISTINCT s->>'team'), '[]')
                FROM jsonb_array_elements(seats_) s
               WHERE NOT s->>'role' = ANY (partner_seats())
                 AND EXISTS (SELECT FROM jsonb_array_elements(memberships_) m
                              WHERE m->>'organisation' = s->>'area' AND m->>'role' = ANY (client_reading_roles()))),
    'areas', (SELECT COALESCE(jsonb_agg(DISTINCT m->>'area'), '[]')
                FROM jsonb_array_elements(memberships_) m
               WHERE m->>'organisation' = m->>'area' AND m->>'role' IN ('team_lead', 'unemployed_health_nurse')),
    'registers', (SELECT COALESCE(jsonb_agg(DISTINCT m->>'register'), '[]')
                    FROM jsonb_array_elements(memberships_) m
                   WHERE m->>'organisation' = m->>'area' AND m->>'register' <> 'none'),
    'auditor', (SELECT COALESCE(jsonb_agg(DISTINCT m->>'area'), '[]')
                  FROM jsonb_array_elements(memberships_) m
                 WHERE m->>'organisation' = m->>'area' AND m->>'role' = 'dpo'),
    'workplaces', (SELECT COALESCE(jsonb_agg(DISTINCT m->>'organisation'), '[]')
                     FROM jsonb_array_elements(memberships_) m),
    'kept_from', CASE WHEN l.person_id IS NULL THEN '[]'::jsonb ELSE (
      SELECT COALESCE(jsonb_agg(c.id), '[]') FROM clients c WHERE c.conflict_person_ids @> ARRAY[l.person_id]) END);
  PERFORM set_config('app.login', l.id::text, true),
          set_config('app.person', COALESCE(l.person_id::text, ''), true),
          set_config('app.client', COALESCE(l.client_id::text, ''), true),
          set_config('app.organisations', '{' || array_to_string(ARRAY(
            SELECT jsonb_array_elements_text(answer->'organisations')), ',') || '}', true),
          set_config('app.teams', '{' || array_to_string(ARRAY(
            SELECT jsonb_array_elements_text(answer->'teams')), ',') || '}', true),
          set_config('app.areas', '{' || array_to_string(ARRAY(
            SELECT jsonb_array_elements_text(answer->'areas')), ',') || '}', true),
          set_config('app.registers', '{' || array_to_string(ARRAY(
            SELECT jsonb_array_elements_text(answer->'registers')), ',') || '}', true),
          set_config('app.intake_area', '', true),
          set_config('app.auditor', '{' || array_to_string(ARRAY(
            SELECT jsonb_array_elements_text(answer->'auditor')), ',') || '}', true),
          set_config('app.workplaces', '{' || array_to_string(ARRAY(
            SELECT jsonb_array_elements_text(answer->'workplaces')), ',') || '}', true),
          set_config('app.kept_from', '{' || array_to_string(ARRAY(
            SELECT jsonb_array_elements_text(answer->'kept_from')), ',') || '}', true),
          set_config('app.at', p_at::text, true);
  RETURN answer;
END $$;

REVOKE ALL ON FUNCTION enter_request FROM PUBLIC;

GRANT EXECUTE ON FUNCTION enter_request TO heinola_app;

SET LOCAL ROLE heinola_owner;
