-- The disclosure an event tells its recipient of.
ALTER TABLE outbox_events ADD COLUMN disclosure_id UUID;

ALTER TABLE outbox_events ADD CONSTRAINT fk_outbox_events_disclosure_id FOREIGN KEY (disclosure_id)
  REFERENCES disclosures (id);

CREATE TABLE subscriptions (
  login_id UUID NOT NULL,
  area_id UUID NOT NULL,
  team_id UUID,
  organisation_id UUID,
  name VARCHAR NOT NULL,
  url VARCHAR NOT NULL,
  kinds VARCHAR[] NOT NULL,
  secret BYTEA NOT NULL,
  previous_secret BYTEA,
  previous_until TIMESTAMP WITH TIME ZONE,
  state VARCHAR(40) NOT NULL,
  disabled_because VARCHAR,
  position BIGINT NOT NULL,
  failing_since TIMESTAMP WITH TIME ZONE,
  claim UUID,
  claimed_until TIMESTAMP WITH TIME ZONE,
  created_by_id UUID,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_subscriptions PRIMARY KEY (id),
  CONSTRAINT fk_subscriptions_login_id FOREIGN KEY (login_id) REFERENCES logins (id),
  CONSTRAINT fk_subscriptions_area_id FOREIGN KEY (area_id) REFERENCES organisations (id),
  CONSTRAINT fk_subscriptions_team_id FOREIGN KEY (team_id) REFERENCES teams (id),
  CONSTRAINT fk_subscriptions_organisation_id FOREIGN KEY (organisation_id) REFERENCES organisations (id),
  CONSTRAINT fk_subscriptions_created_by_id FOREIGN KEY (created_by_id) REFERENCES persons (id),
  CONSTRAINT ck_subscriptions_disabled CHECK ((state = 'disabled') = (disabled_because IS NOT NULL)),
  CONSTRAINT ck_subscriptions_previous CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
  CONSTRAINT ck_subscriptions_position CHECK (position >= 0),
  CONSTRAINT ck_subscriptions_subscriptionstate CHECK (state IN ('enabled', 'disabled'))
);

CREATE INDEX ix_subscriptions_login_id ON subscriptions (login_id);

CREATE INDEX ix_subscriptions_area_id ON subscriptions (area_id);

CREATE TABLE deliveries (
  subscription_id UUID NOT NULL,
  event_id UUID,
  kind VARCHAR NOT NULL,
  position BIGINT NOT NULL,
  disclosure_id UUID,
  state VARCHAR(40) NOT NULL,
  attempts INTEGER NOT NULL,
  since TIMESTAMP WITH TIME ZONE NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  finished_at TIMESTAMP WITH TIME ZONE,
  last_outcome VARCHAR,
  last_status INTEGER,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_deliveries PRIMARY KEY (id),
  CONSTRAINT uq_deliveries_subscription_id UNIQUE (subscription_id, event_id),
  CONSTRAINT fk_deliveries_subscription_id FOREIGN KEY (subscription_id) REFERENCES subscriptions (id),
  CONSTRAINT fk_deliveries_event_id FOREIGN KEY (event_id) REFERENCES outbox_events (id),
  CONSTRAINT fk_deliveries_disclosure_id FOREIGN KEY (disclosure_id) REFERENCES disclosures (id),
  CONSTRAINT ck_deliveries_finished CHECK ((state = 'due') = (finished_at IS NULL)),
  CONSTRAINT ck_deliveries_deliverystate CHECK (state IN ('due', 'sent', 'dead', 'stopped'))
);

CREATE INDEX ix_deliveries_due ON deliveries (subscription_id, position) WHERE state = 'due';

CREATE INDEX ix_deliveries_disclosure_id ON deliveries (disclosure_id) WHERE disclosure_id IS NOT NULL;

