SET LOCAL ROLE heinola_definer;

-- How much everybody on a seat of these areas has: open work, and when each piece of the last seven days was given, so
-- that it is known when there is room again. Numbers and times only, no client, and only of areas that the caller works
-- in or with today. Being responsible for a path is open work, and no assignment.
CREATE FUNCTION seat_figures(p_areas uuid[], p_on date, p_since timestamptz) RETURNS TABLE (
  seat_id uuid, person_id uuid, open bigint, given timestamptz[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT pairs.seat_id, pairs.person_id,
         (SELECT count(*) FROM work_items w
           WHERE w.seat_id = pairs.seat_id AND w.holder_id = pairs.person_id AND w.closed_at IS NULL),
         ARRAY(SELECT w.assigned_at FROM work_items w
                WHERE w.seat_id = pairs.seat_id AND w.holder_id = pairs.person_id AND w.kind <> 'pathway'
                  AND w.assigned_at > p_since
                ORDER BY w.assigned_at)
    FROM (SELECT DISTINCT h.seat_id, h.person_id
            FROM holders h JOIN seats s ON s.id = h.seat_id JOIN teams t ON t.id = s.team_id
           WHERE t.area_id = ANY (p_areas) AND (h.valid_to IS NULL OR p_on <= h.valid_to)
             AND EXISTS (SELECT FROM memberships m JOIN organisations o ON o.id = m.organisation_id
                          WHERE m.person_id = ctx_person() AND o.area_id = t.area_id
                            AND p_on >= m.valid_from AND (m.valid_to IS NULL OR p_on <= m.valid_to))) pairs
$$;

REVOKE ALL ON FUNCTION seat_figures FROM PUBLIC;

GRANT EXECUTE ON FUNCTION seat_figures TO heinola_app;

SET LOCAL ROLE heinola_owner;
