-- Who had a path before is told by no row of its own: that its responsible worker changed stands in the use log.
GRANT SELECT (id, resource_type, resource_id, fields) ON use_log TO heinola_definer;

SET LOCAL ROLE heinola_definer;

-- When the responsible worker of a path of a client was changed, and by whom; for the client, and for who has a care
-- relationship with them and is not kept from them. For anybody else nothing.
CREATE FUNCTION owner_changes(p_client uuid)
RETURNS TABLE (id uuid, at timestamptz, pathway_id uuid, person_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT u.id, u.at, u.resource_id, u.person_id
    FROM use_log u
   WHERE u.client_id = p_client AND u.resource_type = 'pathways' AND u.action = 'update'
     AND 'responsible_person_id' = ANY (u.fields)
     AND (p_client = ctx_client()
          OR EXISTS (SELECT FROM involvements i
                      WHERE i.client_id = p_client AND i.team_id = ANY (ctx_teams()) AND i.ended_at IS NULL))
     AND (p_client = ANY (ctx_kept_from())) IS NOT TRUE
$$;

REVOKE ALL ON FUNCTION owner_changes FROM PUBLIC;

GRANT EXECUTE ON FUNCTION owner_changes TO heinola_app;

SET LOCAL ROLE heinola_owner;
