CREATE TABLE conclusions (
  client_id UUID NOT NULL,
  pathway_id UUID NOT NULL,
  assessment_id UUID NOT NULL,
  work_ability VARCHAR,
  work_ability_score INTEGER,
  said_at TIMESTAMP WITH TIME ZONE NOT NULL,
  amended_at TIMESTAMP WITH TIME ZONE,
  in_error BOOLEAN NOT NULL,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_conclusions PRIMARY KEY (id),
  CONSTRAINT uq_conclusions_assessment_id UNIQUE (assessment_id),
  CONSTRAINT ck_conclusions_score CHECK (work_ability_score BETWEEN 0 AND 10),
  CONSTRAINT fk_conclusions_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_conclusions_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id),
  CONSTRAINT fk_conclusions_assessment_id FOREIGN KEY(assessment_id) REFERENCES assessments (id)
);

CREATE INDEX ix_conclusions_client_id ON conclusions (client_id);

CREATE TABLE meeting_note_parts (
  meeting_id UUID NOT NULL,
  client_id UUID NOT NULL,
  register VARCHAR NOT NULL,
  body VARCHAR NOT NULL,
  author_id UUID,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_meeting_note_parts PRIMARY KEY (id),
  CONSTRAINT ck_meeting_note_parts_register CHECK (register IN ('health', 'social', 'employment')),
  CONSTRAINT uq_meeting_note_parts_meeting_id UNIQUE (meeting_id, register),
  CONSTRAINT fk_meeting_note_parts_meeting_id FOREIGN KEY(meeting_id) REFERENCES meetings (id),
  CONSTRAINT fk_meeting_note_parts_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_meeting_note_parts_author_id FOREIGN KEY(author_id) REFERENCES persons (id)
);

CREATE INDEX ix_meeting_note_parts_client_id ON meeting_note_parts (client_id);

-- What was concluded before this table was there. The owner reads these rows only while row security does not bind it.
ALTER TABLE assessments NO FORCE ROW LEVEL SECURITY;

INSERT INTO conclusions (id, client_id, pathway_id, assessment_id, work_ability, work_ability_score, said_at,
                         amended_at, in_error, version, created_at)
SELECT gen_random_uuid(), a.client_id, a.pathway_id, a.id, a.work_ability, was.score, a.completed_at,
       a.amended_at, a.state = 'entered_in_error', 1, now()
FROM assessments a
LEFT JOIN LATERAL (
  SELECT (use->>'score')::numeric::integer AS score
  FROM jsonb_array_elements(CASE WHEN jsonb_typeof(a.content->'instruments') = 'array'
                                 THEN a.content->'instruments' ELSE '[]' END) AS use
  WHERE use->>'instrument' = 'was' AND use->>'score' IS NOT NULL
  ORDER BY use->>'answeredOn' DESC LIMIT 1
) was ON true
WHERE a.register = 'health' AND a.completed_at IS NOT NULL AND (a.work_ability IS NOT NULL OR was.score IS NOT NULL);

ALTER TABLE assessments FORCE ROW LEVEL SECURITY;

-- Roles that read conclusions in plain words by their care relationship; those of app/access/matrix.json.
CREATE FUNCTION plain_words_roles() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY['work_ability_coordinator'];

-- Whether the caller works in such a role still.
CREATE FUNCTION ctx_plain_words() RETURNS boolean LANGUAGE sql STABLE
  RETURN EXISTS (
    SELECT FROM memberships m
    WHERE m.person_id = ctx_person() AND m.role = ANY (plain_words_roles())
      AND (m.valid_to IS NULL OR m.valid_to >= (now() AT TIME ZONE 'Europe/Helsinki')::date));

-- Whether the client permits its own area to use something for a purpose at the instant of the request: what the API
-- asks before it shows it (app/consents/rules.py).
SET LOCAL ROLE heinola_definer;

CREATE FUNCTION ctx_permitted_here(p_client uuid, p_classes text[], p_purpose text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM clients k
                  WHERE k.id = p_client AND consent_permits(p_client, k.area_id, p_classes, p_purpose, ctx_at()))
$$;

REVOKE ALL ON FUNCTION ctx_permitted_here FROM PUBLIC;

GRANT EXECUTE ON FUNCTION ctx_permitted_here TO heinola_app;

SET LOCAL ROLE heinola_owner;
