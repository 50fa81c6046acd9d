ALTER TABLE referrals
  ADD COLUMN priority VARCHAR,
  ADD COLUMN prioritised_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN waiting_since TIMESTAMP WITH TIME ZONE,
  ADD COLUMN waiting_reason VARCHAR,
  ADD COLUMN rechecked_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN recheck_planned_on DATE,
  ADD COLUMN teams_left UUID[] NOT NULL DEFAULT '{}',
  ADD COLUMN first_contact_at TIMESTAMP WITH TIME ZONE,
  ADD CONSTRAINT ck_referrals_priority CHECK (priority IN ('routine', 'urgent')),
  ADD CONSTRAINT ck_referrals_waiting CHECK (state <> 'waitlisted' OR waiting_since IS NOT NULL),
  DROP CONSTRAINT ck_referrals_referralstate,
  ADD CONSTRAINT ck_referrals_referralstate CHECK (state IN ('draft', 'received', 'waitlisted', 'returned_for_info', 'rejected', 'in_progress', 'closed', 'withdrawn', 'cancelled', 'entered_in_error'));

-- The default was for the rows there were.
ALTER TABLE referrals ALTER COLUMN teams_left DROP DEFAULT;

GRANT UPDATE (
  priority, prioritised_at, waiting_since, waiting_reason, rechecked_at, recheck_planned_on, teams_left,
  first_contact_at
) ON referrals TO heinola_app;

DROP INDEX ix_referrals_team_open;

CREATE INDEX ix_referrals_team_open ON referrals (team_id, submitted_at, id) WHERE state IN ('received', 'waitlisted', 'returned_for_info', 'in_progress');

ALTER TABLE pathways ADD COLUMN urgent BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE pathways ALTER COLUMN urgent DROP DEFAULT;

CREATE TABLE referral_events (
  referral_id UUID NOT NULL,
  client_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  kind VARCHAR NOT NULL,
  side VARCHAR NOT NULL,
  by_id UUID,
  from_team_id UUID,
  to_team_id UUID,
  reason VARCHAR,
  how VARCHAR,
  words VARCHAR,
  priority VARCHAR,
  next_on DATE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_referral_events PRIMARY KEY (id),
  CONSTRAINT ck_referral_events_side CHECK (side IN ('sender', 'receiver', 'client', 'rules')),
  CONSTRAINT fk_referral_events_referral_id FOREIGN KEY(referral_id) REFERENCES referrals (id),
  CONSTRAINT fk_referral_events_client_id FOREIGN KEY(client_id) REFERENCES clients (id),
  CONSTRAINT fk_referral_events_by_id FOREIGN KEY(by_id) REFERENCES persons (id),
  CONSTRAINT fk_referral_events_from_team_id FOREIGN KEY(from_team_id) REFERENCES teams (id),
  CONSTRAINT fk_referral_events_to_team_id FOREIGN KEY(to_team_id) REFERENCES teams (id)
);

CREATE INDEX ix_referral_events_client_id ON referral_events (client_id);

CREATE INDEX ix_referral_events_referral ON referral_events (referral_id, at, id);
