SET LOCAL ROLE heinola_definer;

DROP FUNCTION forget_deliveries;

SET LOCAL ROLE heinola_owner;

REVOKE UPDATE (created_at) ON clients, consents FROM heinola_job;

DROP TABLE notices;

DROP TABLE notification_settings;

DROP TABLE delivery_attempts;

DROP TABLE deliveries;
