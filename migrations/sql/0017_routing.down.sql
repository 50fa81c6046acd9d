DROP TRIGGER there_update ON work_items;

DROP TRIGGER there_insert ON work_items;

DROP TRIGGER capacity ON work_items;

CREATE TRIGGER capacity AFTER INSERT OR UPDATE OF holder_id, seat_id, closed_at ON work_items
  FOR EACH ROW WHEN (NEW.holder_id IS NOT NULL AND NEW.seat_id IS NOT NULL AND NEW.closed_at IS NULL)
  EXECUTE FUNCTION refuse_over_capacity();

SET LOCAL ROLE heinola_definer;

DROP FUNCTION refuse_who_is_not_there;

-- C-23: nobody gets more open work on a seat than its limit. The seat row is locked, so two cannot count at once.
CREATE OR REPLACE FUNCTION refuse_over_capacity() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE most integer; busy bigint;
BEGIN
  SELECT max_open INTO most FROM seats WHERE id = NEW.seat_id FOR NO KEY UPDATE;
  IF most IS NULL THEN RETURN NEW; END IF;
  SELECT count(*) INTO busy FROM work_items
   WHERE seat_id = NEW.seat_id AND holder_id = NEW.holder_id AND closed_at IS NULL;
  IF busy > most THEN
    RAISE EXCEPTION 'the seat is full' USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_capacity';
  END IF;
  RETURN NEW;
END $$;

SET LOCAL ROLE heinola_owner;

DROP INDEX ix_routing_decisions_team;

DROP INDEX ix_work_items_recent;

ALTER TABLE assessments DROP COLUMN continuity_declined;

ALTER TABLE routing_decisions
  DROP COLUMN cause, DROP COLUMN recents, DROP COLUMN recheck_on, DROP COLUMN override_words, DROP COLUMN note;

ALTER TABLE work_items
  DROP COLUMN confirmed_at, DROP COLUMN declined_by, DROP COLUMN suggest, DROP COLUMN recheck_on;
