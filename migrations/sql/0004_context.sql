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

-- Areas whose use log one reads, as their data protection officer.
CREATE FUNCTION ctx_auditor() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN COALESCE(NULLIF(current_setting('app.auditor', true), ''), '{}')::uuid[];

-- Whether somebody known writes, or the operator founds an area before anybody is known.
CREATE FUNCTION ctx_known() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN ctx_login() IS NOT NULL OR COALESCE(current_setting('app.bootstrap', true), '') = 'true';

-- Roles that see rows of clients where they hold a seat; those that app/security/permissions.py grants reading.
CREATE FUNCTION client_reading_roles() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY[
    'unemployed_health_nurse', 'work_ability_coordinator', 'physician_mental_substance_neuro', 'physician_msk_somatic',
    'work_ability_physician', 'occupational_nurse', 'physiotherapist', 'occupational_therapist', 'psychiatric_nurse',
    'memory_nurse', 'social_counsellor', 'social_worker', 'health_social_counsellor', 'substance_worker',
    'mental_health_substance_unit', 'occupational_physician', 'employment_expert', 'personal_employment_coach',
    'workshop_staff', 'job_coach', 'third_sector_worker', 'kela_work_ability_adviser', 'service_provider',
    'disability_services', 'day_activity_instructor', 'sports_coordinator', 'own_care_team',
    'rehab_unit_chief_physician', 'typ_professional', 'typ_nurse', 'team_lead', 'supervisor'];

-- Seats of a partner's people, which show no rows of clients (C-42); those of app/teams/service.py.
CREATE FUNCTION partner_seats() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY[
    'kela_work_ability_adviser', 'employment_expert', 'personal_employment_coach', 'workshop_staff', 'job_coach',
    'third_sector_worker', 'service_provider', 'disability_services', 'day_activity_instructor', 'sports_coordinator',
    'convener', 'experience_expert', 'peer_coach', 'client_developer'];

SET LOCAL ROLE heinola_definer;

-- Whether a line of the use log is of an area that the caller audits: by its client, or without one by who did it.
CREATE FUNCTION ctx_audits(client uuid, organisation uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT CASE WHEN client IS NULL
    THEN EXISTS (SELECT FROM organisations o WHERE o.id = organisation AND o.area_id = ANY (ctx_auditor()))
    ELSE EXISTS (SELECT FROM clients c WHERE c.id = client AND c.area_id = ANY (ctx_auditor())) END
$$;

-- Whether the caller is invited to a meeting: a guest sees with whom. A policy cannot ask its own table.
CREATE FUNCTION ctx_invited(meeting uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM meeting_participants p WHERE p.meeting_id = meeting AND p.person_id = ctx_person())
$$;

REVOKE ALL ON FUNCTION ctx_invited, ctx_audits FROM PUBLIC;

GRANT EXECUTE ON FUNCTION ctx_invited, ctx_audits TO heinola_app;

SET LOCAL ROLE heinola_owner;
