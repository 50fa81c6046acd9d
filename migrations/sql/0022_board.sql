-- When somebody last used a client's data: a search shows many and touches nobody's case.
CREATE INDEX ix_use_log_person_at ON use_log (person_id, at) WHERE client_id IS NOT NULL AND action <> 'search';

CREATE POLICY definer_touches ON use_log FOR SELECT TO heinola_definer USING (true);

GRANT SELECT (at, person_id, client_id, action) ON use_log TO heinola_definer;

CREATE POLICY definer_figures ON routing_decisions FOR SELECT TO heinola_definer USING (true);

GRANT SELECT (id, client_id, team_id, rule_set, rule_set_version, rule, outcome, cause, override_reason, replaces_id, decided_at)
  ON routing_decisions TO heinola_definer;

-- Roles that manage teams of their area; those that app/security/permissions.py grants TEAM_MANAGE.
CREATE FUNCTION team_managing_roles() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY['supervisor', 'team_lead', 'admin'];

SET LOCAL ROLE heinola_definer;

-- Whether the caller manages, today, the teams of the area of this one: in a role of the area's own organisation.
CREATE FUNCTION ctx_manages(team uuid, p_on date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM teams t JOIN memberships m ON m.organisation_id = t.area_id
                  WHERE t.id = team AND m.person_id = ctx_person() AND m.role = ANY (team_managing_roles())
                    AND p_on >= m.valid_from AND (m.valid_to IS NULL OR p_on <= m.valid_to))
$$;

-- When each holder of a team last touched a client's case since an instant; NULL: not since. For jobs.
CREATE FUNCTION team_touches(p_team uuid, p_since timestamptz) RETURNS TABLE (person_id uuid, last_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.person_id, (SELECT max(u.at) FROM use_log u
                        WHERE u.person_id = p.person_id AND u.at >= p_since
                          AND u.client_id IS NOT NULL AND u.action <> 'search')
    FROM (SELECT DISTINCT h.person_id FROM holders h JOIN seats s ON s.id = h.seat_id WHERE s.team_id = p_team) p
$$;

-- The same for the team's own people and those who manage it; for anybody else nothing.
CREATE FUNCTION holder_touches(p_team uuid, p_on date, p_since timestamptz)
RETURNS TABLE (person_id uuid, last_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT t.person_id, t.last_at FROM team_touches(p_team, p_since) t
   WHERE p_team = ANY (ctx_teams()) OR ctx_manages(p_team, p_on)
$$;

-- Numbers of a team's decisions in a period by rule set, version and rule, for those who manage it; for anybody else
-- nothing. `what` is decided, outcome (by `code`), answered (a rule left it to a human, who chose), overridden, override
-- (by coded reason) or declined; `people` the clients behind the number. An override keeps the rule it went against; a
-- decline counts for the rule of what was declined.
CREATE FUNCTION report_team_routing(p_team uuid, p_on date, p_from date, p_to date)
RETURNS TABLE (rule_set text, version integer, rule text, what text, code text, number bigint, people bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH made AS (
    SELECT d.rule_set, d.rule_set_version, d.rule, d.outcome, d.cause, d.override_reason, d.replaces_id, d.client_id,
           d.override_reason IS NOT NULL AS chosen, o.outcome = 'manual' AS asked
      FROM routing_decisions d LEFT JOIN routing_decisions o ON o.id = d.replaces_id
     WHERE d.team_id = p_team AND ctx_manages(p_team, p_on)
       AND d.decided_at >= (p_from::timestamp AT TIME ZONE 'Europe/Helsinki')
       AND d.decided_at < ((p_to + 1)::timestamp AT TIME ZONE 'Europe/Helsinki')
  ), told AS (
    SELECT rule_set, rule_set_version, rule, 'decided' AS what, '' AS code, client_id FROM made WHERE NOT chosen
    UNION ALL
    SELECT rule_set, rule_set_version, rule, 'outcome', outcome, client_id FROM made WHERE NOT chosen
    UNION ALL
    SELECT rule_set, rule_set_version, rule, CASE WHEN asked THEN 'answered' ELSE 'overridden' END, '', client_id
      FROM made WHERE chosen
    UNION ALL
    SELECT rule_set, rule_set_version, rule, 'override', override_reason, client_id FROM made
     WHERE chosen AND asked IS NOT TRUE
    UNION ALL
    SELECT o.rule_set, o.rule_set_version, o.rule, 'declined', '', m.client_id
      FROM made m JOIN routing_decisions o ON o.id = m.replaces_id WHERE m.cause = 'declined'
  )
  SELECT t.rule_set::text, t.rule_set_version, COALESCE(t.rule, '')::text, t.what, t.code::text, count(*),
         count(DISTINCT t.client_id)
    FROM told t GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
$$;

REVOKE ALL ON FUNCTION ctx_manages, team_touches, holder_touches, report_team_routing FROM PUBLIC;

GRANT EXECUTE ON FUNCTION ctx_manages, holder_touches, report_team_routing TO heinola_app;

GRANT EXECUTE ON FUNCTION team_touches TO heinola_job;

SET LOCAL ROLE heinola_owner;
