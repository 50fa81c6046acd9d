SET LOCAL ROLE heinola_definer;

DROP FUNCTION report_team_routing;

DROP FUNCTION holder_touches;

DROP FUNCTION team_touches;

DROP FUNCTION ctx_manages;

SET LOCAL ROLE heinola_owner;

DROP FUNCTION team_managing_roles;

REVOKE SELECT (id, client_id, team_id, rule_set, rule_set_version, rule, outcome, cause, override_reason, replaces_id, decided_at)
  ON routing_decisions FROM heinola_definer;

DROP POLICY definer_figures ON routing_decisions;

REVOKE SELECT (at, person_id, client_id, action) ON use_log FROM heinola_definer;

DROP POLICY definer_touches ON use_log;

DROP INDEX ix_use_log_person_at;
