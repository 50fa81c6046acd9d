SET LOCAL ROLE heinola_definer;

DROP FUNCTION ctx_invited;

DROP FUNCTION ctx_audits;

SET LOCAL ROLE heinola_owner;

DROP FUNCTION partner_seats;

DROP FUNCTION client_reading_roles;

DROP FUNCTION ctx_known;

DROP FUNCTION ctx_login;

DROP FUNCTION ctx_person;

DROP FUNCTION ctx_client;

DROP FUNCTION ctx_organisations;

DROP FUNCTION ctx_teams;

DROP FUNCTION ctx_areas;

DROP FUNCTION ctx_registers;

DROP FUNCTION ctx_intake_area;

DROP FUNCTION ctx_auditor;
