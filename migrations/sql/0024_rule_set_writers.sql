-- Everybody who wrote a draft; who wrote the last of it stays its author.
ALTER TABLE rule_sets ADD COLUMN writer_ids UUID[] NOT NULL DEFAULT '{}';

-- Of what is there only the last writer is known. A trigger keeps what was signed off: the column is new to it.
ALTER TABLE rule_sets NO FORCE ROW LEVEL SECURITY;

UPDATE rule_sets SET writer_ids = ARRAY[author_id] WHERE author_id IS NOT NULL;

ALTER TABLE rule_sets FORCE ROW LEVEL SECURITY;

ALTER TABLE rule_sets ALTER COLUMN writer_ids DROP DEFAULT;

ALTER TABLE rule_sets
  DROP CONSTRAINT ck_rule_sets_second_person,
  ADD CONSTRAINT ck_rule_sets_second_person CHECK (signed_off_by_id <> ALL (writer_ids)),
  ADD CONSTRAINT ck_rule_sets_author_wrote CHECK (author_id = ANY (writer_ids));

-- Writers are only added, and to drafts alone.
CREATE OR REPLACE FUNCTION keep_rule_set() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (NEW.area_id, NEW.code, NEW.number) IS DISTINCT FROM (OLD.area_id, OLD.code, OLD.number)
     OR NOT NEW.writer_ids @> OLD.writer_ids
     OR (OLD.state <> 'draft' AND (NEW.content, NEW.author_id, NEW.writer_ids)
         IS DISTINCT FROM (OLD.content, OLD.author_id, OLD.writer_ids))
     OR (OLD.valid_from IS NOT NULL AND NEW.valid_from IS DISTINCT FROM OLD.valid_from)
     OR (OLD.state IN ('in_force', 'retired') AND NEW.state NOT IN (OLD.state, 'retired')) THEN
    RAISE EXCEPTION 'a rule set that was signed off does not change'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'rule_set_kept';
  END IF;
  RETURN NEW;
END $$;
