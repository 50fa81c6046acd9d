-- An area's own path templates; the shipped ones are files. The document stands in content, without its head.
CREATE TABLE path_templates (
  area_id UUID NOT NULL,
  code VARCHAR NOT NULL,
  number INTEGER NOT NULL,
  content JSONB NOT NULL,
  author_id UUID,
  state VARCHAR(40) NOT NULL,
  valid_from DATE,
  valid_to DATE,
  published_by_id UUID,
  published_at TIMESTAMP WITH TIME ZONE,
  retired_at TIMESTAMP WITH TIME ZONE,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_path_templates PRIMARY KEY (id),
  CONSTRAINT ck_path_templates_in_force CHECK ((state = 'in_force') <= (valid_from IS NOT NULL AND valid_to IS NULL)),
  CONSTRAINT ck_path_templates_draft CHECK ((state = 'draft') <= (valid_from IS NULL AND valid_to IS NULL)),
  CONSTRAINT ck_path_templates_retired CHECK ((state = 'retired') = (retired_at IS NOT NULL)),
  CONSTRAINT ck_path_templates_published CHECK ((valid_from IS NULL) = (published_at IS NULL)),
  CONSTRAINT ck_path_templates_templatestate CHECK (state IN ('draft', 'in_force', 'retired')),
  CONSTRAINT uq_path_templates_area_id UNIQUE (area_id, code, number),
  CONSTRAINT fk_path_templates_area_id FOREIGN KEY(area_id) REFERENCES organisations (id),
  CONSTRAINT fk_path_templates_author_id FOREIGN KEY(author_id) REFERENCES persons (id),
  CONSTRAINT fk_path_templates_published_by_id FOREIGN KEY(published_by_id) REFERENCES persons (id)
);

CREATE UNIQUE INDEX uq_path_templates_in_force ON path_templates (area_id, code) WHERE state = 'in_force';

-- What was published stays as it was: paths name the version that they started from.
CREATE FUNCTION keep_path_template() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (NEW.area_id, NEW.code, NEW.number) IS DISTINCT FROM (OLD.area_id, OLD.code, OLD.number)
     OR (OLD.state <> 'draft' AND (NEW.content, NEW.author_id, NEW.valid_from, NEW.published_at, NEW.published_by_id)
         IS DISTINCT FROM (OLD.content, OLD.author_id, OLD.valid_from, OLD.published_at, OLD.published_by_id))
     OR (OLD.state = 'in_force' AND NEW.state = 'draft')
     OR (OLD.state = 'retired' AND NEW.state <> 'retired') THEN
    RAISE EXCEPTION 'a path template that was published does not change'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'path_template_kept';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER kept BEFORE UPDATE ON path_templates FOR EACH ROW EXECUTE FUNCTION keep_path_template();
