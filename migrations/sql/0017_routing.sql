-- The receiver's confirmation, who declined, what a person is asked, and when waiting is looked at again.
ALTER TABLE work_items
  ADD COLUMN confirmed_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN declined_by UUID[] NOT NULL DEFAULT '{}',
  ADD COLUMN suggest VARCHAR,
  ADD COLUMN recheck_on DATE,
  ADD CONSTRAINT ck_work_items_confirmed CHECK (confirmed_at IS NULL OR holder_id IS NOT NULL);

ALTER TABLE work_items ALTER COLUMN declined_by DROP DEFAULT;

GRANT UPDATE (confirmed_at, declined_by, suggest, recheck_on) ON work_items TO heinola_app;

-- Why it was decided again, by which of the area's own rule sets, and everybody's assignments of the last seven days.
ALTER TABLE routing_decisions
  ADD COLUMN cause VARCHAR NOT NULL DEFAULT 'asked',
  ADD COLUMN recents JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN recheck_on DATE,
  ADD COLUMN override_words VARCHAR,
  ADD COLUMN note VARCHAR;

ALTER TABLE routing_decisions ALTER COLUMN cause DROP DEFAULT, ALTER COLUMN recents DROP DEFAULT;

ALTER TABLE assessments ADD COLUMN continuity_declined BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE assessments ALTER COLUMN continuity_declined DROP DEFAULT;

CREATE INDEX ix_work_items_recent ON work_items (seat_id, holder_id, assigned_at);

CREATE INDEX ix_routing_decisions_team ON routing_decisions (team_id, decided_at, id);

SET LOCAL ROLE heinola_definer;

-- C-23: nobody gets more open work on a seat than the seat, or their own period on it, allows; nor more new work in
-- seven days than their client days make room for. The seat row is locked, so two cannot count at once.
CREATE OR REPLACE FUNCTION refuse_over_capacity() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  most integer; weekly integer; busy bigint; new_at timestamptz := COALESCE(NEW.assigned_at, NEW.opened_at);
BEGIN
  SELECT max_open, clients_per_day INTO most, weekly FROM seats WHERE id = NEW.seat_id FOR NO KEY UPDATE;
  SELECT COALESCE(h.max_open, most), floor(h.client_days_per_week * weekly) INTO most, weekly
    FROM (SELECT 1) one LEFT JOIN holders h
      ON h.seat_id = NEW.seat_id AND h.person_id = NEW.holder_id
     AND (new_at AT TIME ZONE 'Europe/Helsinki')::date BETWEEN h.valid_from AND COALESCE(h.valid_to, 'infinity')
   LIMIT 1;
  IF most IS NOT NULL THEN
    SELECT count(*) INTO busy FROM work_items
     WHERE seat_id = NEW.seat_id AND holder_id = NEW.holder_id AND closed_at IS NULL;
    IF busy > most THEN
      RAISE EXCEPTION 'the seat is full' USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_capacity';
    END IF;
  END IF;
  IF weekly IS NOT NULL AND NEW.kind <> 'pathway' THEN
    SELECT count(*) INTO busy FROM work_items
     WHERE seat_id = NEW.seat_id AND holder_id = NEW.holder_id AND kind <> 'pathway'
       AND assigned_at > new_at - interval '7 days';
    IF busy > weekly THEN
      RAISE EXCEPTION 'the week is full' USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_week';
    END IF;
  END IF;
  RETURN NEW;
END $$;

-- Nothing new goes to somebody who does not hold the seat that day, has handed it over, or is away.
CREATE FUNCTION refuse_who_is_not_there() RETURNS trigger
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

REVOKE ALL ON FUNCTION refuse_who_is_not_there FROM PUBLIC;

GRANT EXECUTE ON FUNCTION refuse_who_is_not_there TO heinola_owner;

SET LOCAL ROLE heinola_owner;

DROP TRIGGER capacity ON work_items;

CREATE TRIGGER capacity AFTER INSERT OR UPDATE OF holder_id, seat_id ON work_items
  FOR EACH ROW WHEN (NEW.holder_id IS NOT NULL AND NEW.seat_id IS NOT NULL AND NEW.closed_at IS NULL)
  EXECUTE FUNCTION refuse_over_capacity();

CREATE TRIGGER there_insert BEFORE INSERT ON work_items
  FOR EACH ROW WHEN (NEW.holder_id IS NOT NULL AND NEW.seat_id IS NOT NULL AND NEW.closed_at IS NULL)
  EXECUTE FUNCTION refuse_who_is_not_there();

CREATE TRIGGER there_update BEFORE UPDATE OF holder_id, seat_id ON work_items
  FOR EACH ROW WHEN (
    NEW.holder_id IS NOT NULL AND NEW.seat_id IS NOT NULL AND NEW.closed_at IS NULL
    AND (NEW.holder_id IS DISTINCT FROM OLD.holder_id OR NEW.seat_id IS DISTINCT FROM OLD.seat_id)
  ) EXECUTE FUNCTION refuse_who_is_not_there();
