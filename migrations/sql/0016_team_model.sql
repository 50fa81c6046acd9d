-- A team's unit, the rule set it follows, and after how many days without a touch a holder counts as silent.
ALTER TABLE teams
  ADD COLUMN unit_id UUID,
  ADD COLUMN rule_set VARCHAR NOT NULL DEFAULT 'heinola',
  ADD COLUMN silent_after_days INTEGER NOT NULL DEFAULT 14,
  ADD CONSTRAINT ck_teams_silent_after_days CHECK (silent_after_days BETWEEN 1 AND 365),
  ADD CONSTRAINT fk_teams_unit_id FOREIGN KEY(unit_id) REFERENCES units (id);

-- The defaults were for the rows there were.
ALTER TABLE teams ALTER COLUMN rule_set DROP DEFAULT, ALTER COLUMN silent_after_days DROP DEFAULT;

ALTER TABLE seats
  ADD COLUMN clients_per_day INTEGER,
  ADD COLUMN channels JSONB NOT NULL DEFAULT '[]',
  ADD CONSTRAINT ck_seats_clients_per_day CHECK (clients_per_day IS NULL OR clients_per_day BETWEEN 1 AND 20);

ALTER TABLE seats ALTER COLUMN channels DROP DEFAULT;

-- Each holder's own limits (C-23); and since when somebody who is leaving gets no more of the seat's work (C-43).
ALTER TABLE holders
  ADD COLUMN max_open INTEGER,
  ADD COLUMN client_days_per_week DOUBLE PRECISION,
  ADD COLUMN handed_over_at TIMESTAMP WITH TIME ZONE,
  ADD CONSTRAINT ck_holders_max_open CHECK (max_open IS NULL OR max_open BETWEEN 0 AND 1000),
  ADD CONSTRAINT ck_holders_client_days_per_week CHECK (client_days_per_week IS NULL OR client_days_per_week BETWEEN 0 AND 5);

ALTER TABLE persons ADD COLUMN languages VARCHAR[] NOT NULL DEFAULT '{}';

ALTER TABLE persons ALTER COLUMN languages DROP DEFAULT;
