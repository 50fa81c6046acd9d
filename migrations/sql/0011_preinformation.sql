CREATE TABLE preinformation_forms (
  client_id UUID NOT NULL,
  pathway_id UUID NOT NULL,
  team_id UUID NOT NULL,
  form VARCHAR NOT NULL,
  form_version INTEGER NOT NULL,
  requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
  requested_by_id UUID,
  state VARCHAR(40) NOT NULL,
  modes VARCHAR[] NOT NULL,
  saved_at TIMESTAMP WITH TIME ZONE,
  submitted_at TIMESTAMP WITH TIME ZONE,
  submitted_mode VARCHAR,
  submitted_by_id UUID,
  representative_id UUID,
  ended_reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_preinformation_forms PRIMARY KEY (id),
  CONSTRAINT ck_preinformation_forms_submitted CHECK (state NOT IN ('submitted', 'amended') OR submitted_at IS NOT NULL),
  CONSTRAINT fk_preinformation_forms_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_preinformation_forms_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_preinformation_forms_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_preinformation_forms_requested_by_id FOREIGN KEY(requested_by_id) REFERENCES persons (id),
  CONSTRAINT ck_preinformation_forms_preinformationstate CHECK (state IN ('requested', 'in_progress', 'submitted', 'amended', 'cancelled', 'entered_in_error')),
  CONSTRAINT fk_preinformation_forms_submitted_by_id FOREIGN KEY(submitted_by_id) REFERENCES persons (id),
  CONSTRAINT fk_preinformation_forms_representative_id FOREIGN KEY(representative_id) REFERENCES representatives (id)
);

CREATE INDEX ix_preinformation_forms_client_id ON preinformation_forms (client_id);

CREATE INDEX ix_preinformation_forms_pathway_id ON preinformation_forms (pathway_id);

CREATE UNIQUE INDEX uq_preinformation_forms_one_open ON preinformation_forms (pathway_id) WHERE state IN ('requested', 'in_progress');

CREATE TABLE preinformation_answers (
  form_id UUID NOT NULL,
  client_id UUID NOT NULL,
  register VARCHAR NOT NULL,
  answers JSONB NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_preinformation_answers PRIMARY KEY (id),
  CONSTRAINT ck_preinformation_answers_register CHECK (register = 'health'),
  CONSTRAINT uq_preinformation_answers_form_id UNIQUE (form_id),
  CONSTRAINT fk_preinformation_answers_form_id FOREIGN KEY(form_id) REFERENCES preinformation_forms (id),
  CONSTRAINT fk_preinformation_answers_client_id FOREIGN KEY(client_id) REFERENCES clients (id)
);

CREATE INDEX ix_preinformation_answers_client_id ON preinformation_answers (client_id);

CREATE TABLE preinformation_addenda (
  form_id UUID NOT NULL,
  client_id UUID NOT NULL,
  register VARCHAR NOT NULL,
  link_id VARCHAR,
  body VARCHAR NOT NULL,
  mode VARCHAR NOT NULL,
  added_at TIMESTAMP WITH TIME ZONE NOT NULL,
  added_by_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_preinformation_addenda PRIMARY KEY (id),
  CONSTRAINT ck_preinformation_addenda_register CHECK (register = 'health'),
  CONSTRAINT fk_preinformation_addenda_form_id FOREIGN KEY(form_id) REFERENCES preinformation_forms (id),
  CONSTRAINT fk_preinformation_addenda_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_preinformation_addenda_added_by_id FOREIGN KEY(added_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_preinformation_addenda_client_id ON preinformation_addenda (client_id);

CREATE INDEX ix_preinformation_addenda_form_id ON preinformation_addenda (form_id);

CREATE TABLE preinformation_links (
  form_id UUID NOT NULL,
  client_id UUID NOT NULL,
  token_hash BYTEA NOT NULL,
  representative_id UUID,
  issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
  issued_by_id UUID,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  ended_because VARCHAR,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_preinformation_links PRIMARY KEY (id),
  CONSTRAINT ck_preinformation_links_ended CHECK ((ended_at IS NULL) = (ended_because IS NULL)),
  CONSTRAINT fk_preinformation_links_form_id FOREIGN KEY(form_id) REFERENCES preinformation_forms (id),
  CONSTRAINT fk_preinformation_links_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT uq_preinformation_links_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_preinformation_links_representative_id FOREIGN KEY(representative_id) REFERENCES representatives (id),
  CONSTRAINT fk_preinformation_links_issued_by_id FOREIGN KEY(issued_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_preinformation_links_client_id ON preinformation_links (client_id);

CREATE INDEX ix_preinformation_links_form_id ON preinformation_links (form_id);

CREATE UNIQUE INDEX uq_preinformation_links_one ON preinformation_links (form_id) WHERE ended_at IS NULL;

-- A link is a capability for one form: a transaction that entered by it is nobody else's, so these are nothing where
-- somebody is signed in. Set by enter_form only.
CREATE FUNCTION ctx_form() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN ctx_login() IS NULL THEN NULLIF(current_setting('app.form', true), '')::uuid END;

CREATE FUNCTION ctx_form_client() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN ctx_login() IS NULL THEN NULLIF(current_setting('app.form_client', true), '')::uuid END;

CREATE FUNCTION ctx_form_link() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN ctx_login() IS NULL THEN NULLIF(current_setting('app.form_link', true), '')::uuid END;

-- By a link one fills the form, and changes nothing else of it.
CREATE FUNCTION refuse_more_than_filling() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE filling text[] := ARRAY['state', 'version', 'modes', 'saved_at', 'submitted_at', 'submitted_mode',
                                'representative_id'];
BEGIN
  IF OLD.state NOT IN ('requested', 'in_progress') OR NEW.state NOT IN ('in_progress', 'submitted')
     OR to_jsonb(NEW) - filling IS DISTINCT FROM to_jsonb(OLD) - filling THEN
    RAISE EXCEPTION 'a link fills a form and changes nothing else'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'link_fills_only';
  END IF;
  RETURN NEW;
END $$;

-- What was submitted stays as it was; more is said in an addendum.
CREATE FUNCTION refuse_after_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM preinformation_forms f
                  WHERE f.id = OLD.form_id AND f.state IN ('requested', 'in_progress')) THEN
    RAISE EXCEPTION 'submitted answers stay as they are'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'answers_stay';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER fills_only BEFORE UPDATE ON preinformation_forms
  FOR EACH ROW WHEN (ctx_form() IS NOT NULL) EXECUTE FUNCTION refuse_more_than_filling();

CREATE TRIGGER stays BEFORE UPDATE ON preinformation_answers
  FOR EACH ROW EXECUTE FUNCTION refuse_after_submission();
