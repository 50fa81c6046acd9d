SET LOCAL ROLE heinola_definer;

-- C-12: a path cannot close, and neither can a referral, while the feedback to a referrer is neither given nor waived.
CREATE FUNCTION refuse_close_with_feedback_owed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE owed bigint;
BEGIN
  IF TG_TABLE_NAME = 'pathways' THEN
    SELECT count(*) INTO owed FROM referrals r
     WHERE r.pathway_id = NEW.id AND r.state NOT IN ('cancelled', 'entered_in_error')
       AND NOT EXISTS (SELECT FROM feedbacks f WHERE f.referral_id = r.id AND NOT f.interim);
  ELSE
    SELECT count(*) INTO owed WHERE NOT EXISTS (
      SELECT FROM feedbacks f WHERE f.referral_id = NEW.id AND NOT f.interim);
  END IF;
  IF owed > 0 THEN
    RAISE EXCEPTION 'feedback to the referrer is owed' USING ERRCODE = 'check_violation', CONSTRAINT = 'feedback_owed';
  END IF;
  RETURN NEW;
END $$;

-- C-23: nobody gets more open work on a seat than its limit. The seat row is locked, so two cannot count at once.
CREATE FUNCTION refuse_over_capacity() RETURNS trigger
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

-- C-43: a holder's period cannot end while open work stands with the holder.
CREATE FUNCTION refuse_end_with_open_work() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM work_items
              WHERE seat_id = NEW.seat_id AND holder_id = NEW.person_id AND closed_at IS NULL) THEN
    RAISE EXCEPTION 'open work stands with the holder'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'handover_first';
  END IF;
  RETURN NEW;
END $$;

REVOKE ALL ON FUNCTION refuse_close_with_feedback_owed, refuse_over_capacity, refuse_end_with_open_work FROM PUBLIC;

GRANT EXECUTE ON FUNCTION refuse_close_with_feedback_owed, refuse_over_capacity, refuse_end_with_open_work
  TO heinola_owner;

SET LOCAL ROLE heinola_owner;

-- Row locks of the capacity check.
GRANT UPDATE (max_open) ON seats TO heinola_definer;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = 'append_only';
END $$;

-- A referral is one client's and one path's once it is known whose; it does not move to another.
CREATE FUNCTION refuse_another_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a referral stays with its client, path and sender'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'referral_stays';
END $$;

CREATE TRIGGER stays BEFORE UPDATE ON referrals
  FOR EACH ROW WHEN (
    (OLD.client_id IS NOT NULL AND NEW.client_id IS DISTINCT FROM OLD.client_id)
    OR (OLD.pathway_id IS NOT NULL AND NEW.pathway_id IS DISTINCT FROM OLD.pathway_id)
    OR NEW.sender_organisation_id IS DISTINCT FROM OLD.sender_organisation_id
    OR NEW.sender_person_id IS DISTINCT FROM OLD.sender_person_id
  ) EXECUTE FUNCTION refuse_another_client();

CREATE TRIGGER feedback_first BEFORE UPDATE OF state ON pathways
  FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state IS DISTINCT FROM 'closed')
  EXECUTE FUNCTION refuse_close_with_feedback_owed();

CREATE TRIGGER feedback_first BEFORE UPDATE OF state ON referrals
  FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state IS DISTINCT FROM 'closed')
  EXECUTE FUNCTION refuse_close_with_feedback_owed();

CREATE TRIGGER capacity AFTER INSERT OR UPDATE OF holder_id, seat_id, closed_at ON work_items
  FOR EACH ROW WHEN (NEW.holder_id IS NOT NULL AND NEW.seat_id IS NOT NULL AND NEW.closed_at IS NULL)
  EXECUTE FUNCTION refuse_over_capacity();

CREATE TRIGGER handover_first BEFORE UPDATE OF valid_to ON holders
  FOR EACH ROW WHEN (NEW.valid_to IS NOT NULL AND NEW.valid_to IS DISTINCT FROM OLD.valid_to)
  EXECUTE FUNCTION refuse_end_with_open_work();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON use_log
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON use_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON disclosures
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON disclosures
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Going down leaves the years of the log and their rows where they are, so going up again may find them.
CREATE TABLE IF NOT EXISTS use_log_2026 PARTITION OF use_log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');

CREATE TABLE IF NOT EXISTS use_log_2027 PARTITION OF use_log FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');

CREATE TABLE IF NOT EXISTS use_log_2028 PARTITION OF use_log FOR VALUES FROM ('2028-01-01') TO ('2029-01-01');

CREATE TABLE IF NOT EXISTS use_log_other PARTITION OF use_log DEFAULT;
