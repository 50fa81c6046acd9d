CREATE TABLE instrument_responses (
  client_id UUID NOT NULL,
  pathway_id UUID NOT NULL,
  team_id UUID NOT NULL,
  instrument VARCHAR NOT NULL,
  instrument_version VARCHAR NOT NULL,
  edition VARCHAR,
  register VARCHAR NOT NULL,
  language VARCHAR,
  sex VARCHAR,
  requested_at TIMESTAMP WITH TIME ZONE,
  requested_by_id UUID,
  corrects_id UUID,
  state VARCHAR(40) NOT NULL,
  mode VARCHAR,
  saved_at TIMESTAMP WITH TIME ZONE,
  answered_on DATE,
  answers JSONB,
  score DOUBLE PRECISION,
  score_because VARCHAR,
  rescaled DOUBLE PRECISION,
  imputed VARCHAR[] NOT NULL,
  band VARCHAR,
  band_source VARCHAR,
  completed_at TIMESTAMP WITH TIME ZONE,
  author_id UUID,
  representative_id UUID,
  ended_reason VARCHAR,
  guidance VARCHAR,
  guidance_targets VARCHAR[] NOT NULL,
  guidance_note VARCHAR,
  guidance_agreed BOOLEAN,
  guidance_at TIMESTAMP WITH TIME ZONE,
  guidance_by_id UUID,
  safety BOOLEAN NOT NULL,
  safety_person_id UUID,
  safety_handled_at TIMESTAMP WITH TIME ZONE,
  safety_handled_by_id UUID,
  safety_note VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_instrument_responses PRIMARY KEY (id),
  CONSTRAINT ck_instrument_responses_register CHECK (register IN ('health', 'social', 'employment', 'operational')),
  CONSTRAINT ck_instrument_responses_mode CHECK (mode IN ('self', 'interview', 'professional')),
  CONSTRAINT ck_instrument_responses_responsestate CHECK (state IN ('requested', 'in_progress', 'completed', 'cancelled', 'entered_in_error')),
  CONSTRAINT ck_instrument_responses_completed CHECK (state <> 'completed' OR (completed_at IS NOT NULL AND answered_on IS NOT NULL AND mode IS NOT NULL AND guidance IS NOT NULL)),
  CONSTRAINT ck_instrument_responses_guidance CHECK (guidance IN ('prompted', 'not_asked', 'guided', 'no_need')),
  CONSTRAINT ck_instrument_responses_guidance_said CHECK ((guidance IN ('guided', 'no_need')) = (guidance_at IS NOT NULL)),
  CONSTRAINT ck_instrument_responses_guidance_targets CHECK ((guidance = 'guided') = (cardinality(guidance_targets) > 0)),
  CONSTRAINT ck_instrument_responses_safety_named CHECK (NOT safety OR safety_person_id IS NOT NULL),
  CONSTRAINT ck_instrument_responses_safety_handled CHECK (safety OR safety_handled_at IS NULL),
  CONSTRAINT ck_instrument_responses_safety_handled_by CHECK ((safety_handled_at IS NULL) = (safety_handled_by_id IS NULL)),
  CONSTRAINT ck_instrument_responses_instrument_register CHECK (instrument NOT IN ('audit', 'audit_c', 'phq9', 'bdi', 'mmse', 'other_psychiatric') OR register IN ('health', 'social')),
  CONSTRAINT fk_instrument_responses_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_instrument_responses_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_instrument_responses_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_instrument_responses_requested_by_id FOREIGN KEY(requested_by_id) REFERENCES persons (id),
  CONSTRAINT fk_instrument_responses_corrects_id FOREIGN KEY(corrects_id) REFERENCES instrument_responses (id),
  CONSTRAINT fk_instrument_responses_author_id FOREIGN KEY(author_id) REFERENCES persons (id),
  CONSTRAINT fk_instrument_responses_representative_id FOREIGN KEY(representative_id) REFERENCES representatives (id),
  CONSTRAINT fk_instrument_responses_guidance_by_id FOREIGN KEY(guidance_by_id) REFERENCES persons (id),
  CONSTRAINT fk_instrument_responses_safety_person_id FOREIGN KEY(safety_person_id) REFERENCES persons (id),
  CONSTRAINT fk_instrument_responses_safety_handled_by_id FOREIGN KEY(safety_handled_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_instrument_responses_client ON instrument_responses (client_id, instrument, answered_on);

CREATE INDEX ix_instrument_responses_pathway_id ON instrument_responses (pathway_id);

CREATE UNIQUE INDEX uq_instrument_responses_corrects ON instrument_responses (corrects_id);

CREATE TABLE response_links (
  response_id UUID NOT NULL,
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
  CONSTRAINT pk_response_links PRIMARY KEY (id),
  CONSTRAINT ck_response_links_ended CHECK ((ended_at IS NULL) = (ended_because IS NULL)),
  CONSTRAINT fk_response_links_response_id FOREIGN KEY(response_id) REFERENCES instrument_responses (id),
  CONSTRAINT fk_response_links_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT uq_response_links_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_response_links_representative_id FOREIGN KEY(representative_id) REFERENCES representatives (id),
  CONSTRAINT fk_response_links_issued_by_id FOREIGN KEY(issued_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_response_links_client_id ON response_links (client_id);

CREATE INDEX ix_response_links_response_id ON response_links (response_id);

CREATE UNIQUE INDEX uq_response_links_one ON response_links (response_id) WHERE ended_at IS NULL;

-- What was answered stays as it was answered: what follows is guidance, who saw to a safety sign, and that it was wrong,
-- each said once. A correction is a row of its own.
CREATE FUNCTION refuse_other_response() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE follows text[] := ARRAY['version', 'state', 'ended_reason', 'guidance', 'guidance_targets', 'guidance_note',
                                'guidance_agreed', 'guidance_at', 'guidance_by_id', 'safety_handled_at',
                                'safety_handled_by_id', 'safety_note'];
BEGIN
  IF to_jsonb(NEW) - follows IS DISTINCT FROM to_jsonb(OLD) - follows
     OR NEW.state NOT IN (OLD.state, 'entered_in_error')
     OR (OLD.state = 'entered_in_error' AND to_jsonb(NEW) - 'version' IS DISTINCT FROM to_jsonb(OLD) - 'version')
     OR (OLD.guidance_at IS NOT NULL
         AND (NEW.guidance, NEW.guidance_targets, NEW.guidance_note, NEW.guidance_agreed, NEW.guidance_at,
              NEW.guidance_by_id)
             IS DISTINCT FROM (OLD.guidance, OLD.guidance_targets, OLD.guidance_note, OLD.guidance_agreed,
                               OLD.guidance_at, OLD.guidance_by_id))
     OR (OLD.safety_handled_at IS NOT NULL
         AND (NEW.safety_handled_at, NEW.safety_handled_by_id, NEW.safety_note)
             IS DISTINCT FROM (OLD.safety_handled_at, OLD.safety_handled_by_id, OLD.safety_note)) THEN
    RAISE EXCEPTION 'a completed response stays as it is'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'response_stays';
  END IF;
  IF OLD.state = 'completed' AND NEW.state <> OLD.state AND NEW.safety AND NEW.safety_handled_at IS NULL THEN
    RAISE EXCEPTION 'a sign of danger is seen to before it is marked as wrong'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'safety_unseen';
  END IF;
  RETURN NEW;
END $$;

-- The client, signed in or by a link, answers what was asked, and changes nothing else of it.
CREATE FUNCTION refuse_more_than_answering() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE answering text[] := ARRAY['version', 'state', 'mode', 'saved_at', 'answered_on', 'answers', 'score',
                                  'score_because', 'rescaled', 'imputed', 'band', 'band_source', 'completed_at',
                                  'representative_id', 'guidance', 'safety', 'safety_person_id'];
BEGIN
  IF OLD.state NOT IN ('requested', 'in_progress') OR NEW.state NOT IN ('in_progress', 'completed')
     OR NEW.guidance NOT IN ('prompted', 'not_asked')
     OR to_jsonb(NEW) - answering IS DISTINCT FROM to_jsonb(OLD) - answering THEN
    RAISE EXCEPTION 'a client answers an instrument and changes nothing else'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'client_answers_only';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER stays BEFORE UPDATE ON instrument_responses
  FOR EACH ROW WHEN (OLD.state NOT IN ('requested', 'in_progress')) EXECUTE FUNCTION refuse_other_response();

CREATE TRIGGER answers_only BEFORE UPDATE ON instrument_responses
  FOR EACH ROW WHEN (ctx_form() IS NOT NULL OR ctx_client() IS NOT NULL) EXECUTE FUNCTION refuse_more_than_answering();
