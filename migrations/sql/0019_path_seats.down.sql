-- The owner of the table is under its policies too, unless they are not forced.
ALTER TABLE work_items NO FORCE ROW LEVEL SECURITY;

UPDATE work_items SET seat_id = NULL WHERE kind = 'pathway';

ALTER TABLE work_items FORCE ROW LEVEL SECURITY;

SET LOCAL ROLE heinola_definer;

-- Nothing new goes to somebody who does not hold the seat that day, has handed it over, or is away.
CREATE OR REPLACE FUNCTION refuse_who_is_not_there() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE on_day date := (COALESCE(NEW.assigned_at, NEW.opened_at) AT TIME ZONE 'Europe/Helsinki')::date;
BEGIN
  IF NOT EXISTS (SELECT FROM holders h WHERE h.seat_id = NEW.seat_id AND h.person_id = NEW.holder_id
                  AND on_day BETWEEN h.valid_from AND COALESCE(h.valid_to, 'infinity')
                  AND h.handed_over_at IS NULL) THEN
    RAISE EXCEPTION 'not on the seat' USING ERRCODE = 'check_violation', CONSTRAINT = 'holder_not_there';
  END IF;
  IF NEW.kind <> 'pathway' AND EXISTS (
      SELECT FROM absences a WHERE a.person_id = NEW.holder_id AND on_day BETWEEN a.first_on AND a.last_on) THEN
    RAISE EXCEPTION 'away' USING ERRCODE = 'check_violation', CONSTRAINT = 'holder_not_there';
  END IF;
  RETURN NEW;
END $$;

-- C-43: a holder's period cannot end while open work stands with the holder.
CREATE OR REPLACE FUNCTION refuse_end_with_open_work() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM work_items
              WHERE seat_id = NEW.seat_id AND holder_id = NEW.person_id AND closed_at IS NULL) THEN
    RAISE EXCEPTION 'open work stands with the holder'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'handover_first';
  END IF;
  RETURN NEW;
END $$;

SET LOCAL ROLE heinola_owner;
