DROP POLICY consulted ON work_items;

ALTER TABLE work_items NO FORCE ROW LEVEL SECURITY;

UPDATE work_items SET closed_at = greatest(opened_at, now())
 WHERE kind IN ('consultation', 'consultation_asked') AND closed_at IS NULL;

ALTER TABLE work_items FORCE ROW LEVEL SECURITY;

DROP POLICY definer_met ON meetings;

REVOKE SELECT (id, pathway_id, client_id, state, starts_at, convener_id) ON meetings FROM heinola_definer;

DROP POLICY definer_met ON pathways;

REVOKE SELECT (id, team_id) ON pathways FROM heinola_definer;

DROP TABLE pair_work;

DROP TABLE consultation_texts;

DROP POLICY app ON consultations;

SET LOCAL ROLE heinola_definer;

DROP FUNCTION ctx_consulted_on_permission;

DROP FUNCTION ctx_consulted;

DROP FUNCTION consent_forbids;

DROP FUNCTION report_consultations;

DROP FUNCTION path_waits;

CREATE OR REPLACE FUNCTION refuse_end_with_open_work() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE of_team uuid;
BEGIN
  SELECT team_id INTO of_team FROM seats WHERE id = NEW.seat_id FOR NO KEY UPDATE;
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.person_id::text, 0));
  IF EXISTS (SELECT FROM work_items
              WHERE seat_id = NEW.seat_id AND holder_id = NEW.person_id AND closed_at IS NULL)
     OR EXISTS (SELECT FROM work_items
                 WHERE team_id = of_team AND seat_id IS NULL AND holder_id = NEW.person_id AND closed_at IS NULL)
     AND NOT EXISTS (SELECT FROM holders h JOIN seats s ON s.id = h.seat_id
                      WHERE s.team_id = of_team AND h.person_id = NEW.person_id AND h.id <> NEW.id
                        AND NEW.valid_to + 1 BETWEEN h.valid_from AND COALESCE(h.valid_to, 'infinity')) THEN
    RAISE EXCEPTION 'open work stands with the holder'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'handover_first';
  END IF;
  RETURN NEW;
END $$;

SET LOCAL ROLE heinola_owner;

DROP TABLE consultations;
