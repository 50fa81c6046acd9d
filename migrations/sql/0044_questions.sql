-- Where colleagues ask each other about nobody by name. There is no column for a client, and there is not to be one.
CREATE TABLE forums (
  area_id UUID NOT NULL,
  kind VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  about VARCHAR,
  asker_roles VARCHAR[] NOT NULL,
  expert_roles VARCHAR[] NOT NULL,
  organisation_ids UUID[] NOT NULL,
  convener_id UUID NOT NULL,
  case_minutes INTEGER NOT NULL,
  open BOOLEAN NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_forums PRIMARY KEY (id),
  CONSTRAINT ck_forums_kind CHECK (kind IN ('kuumalinja_session', 'consultation_hour')),
  CONSTRAINT ck_forums_roles CHECK (cardinality(asker_roles) > 0 AND cardinality(expert_roles) > 0),
  CONSTRAINT ck_forums_case_minutes CHECK (case_minutes BETWEEN 5 AND 120),
  CONSTRAINT fk_forums_area_id FOREIGN KEY(area_id) REFERENCES organisations (id),
  CONSTRAINT fk_forums_convener_id FOREIGN KEY(convener_id) REFERENCES persons (id)
);

CREATE INDEX ix_forums_area ON forums (area_id, id);

CREATE TABLE forum_sessions (
  forum_id UUID NOT NULL,
  starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
  minutes INTEGER NOT NULL,
  place VARCHAR NOT NULL,
  convener_id UUID NOT NULL,
  expert_ids UUID[] NOT NULL,
  state VARCHAR(40) NOT NULL,
  attendance JSONB NOT NULL,
  held_at TIMESTAMP WITH TIME ZONE,
  cancelled_at TIMESTAMP WITH TIME ZONE,
  ended_reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_forum_sessions PRIMARY KEY (id),
  CONSTRAINT ck_forum_sessions_minutes CHECK (minutes BETWEEN 15 AND 480),
  CONSTRAINT ck_forum_sessions_cancelled CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL)),
  CONSTRAINT ck_forum_sessions_held CHECK ((state = 'held') = (held_at IS NOT NULL)),
  CONSTRAINT ck_forum_sessions_ended_reason CHECK ((state = 'cancelled') = (ended_reason IS NOT NULL)),
  CONSTRAINT uq_forum_sessions_forum_id UNIQUE (forum_id, starts_at),
  CONSTRAINT fk_forum_sessions_forum_id FOREIGN KEY(forum_id) REFERENCES forums (id),
  CONSTRAINT fk_forum_sessions_convener_id FOREIGN KEY(convener_id) REFERENCES persons (id),
  CONSTRAINT ck_forum_sessions_forumsessionstate CHECK (state IN ('planned', 'held', 'cancelled'))
);

CREATE TABLE forum_questions (
  forum_id UUID NOT NULL,
  asker_id UUID NOT NULL,
  asker_role VARCHAR NOT NULL,
  asker_organisation_id UUID NOT NULL,
  is_case BOOLEAN NOT NULL,
  themes VARCHAR[] NOT NULL,
  language VARCHAR NOT NULL,
  body VARCHAR NOT NULL,
  way VARCHAR NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  waiting_since TIMESTAMP WITH TIME ZONE NOT NULL,
  state VARCHAR(40) NOT NULL,
  waiting_to TIMESTAMP WITH TIME ZONE,
  place_in_queue INTEGER,
  case_minutes INTEGER,
  helpful_entry_id UUID,
  ended_reason VARCHAR,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_forum_questions PRIMARY KEY (id),
  CONSTRAINT ck_forum_questions_way CHECK (way IN ('session', 'thread')),
  CONSTRAINT ck_forum_questions_language CHECK (language IN ('fi', 'sv', 'en')),
  CONSTRAINT ck_forum_questions_themes CHECK (cardinality(themes) BETWEEN 1 AND 5),
  CONSTRAINT ck_forum_questions_case_minutes CHECK (case_minutes BETWEEN 5 AND 120),
  CONSTRAINT ck_forum_questions_place_in_queue CHECK (place_in_queue BETWEEN 1 AND 200),
  CONSTRAINT ck_forum_questions_ended CHECK ((state IN ('closed', 'withdrawn')) = (ended_reason IS NOT NULL)),
  CONSTRAINT ck_forum_questions_waiting CHECK ((state = 'asked') = (waiting_to IS NULL)),
  CONSTRAINT fk_forum_questions_forum_id FOREIGN KEY(forum_id) REFERENCES forums (id),
  CONSTRAINT fk_forum_questions_asker_id FOREIGN KEY(asker_id) REFERENCES persons (id),
  CONSTRAINT fk_forum_questions_asker_organisation_id FOREIGN KEY(asker_organisation_id) REFERENCES organisations (id),
  CONSTRAINT ck_forum_questions_forumquestionstate CHECK (state IN ('asked', 'answered', 'closed', 'withdrawn'))
);

CREATE INDEX ix_forum_questions_asker_id ON forum_questions (asker_id);

CREATE INDEX ix_forum_questions_forum ON forum_questions (forum_id, asked_at, id);

