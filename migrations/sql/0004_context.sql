CREATE FUNCTION ctx_login() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('app.login', true), '')::uuid;

CREATE FUNCTION ctx_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('app.person', true), '')::uuid;

CREATE FUNCTION ctx_client() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('app.client', true), '')::uuid;

CREATE FUNCTION ctx_organisations() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN COALESCE(NULLIF(current_setting('app.organisations', true), ''), '{}')::uuid[];

CREATE FUNCTION ctx_teams() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN COALESCE(NULLIF(current_setting('app.teams', true), ''), '{}')::uuid[];

CREATE FUNCTION ctx_areas() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN COALESCE(NULLIF(current_setting('app.areas', true), ''), '{}')::uuid[];

CREATE FUNCTION ctx_registers() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN COALESCE(NULLIF(current_setting('app.registers', true), ''), '{}')::text[];

CREATE FUNCTION ctx_intake_area() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('app.intake_area', true), '')::uuid;

CREATE FUNCTION ctx_auditor() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN COALESCE(current_setting('app.auditor', true), '') = 'true';

SET LOCAL ROLE heinola_definer;

-- Whether the caller is invited to a meeting: a guest sees with whom. A policy cannot ask its own table.
CREATE FUNCTION ctx_invited(meeting uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM meeting_participants p WHERE p.meeting_id = meeting AND p.person_id = ctx_person())
$$;

REVOKE ALL ON FUNCTION ctx_invited FROM PUBLIC;

GRANT EXECUTE ON FUNCTION ctx_invited TO heinola_app;

SET LOCAL ROLE heinola_owner;
