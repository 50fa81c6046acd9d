-- An area's own versions of rule sets; the shipped ones are files. The document stands in content, without its head.
CREATE TABLE rule_sets (
  area_id UUID NOT NULL,
  code VARCHAR NOT NULL,
  number INTEGER NOT NULL,
  content JSONB NOT NULL,
  author_id UUID,
  state VARCHAR(40) NOT NULL,
  valid_from DATE,
  valid_to DATE,
  signed_off_by_id UUID,
  signed_off_at TIMESTAMP WITH TIME ZONE,
  in_force_by_id UUID,
  in_force_at TIMESTAMP WITH TIME ZONE,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_rule_sets PRIMARY KEY (id),
  CONSTRAINT ck_rule_sets_in_force CHECK ((state = 'in_force') <= (valid_from IS NOT NULL AND valid_to IS NULL)),
  CONSTRAINT ck_rule_sets_signed_off CHECK ((state IN ('signed_off', 'in_force')) <= (signed_off_at IS NOT NULL)),
  CONSTRAINT ck_rule_sets_second_person CHECK (signed_off_by_id <> author_id),
  CONSTRAINT uq_rule_sets_area_id UNIQUE (area_id, code, number),
  CONSTRAINT fk_rule_sets_area_id FOREIGN KEY(area_id) REFERENCES organisations (id),
  CONSTRAINT fk_rule_sets_author_id FOREIGN KEY(author_id) REFERENCES persons (id),
  CONSTRAINT ck_rule_sets_rulesetstate CHECK (state IN ('draft', 'signed_off', 'in_force', 'retired')),
  CONSTRAINT fk_rule_sets_signed_off_by_id FOREIGN KEY(signed_off_by_id) REFERENCES persons (id),
  CONSTRAINT fk_rule_sets_in_force_by_id FOREIGN KEY(in_force_by_id) REFERENCES persons (id)
);

CREATE UNIQUE INDEX uq_rule_sets_in_force ON rule_sets (area_id, code) WHERE state = 'in_force';

-- What was signed off stays as it was read; what was put in force stays the version that decisions name.
CREATE FUNCTION keep_rule_set() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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

CREATE TRIGGER kept BEFORE UPDATE ON rule_sets FOR EACH ROW EXECUTE FUNCTION keep_rule_set();
