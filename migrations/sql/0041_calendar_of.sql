SET LOCAL ROLE heinola_definer;

-- Whose calendar this token reads, while they work for somebody here; nothing else is asked, and nobody is signed in by
-- it.
CREATE FUNCTION calendar_of(p_hash bytea) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT f.person_id FROM calendar_feeds f WHERE f.token_hash = p_hash AND f.ended_at IS NULL
     AND EXISTS (SELECT FROM memberships m WHERE m.person_id = f.person_id
                    AND (m.valid_to IS NULL OR m.valid_to >= (now() AT TIME ZONE 'Europe/Helsinki')::date))
$$;

REVOKE ALL ON FUNCTION calendar_of FROM PUBLIC;

GRANT EXECUTE ON FUNCTION calendar_of TO heinola_app;

SET LOCAL ROLE heinola_owner;
