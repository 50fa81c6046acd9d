DROP TRIGGER attachments ON referrals;

DROP FUNCTION attachments_get_the_client;

DROP TABLE record_requests;

DROP TABLE attachment_contents;

DROP TABLE attachments;
