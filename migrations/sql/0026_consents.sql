-- What makes a permission good: who verified it, what the client was told first, the paper, and what it replaced.
ALTER TABLE consents
  ADD COLUMN pilot_name VARCHAR,
  ADD COLUMN given_to_id UUID,
  ADD COLUMN information_text VARCHAR,
  ADD COLUMN information_version DATE,
  ADD COLUMN evidence_attachment_id UUID,
  ADD COLUMN evidence_sha256 VARCHAR,
  ADD COLUMN verification VARCHAR(40),
  ADD COLUMN verified_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN verified_by_id UUID,
  ADD COLUMN verified_how VARCHAR,
  ADD COLUMN replaces_id UUID,
  ADD COLUMN replaced_by_id UUID,
  ADD COLUMN replaced_at TIMESTAMP WITH TIME ZONE;

-- Rows from before: what a partner's referral stated is stated; the rest was heard from the client, or is the client's.
ALTER TABLE consents NO FORCE ROW LEVEL SECURITY;

ALTER TABLE referrals NO FORCE ROW LEVEL SECURITY;

ALTER TABLE clients NO FORCE ROW LEVEL SECURITY;

UPDATE consents c SET
  verification = CASE
    WHEN c.recorded_by_id IS NULL AND c.given_by_representative_id IS NULL THEN 'client_given'
    WHEN c.recorded_organisation_id IS DISTINCT FROM (SELECT k.area_id FROM clients k WHERE k.id = c.client_id)
     AND EXISTS (SELECT FROM referrals r WHERE r.consent_id = c.id) THEN 'stated'
    ELSE 'verified' END,
  pilot_name = CASE WHEN c.kind = 'pilot' THEN '-' END;

UPDATE consents SET verified_at = created_at, verified_by_id = recorded_by_id WHERE verification <> 'stated';

ALTER TABLE clients FORCE ROW LEVEL SECURITY;

ALTER TABLE referrals FORCE ROW LEVEL SECURITY;

ALTER TABLE consents FORCE ROW LEVEL SECURITY;

ALTER TABLE consents
  ALTER COLUMN verification SET NOT NULL,
  DROP CONSTRAINT ck_consents_consentstate,
  ADD CONSTRAINT ck_consents_consentstate CHECK (state IN ('recorded', 'replaced', 'withdrawn', 'entered_in_error')),
  ADD CONSTRAINT ck_consents_verification CHECK (verification IN ('stated', 'verified', 'client_given')),
  ADD CONSTRAINT ck_consents_verified CHECK ((verification = 'stated') = (verified_at IS NULL)),
  ADD CONSTRAINT ck_consents_pilot CHECK ((kind = 'pilot') = (pilot_name IS NOT NULL)),
  ADD CONSTRAINT ck_consents_sha256 CHECK (evidence_sha256 ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT ck_consents_document CHECK (evidence_attachment_id IS NULL OR evidence_sha256 IS NOT NULL),
  ADD CONSTRAINT ck_consents_information CHECK ((information_text IS NULL) = (information_version IS NULL)),
  ADD CONSTRAINT ck_consents_told CHECK (information_text IS NULL OR information_given_at IS NOT NULL),
  ADD CONSTRAINT ck_consents_replaced CHECK ((replaced_at IS NULL) = (replaced_by_id IS NULL)),
  ADD CONSTRAINT ck_consents_replacement CHECK ((state = 'replaced') <= (replaced_at IS NOT NULL)),
  ADD CONSTRAINT uq_consents_replaces_id UNIQUE (replaces_id),
  ADD CONSTRAINT fk_consents_given_to_id FOREIGN KEY(given_to_id) REFERENCES persons (id),
  ADD CONSTRAINT fk_consents_verified_by_id FOREIGN KEY(verified_by_id) REFERENCES persons (id),
  ADD CONSTRAINT fk_consents_evidence_attachment_id FOREIGN KEY(evidence_attachment_id) REFERENCES attachments (id),
  ADD CONSTRAINT fk_consents_replaces_id FOREIGN KEY(replaces_id) REFERENCES consents (id),
  ADD CONSTRAINT fk_consents_replaced_by_id FOREIGN KEY(replaced_by_id) REFERENCES consents (id);

CREATE INDEX ix_consents_ending ON consents (valid_until) WHERE state = 'recorded' AND valid_until IS NOT NULL;

GRANT UPDATE (information_given_at, information_text, information_version, verification, verified_at, verified_by_id,
              verified_how, replaced_by_id, replaced_at) ON consents TO heinola_app;

-- What was told first and who verified it are said once; a replacement, too, happens once.
CREATE FUNCTION refuse_consent_rewritten() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (OLD.information_given_at IS NOT NULL AND
      (NEW.information_given_at, NEW.information_text, NEW.information_version) IS DISTINCT FROM
      (OLD.information_given_at, OLD.information_text, OLD.information_version))
    OR (OLD.verification <> 'stated' AND
        (NEW.verification, NEW.verified_at, NEW.verified_by_id, NEW.verified_how) IS DISTINCT FROM
        (OLD.verification, OLD.verified_at, OLD.verified_by_id, OLD.verified_how))
    OR (OLD.replaced_at IS NOT NULL AND
        (NEW.replaced_at, NEW.replaced_by_id) IS DISTINCT FROM (OLD.replaced_at, OLD.replaced_by_id))
    OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at) THEN
    RAISE EXCEPTION 'what was said of a consent stays as it was said'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'consent_said';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER said_once BEFORE UPDATE ON consents FOR EACH ROW EXECUTE FUNCTION refuse_consent_rewritten();

