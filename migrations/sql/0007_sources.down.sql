ALTER TABLE referrals
  DROP COLUMN hoped_for,
  DROP COLUMN reach_when,
  DROP COLUMN sender_description,
  DROP COLUMN meeting_held,
  DROP COLUMN origin_meeting_id,
  DROP COLUMN origin_pathway_id,
  DROP COLUMN person_known;
