SET LOCAL ROLE heinola_definer;

-- Nothing new goes to somebody who does not hold the seat that day, has handed it over, or is away. The seat row is
-- locked before that is looked at: a period that is being ended meanwhile is seen.
CREATE OR REPLACE FUNCTION refuse_who_is_not_there() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE on_day date := (COALESCE(NEW.assigned_at, NEW.opened_at) AT TIME ZONE 'Europe/Helsinki')::date;
BEGIN
  PERFORM FROM seats WHERE id = NEW.seat_id FOR NO KEY UPDATE;
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

-- C-43: a holder's period cannot end while open work stands with the holder on the seat; nor, when nothing keeps the
-- person in the team on the day after, while they owe the team anything else (feedback, which stands on no seat). New
-- work of the seat, and another seat of the person that is being ended, wait until this is decided.
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

-- Being responsible for a path takes a place: every path that somebody on a seat answers for gets that seat. First the
-- seat that its referral came to, else the first in order. Limits and absences of today say nothing about what is
-- there already, so their guards stand aside. Closed ones get theirs too: continuity reads them. The owner of a table
-- is under its policies too, unless they are not forced.
ALTER TABLE work_items NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER capacity, DISABLE TRIGGER there_update;

ALTER TABLE holders NO FORCE ROW LEVEL SECURITY;

ALTER TABLE seats NO FORCE ROW LEVEL SECURITY;

ALTER TABLE referrals NO FORCE ROW LEVEL SECURITY;

UPDATE work_items w SET seat_id = (
  SELECT h.seat_id FROM holders h JOIN seats s ON s.id = h.seat_id
   WHERE s.team_id = w.team_id AND h.person_id = w.holder_id
     AND (COALESCE(w.closed_at, now()) AT TIME ZONE 'Europe/Helsinki')::date
         BETWEEN h.valid_from AND COALESCE(h.valid_to, 'infinity')
   ORDER BY NOT EXISTS (SELECT FROM referrals r JOIN work_items t ON t.subject_id = r.id AND t.kind = 'referral_triage'
                         WHERE r.pathway_id = w.subject_id AND t.seat_id = h.seat_id),
            s.no
   LIMIT 1)
 WHERE w.kind = 'pathway' AND w.seat_id IS NULL;

ALTER TABLE work_items FORCE ROW LEVEL SECURITY, ENABLE TRIGGER capacity, ENABLE TRIGGER there_update;

ALTER TABLE holders FORCE ROW LEVEL SECURITY;

ALTER TABLE seats FORCE ROW LEVEL SECURITY;

ALTER TABLE referrals FORCE ROW LEVEL SECURITY;
