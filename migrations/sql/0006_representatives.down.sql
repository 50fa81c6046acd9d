ALTER TABLE clients
  DROP COLUMN interpreter_language, DROP COLUMN preferred_times,
  DROP COLUMN leave_no_messages, DROP COLUMN send_no_letters;

ALTER TABLE consents DROP COLUMN given_by_representative_id, DROP COLUMN withdrawn_by_representative_id;

DROP TABLE representatives;
