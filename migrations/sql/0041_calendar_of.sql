SET LOCAL ROLE heinola_definer;

-- Whose calendar this token reads; nothing else is asked, and nobody is signed in by it.
CREATE FUNCTION calendar_of(p_hash bytea) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT person_id FROM calendar_feeds WHERE token_hash = p_hash AND ended_at IS NULL
$$;

REVOKE ALL ON FUNCTION calendar_of FROM PUBLIC;

GRANT EXECUTE ON FUNCTION calendar_of TO heinola_app;

SET LOCAL ROLE heinola_owner;