CREATE TABLE delivery_attempts (
  delivery_id UUID NOT NULL,
  number INTEGER NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  outcome VARCHAR NOT NULL,
  status INTEGER,
  took_ms INTEGER NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_delivery_attempts PRIMARY KEY (id),
  CONSTRAINT fk_delivery_attempts_delivery_id FOREIGN KEY (delivery_id) REFERENCES deliveries (id)
);

CREATE INDEX ix_delivery_attempts_delivery_id ON delivery_attempts (delivery_id);

CREATE INDEX ix_delivery_attempts_at ON delivery_attempts (at);

CREATE TABLE notification_settings (
  login_id UUID NOT NULL,
  mode VARCHAR NOT NULL,
  language VARCHAR NOT NULL,
  looked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  mailed_at TIMESTAMP WITH TIME ZONE,
  version INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_notification_settings PRIMARY KEY (id),
  CONSTRAINT uq_notification_settings_login_id UNIQUE (login_id),
  CONSTRAINT fk_notification_settings_login_id FOREIGN KEY (login_id) REFERENCES logins (id),
  CONSTRAINT ck_notification_settings_mode CHECK (mode IN ('off', 'immediately', 'daily'))
);

CREATE TABLE notices (
  login_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  outcome VARCHAR NOT NULL,
  took_ms INTEGER NOT NULL,
  id UUID NOT NULL,
  CONSTRAINT pk_notices PRIMARY KEY (id),
  CONSTRAINT fk_notices_login_id FOREIGN KEY (login_id) REFERENCES logins (id)
);

CREATE INDEX ix_notices_login_id ON notices (login_id);

CREATE INDEX ix_notices_at ON notices (at);

-- The job asks the same as a request: entered as the subscriber, as the role of requests.
GRANT UPDATE (position, state, disabled_because, failing_since, claim, claimed_until, version) ON subscriptions
  TO heinola_job;

GRANT UPDATE (state, attempts, due_at, finished_at, last_outcome, last_status) ON deliveries TO heinola_job;

GRANT INSERT ON delivery_attempts, notices TO heinola_job;

GRANT UPDATE (looked_at, mailed_at) ON notification_settings TO heinola_job;

-- A share lock needs a right to change something. The job locks what a message rests on until it has left, and changes
-- nothing of it: of the columns that nothing reads but lists, the one.
GRANT UPDATE (created_at) ON clients, consents TO heinola_job;

CREATE POLICY definer ON deliveries TO heinola_definer USING (true);

CREATE POLICY definer ON delivery_attempts TO heinola_definer USING (true);

CREATE POLICY definer ON notices TO heinola_definer USING (true);

GRANT SELECT, DELETE ON deliveries, delivery_attempts, notices TO heinola_definer;

SET LOCAL ROLE heinola_definer;

-- Never younger than 30 days, and of deliveries those that are done.
CREATE FUNCTION forget_deliveries(p_before timestamptz, p_most integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  until timestamptz := least(p_before, now() - interval '30 days');
  total integer := 0;
  gone integer;
BEGIN
  DELETE FROM delivery_attempts WHERE id IN (
    SELECT id FROM delivery_attempts WHERE at < until ORDER BY at LIMIT p_most);
  GET DIAGNOSTICS total = ROW_COUNT;
  DELETE FROM deliveries WHERE id IN (
    SELECT id FROM deliveries d WHERE finished_at < until
       AND NOT EXISTS (SELECT FROM delivery_attempts a WHERE a.delivery_id = d.id) LIMIT p_most);
  GET DIAGNOSTICS gone = ROW_COUNT;
  total := total + gone;
  DELETE FROM notices WHERE id IN (SELECT id FROM notices WHERE at < until ORDER BY at LIMIT p_most);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN total + gone;
END $$;

REVOKE ALL ON FUNCTION forget_deliveries FROM PUBLIC;

GRANT EXECUTE ON FUNCTION forget_deliveries TO heinola_job;

SET LOCAL ROLE heinola_owner;
