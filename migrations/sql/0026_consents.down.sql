DROP POLICY app_audit ON disclosures;

DROP INDEX ix_disclosures_client_at;

ALTER TABLE referrals DROP COLUMN statutory_basis;

DROP TRIGGER said_once ON consents;

DROP FUNCTION refuse_consent_rewritten();

-- A replaced one was ended by the client's word at that instant: in the older words, withdrawn.
ALTER TABLE consents NO FORCE ROW LEVEL SECURITY;

UPDATE consents SET state = 'withdrawn', withdrawn_at = replaced_at WHERE state = 'replaced';

UPDATE consents SET withdrawn_at = replaced_at WHERE withdrawn_at IS NULL AND replaced_at IS NOT NULL;

ALTER TABLE consents FORCE ROW LEVEL SECURITY;

DROP INDEX ix_consents_ending;

ALTER TABLE consents
  DROP CONSTRAINT ck_consents_consentstate,
  ADD CONSTRAINT ck_consents_consentstate CHECK (state IN ('recorded', 'withdrawn', 'entered_in_error')),
  DROP COLUMN pilot_name,
  DROP COLUMN given_to_id,
  DROP COLUMN information_text,
  DROP COLUMN information_version,
  DROP COLUMN evidence_attachment_id,
  DROP COLUMN evidence_sha256,
  DROP COLUMN verification,
  DROP COLUMN verified_at,
  DROP COLUMN verified_by_id,
  DROP COLUMN verified_how,
  DROP COLUMN replaces_id,
  DROP COLUMN replaced_by_id,
  DROP COLUMN replaced_at;
