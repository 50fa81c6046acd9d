CREATE OR REPLACE FUNCTION keep_rule_set() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (NEW.area_id, NEW.code, NEW.number) IS DISTINCT FROM (OLD.area_id, OLD.code, OLD.number)
     OR (OLD.state <> 'draft' AND (NEW.content, NEW.author_id) IS DISTINCT FROM (OLD.content, OLD.author_id))
     OR (OLD.valid_from IS NOT NULL AND NEW.valid_from IS DISTINCT FROM OLD.valid_from)
     OR (OLD.state IN ('in_force', 'retired') AND NEW.state NOT IN (OLD.state, 'retired')) THEN
    RAISE EXCEPTION 'a rule set that was signed off does not change'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'rule_set_kept';
  END IF;
  RETURN NEW;
END $$;

ALTER TABLE rule_sets DROP CONSTRAINT ck_rule_sets_author_wrote, DROP CONSTRAINT ck_rule_sets_second_person;

ALTER TABLE rule_sets ADD CONSTRAINT ck_rule_sets_second_person CHECK (signed_off_by_id <> author_id);

ALTER TABLE rule_sets DROP COLUMN writer_ids;