-- The statute a sender relies on where there is no permission.
ALTER TABLE referrals ADD COLUMN statutory_basis VARCHAR;

GRANT UPDATE (statutory_basis) ON referrals TO heinola_app;

CREATE INDEX ix_disclosures_client_at ON disclosures (client_id, at);

-- The data protection officer of the area reads what was disclosed, as the use log (703/2023, section 11).
CREATE POLICY app_audit ON disclosures FOR SELECT TO heinola_app
  USING ((SELECT ctx_auditor()) <> '{}' AND ctx_audits(client_id, NULL));

GRANT SELECT (verification, recorded_organisation_id, replaced_at) ON consents TO heinola_definer;

SET LOCAL ROLE heinola_definer;

-- As before, and what was replaced has ended; what is only stated holds for the client's area and for whoever stated it.
CREATE OR REPLACE FUNCTION consent_permits(p_client uuid, p_recipient uuid, p_classes text[], p_purpose text, p_at timestamptz)
RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  WITH standing AS (
    SELECT c.kind, c.recipient_ids, c.data_classes::text[] AS data_classes, c.purposes::text[] AS purposes,
           LEAST(c.valid_from, c.created_at) AS said_at,
           c.verification <> 'stated' OR p_recipient = c.recorded_organisation_id
           OR EXISTS (SELECT FROM clients k WHERE k.id = c.client_id AND k.area_id = p_recipient) AS told_on
      FROM consents c
     WHERE c.client_id = p_client AND c.state <> 'entered_in_error' AND c.valid_from <= p_at
       AND (c.valid_until IS NULL OR c.valid_until > p_at) AND (c.withdrawn_at IS NULL OR c.withdrawn_at > p_at)
       AND (c.replaced_at IS NULL OR c.replaced_at > p_at)
  ), nos AS (
    SELECT kind, said_at FROM standing
     WHERE kind IN ('prohibition', 'refusal') AND (recipient_ids = '{}' OR p_recipient = ANY (recipient_ids))
       AND data_classes && (p_classes || 'participation'::text)
  )
  SELECT NOT EXISTS (SELECT FROM nos WHERE kind = 'prohibition')
     AND EXISTS (SELECT FROM standing s
                  WHERE s.kind = 'permission' AND s.told_on AND p_recipient = ANY (s.recipient_ids) AND p_purpose = ANY (s.purposes)
                    AND s.data_classes @> p_classes
                    AND s.said_at > COALESCE((SELECT max(said_at) FROM nos WHERE kind = 'refusal'), '-infinity'))
$$;

SET LOCAL ROLE heinola_owner;
