CREATE TABLE requirement_sets (
  team_id UUID NOT NULL,
  source VARCHAR,
  asked_for VARCHAR,
  items JSONB NOT NULL,
  author_id UUID,
  state VARCHAR(40) NOT NULL,
  number INTEGER,
  valid_from DATE,
  valid_to DATE,
  published_at TIMESTAMP WITH TIME ZONE,
  published_by_id UUID,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_requirement_sets PRIMARY KEY (id),
  CONSTRAINT ck_requirement_sets_published CHECK ((state = 'published') <= (valid_from IS NOT NULL AND valid_to IS NULL)),
  CONSTRAINT fk_requirement_sets_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
  CONSTRAINT fk_requirement_sets_author_id FOREIGN KEY(author_id) REFERENCES persons (id),
  CONSTRAINT ck_requirement_sets_requirementstate CHECK (state IN ('draft', 'published', 'ended')),
  CONSTRAINT fk_requirement_sets_published_by_id FOREIGN KEY(published_by_id) REFERENCES persons (id)
);

CREATE INDEX ix_requirement_sets_team ON requirement_sets (team_id, id);

CREATE UNIQUE INDEX uq_requirement_sets_published ON requirement_sets (team_id, source, asked_for) NULLS NOT DISTINCT WHERE state = 'published';

-- How complete a referral was when first sent, and how often it was returned; counted, never shown.
ALTER TABLE referrals
  ADD COLUMN first_submitted_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN requirement_set_id UUID,
  ADD COLUMN requirement_asked VARCHAR[],
  ADD COLUMN requirement_met VARCHAR[],
  ADD COLUMN returned_count INTEGER DEFAULT 0 NOT NULL,
  ADD CONSTRAINT fk_referrals_requirement_set_id FOREIGN KEY(requirement_set_id) REFERENCES requirement_sets (id);

ALTER TABLE referrals ALTER COLUMN returned_count DROP DEFAULT;

GRANT UPDATE (first_submitted_at, requirement_set_id, requirement_asked, requirement_met, returned_count)
  ON referrals TO heinola_app;

-- Roles that read figures of their area; those that app/security/permissions.py grants REPORT_READ.
CREATE FUNCTION report_reading_roles() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ARRAY['supervisor', 'team_lead'];

SET LOCAL ROLE heinola_definer;

-- Numbers by source and month of the first sending, of an area in whose own organisation the caller reads figures
-- today; of any other nothing. Counts and sums only: no row, no id, no date of a person.
CREATE FUNCTION report_referral_quality(
  p_area uuid, p_on date, p_from date, p_to date, p_late integer, p_criteria integer
) RETURNS TABLE (
  source text, month text, number bigint, completeness double precision, measured bigint, returned bigint,
  late bigint, days_known bigint, criteria_full bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT r.source::text, to_char(s.sent_on, 'YYYY-MM'), count(*),
         sum(cardinality(r.requirement_met)::float8 / cardinality(r.requirement_asked))
           FILTER (WHERE cardinality(r.requirement_asked) > 0),
         count(*) FILTER (WHERE cardinality(r.requirement_asked) > 0),
         count(*) FILTER (WHERE r.returned_count > 0),
         count(*) FILTER (WHERE r.unemployment_days > p_late),
         count(r.unemployment_days),
         count(*) FILTER (WHERE (SELECT count(*) FROM jsonb_object_keys(r.criteria_answers)) >= p_criteria)
    FROM referrals r
   CROSS JOIN LATERAL (SELECT (COALESCE(r.first_submitted_at, r.submitted_at) AT TIME ZONE 'Europe/Helsinki')::date
                           AS sent_on) s
   WHERE r.area_id = p_area AND r.state NOT IN ('draft', 'entered_in_error')
     AND s.sent_on BETWEEN p_from AND p_to
     AND EXISTS (SELECT FROM memberships m
                  WHERE m.person_id = ctx_person() AND m.organisation_id = p_area
                    AND m.role = ANY (report_reading_roles())
                    AND p_on >= m.valid_from AND (m.valid_to IS NULL OR p_on <= m.valid_to))
   GROUP BY 1, 2
   ORDER BY 1, 2
$$;

REVOKE ALL ON FUNCTION report_referral_quality FROM PUBLIC;

GRANT EXECUTE ON FUNCTION report_referral_quality TO heinola_app;

SET LOCAL ROLE heinola_owner;
