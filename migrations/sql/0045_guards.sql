CREATE POLICY definer_parts ON meeting_agenda_parts FOR SELECT TO heinola_definer USING (true);

CREATE POLICY definer_parts ON meeting_note_parts FOR SELECT TO heinola_definer USING (true);

GRANT SELECT (id, meeting_id, register) ON meeting_agenda_parts, meeting_note_parts TO heinola_definer;

CREATE POLICY definer_parts ON meeting_openings FOR SELECT TO heinola_definer USING (true);

GRANT SELECT ON meeting_openings TO heinola_definer;

SET LOCAL ROLE heinola_definer;

-- Parts of meetings that the caller is invited to: of a partner's guest those that were opened to the partner, while the
-- client permits it; of the area's own people those of their registers.
CREATE FUNCTION ctx_guest_parts() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH mine AS (
    SELECT p.meeting_id, p.organisation_id FROM meeting_participants p
     WHERE p.person_id = ctx_person() AND p.organisation_id = ANY (ctx_workplaces())
       AND p.closed_at IS NULL AND p.awaiting_since IS NULL
  ), parts AS (
    SELECT id, meeting_id, register FROM meeting_agenda_parts
     UNION ALL SELECT id, meeting_id, register FROM meeting_note_parts
  )
  SELECT COALESCE(array_agg(found.id), '{}') FROM (
    SELECT o.part_id AS id FROM meeting_openings o JOIN mine USING (meeting_id, organisation_id)
     WHERE o.closed_at IS NULL AND o.organisation_id = ANY (ctx_organisations())
       AND consent_permits(o.client_id, o.organisation_id, o.data_classes::text[], 'network_meeting', ctx_at())
     UNION ALL
    SELECT s.id FROM parts s JOIN mine USING (meeting_id)
     WHERE NOT mine.organisation_id = ANY (ctx_organisations())
       AND (s.register = 'operational' OR s.register = ANY (ctx_registers()))
  ) found
$$;

REVOKE ALL ON FUNCTION ctx_guest_parts FROM PUBLIC;

GRANT EXECUTE ON FUNCTION ctx_guest_parts TO heinola_app;

SET LOCAL ROLE heinola_owner;
