DROP TABLE work_items;

DROP TABLE disclosures;

DROP TABLE logins;

DROP TABLE involvements;

DROP TABLE consents;

DROP TABLE client_identifiers;

DROP TABLE clients;

DROP TABLE use_log;

DROP TABLE outbox_events;

DROP TABLE idempotency_keys;