CREATE TABLE forum_entries (
  question_id UUID NOT NULL,
  forum_session_id UUID,
  kind VARCHAR NOT NULL,
  author_id UUID NOT NULL,
  author_role VARCHAR NOT NULL,
  author_organisation_id UUID NOT NULL,
  body VARCHAR NOT NULL,
  said_at TIMESTAMP WITH TIME ZONE NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_forum_entries PRIMARY KEY (id),
  CONSTRAINT ck_forum_entries_kind CHECK (kind IN ('answer', 'outcome', 'follow_up')),
  CONSTRAINT ck_forum_entries_session CHECK ((kind = 'outcome') = (forum_session_id IS NOT NULL)),
  CONSTRAINT fk_forum_entries_question_id FOREIGN KEY(question_id) REFERENCES forum_questions (id),
  CONSTRAINT fk_forum_entries_forum_session_id FOREIGN KEY(forum_session_id) REFERENCES forum_sessions (id),
  CONSTRAINT fk_forum_entries_author_id FOREIGN KEY(author_id) REFERENCES persons (id),
  CONSTRAINT fk_forum_entries_author_organisation_id FOREIGN KEY(author_organisation_id) REFERENCES organisations (id)
);

CREATE INDEX ix_forum_entries_question ON forum_entries (question_id, said_at, id);

CREATE TABLE library_entries (
  forum_id UUID NOT NULL,
  question_id UUID NOT NULL,
  language VARCHAR NOT NULL,
  themes VARCHAR[] NOT NULL,
  title VARCHAR NOT NULL,
  question VARCHAR NOT NULL,
  answer VARCHAR NOT NULL,
  review_on DATE NOT NULL,
  written_by_id UUID NOT NULL,
  state VARCHAR(40) NOT NULL,
  agreed_at TIMESTAMP WITH TIME ZONE,
  checked_by_id UUID,
  released_at TIMESTAMP WITH TIME ZONE,
  ended_reason VARCHAR,
  search TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, (title || ' ' || question || ' ' || answer)) || CASE language WHEN 'fi' THEN to_tsvector('finnish'::regconfig, (title || ' ' || question || ' ' || answer)) WHEN 'sv' THEN to_tsvector('swedish'::regconfig, (title || ' ' || question || ' ' || answer)) ELSE to_tsvector('english'::regconfig, (title || ' ' || question || ' ' || answer)) END) STORED,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_library_entries PRIMARY KEY (id),
  CONSTRAINT ck_library_entries_language CHECK (language IN ('fi', 'sv', 'en')),
  CONSTRAINT ck_library_entries_themes CHECK (cardinality(themes) BETWEEN 1 AND 5),
  CONSTRAINT ck_library_entries_released CHECK ((state = 'draft' OR state = 'withdrawn') OR released_at IS NOT NULL),
  CONSTRAINT ck_library_entries_two_persons CHECK (released_at IS NULL OR (agreed_at IS NOT NULL AND checked_by_id IS NOT NULL AND checked_by_id <> written_by_id)),
  CONSTRAINT ck_library_entries_ended CHECK ((state IN ('withdrawn', 'outdated')) = (ended_reason IS NOT NULL)),
  CONSTRAINT fk_library_entries_forum_id FOREIGN KEY(forum_id) REFERENCES forums (id),
  CONSTRAINT fk_library_entries_question_id FOREIGN KEY(question_id) REFERENCES forum_questions (id),
  CONSTRAINT fk_library_entries_written_by_id FOREIGN KEY(written_by_id) REFERENCES persons (id),
  CONSTRAINT ck_library_entries_libraryentrystate CHECK (state IN ('draft', 'published', 'withdrawn', 'outdated')),
  CONSTRAINT fk_library_entries_checked_by_id FOREIGN KEY(checked_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_library_entries_forum ON library_entries (forum_id, id);

CREATE INDEX ix_library_entries_question_id ON library_entries (question_id);

CREATE INDEX ix_library_entries_search ON library_entries USING gin (search);

CREATE TABLE library_reads (
  library_entry_id UUID NOT NULL,
  month DATE NOT NULL,
  reader VARCHAR NOT NULL,
  role VARCHAR NOT NULL,
  organisation_id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_library_reads PRIMARY KEY (id),
  CONSTRAINT uq_library_reads_library_entry_id UNIQUE (library_entry_id, month, reader),
  CONSTRAINT fk_library_reads_library_entry_id FOREIGN KEY(library_entry_id) REFERENCES library_entries (id),
  CONSTRAINT fk_library_reads_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id)
);

-- What the asker took back is neither agreed to nor published, whoever asks for it and however close to each other.
CREATE FUNCTION refuse_entry_of_withdrawn() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM forum_questions q WHERE q.id = NEW.question_id AND q.state = 'withdrawn') THEN
    RAISE EXCEPTION 'the question was withdrawn' USING ERRCODE = 'check_violation', CONSTRAINT = 'question_withdrawn';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER not_of_withdrawn BEFORE INSERT ON library_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_entry_of_withdrawn();

CREATE TRIGGER not_published_of_withdrawn BEFORE UPDATE ON library_entries
  FOR EACH ROW WHEN (NEW.agreed_at IS NOT NULL AND OLD.agreed_at IS NULL
                     OR NEW.released_at IS NOT NULL AND OLD.released_at IS NULL)
  EXECUTE FUNCTION refuse_entry_of_withdrawn();

-- The link from a question to a referral stands in the referral alone, and only where the client's permission does.
ALTER TABLE referrals ADD COLUMN origin_question_id UUID;

ALTER TABLE referrals
  ADD CONSTRAINT fk_referrals_origin_question_id FOREIGN KEY(origin_question_id) REFERENCES forum_questions (id),
  ADD CONSTRAINT ck_referrals_question_permission CHECK (origin_question_id IS NULL OR permission <> '{}'::jsonb);
