SET LOCAL ROLE heinola_definer;

DROP FUNCTION enter_request;

-- Whether the caller is invited to a meeting: a guest sees with whom. A policy cannot ask its own table.
CREATE FUNCTION ctx_invited(meeting uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM meeting_participants p WHERE p.meeting_id = meeting AND p.person_id = ctx_person())
$$;

REVOKE ALL ON FUNCTION ctx_invited FROM PUBLIC;

GRANT EXECUTE ON FUNCTION ctx_invited TO heinola_app;

SET LOCAL ROLE heinola_owner;
