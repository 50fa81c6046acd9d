DROP TABLE referral_events;

ALTER TABLE pathways DROP COLUMN urgent;

-- Whoever waits goes back to the inbox. The owner of the table is under its policies too, unless they are not forced.
ALTER TABLE referrals NO FORCE ROW LEVEL SECURITY;

UPDATE referrals SET state = 'received' WHERE state = 'waitlisted';

ALTER TABLE referrals FORCE ROW LEVEL SECURITY;

DROP INDEX ix_referrals_team_open;

CREATE INDEX ix_referrals_team_open ON referrals (team_id, submitted_at, id) WHERE state IN ('received', 'returned_for_info', 'in_progress');

ALTER TABLE referrals
  DROP CONSTRAINT ck_referrals_referralstate,
  ADD CONSTRAINT ck_referrals_referralstate CHECK (state IN ('draft', 'received', 'returned_for_info', 'rejected', 'in_progress', 'closed', 'withdrawn', 'cancelled', 'entered_in_error')),
  DROP COLUMN priority,
  DROP COLUMN prioritised_at,
  DROP COLUMN waiting_since,
  DROP COLUMN waiting_reason,
  DROP COLUMN rechecked_at,
  DROP COLUMN recheck_planned_on,
  DROP COLUMN teams_left,
  DROP COLUMN first_contact_at;
