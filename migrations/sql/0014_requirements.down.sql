SET LOCAL ROLE heinola_definer;

DROP FUNCTION report_referral_quality;

SET LOCAL ROLE heinola_owner;

DROP FUNCTION report_reading_roles;

ALTER TABLE referrals
  DROP COLUMN first_submitted_at,
  DROP COLUMN requirement_set_id,
  DROP COLUMN requirement_asked,
  DROP COLUMN requirement_met,
  DROP COLUMN returned_count;

DROP TABLE requirement_sets;
