DROP TABLE feedback_questions;

DROP TABLE feedback_drafts;

ALTER TABLE pathways DROP COLUMN onward_feedback_to;

ALTER TABLE referrals DROP COLUMN origin_step_id;

ALTER TABLE feedbacks
  DROP CONSTRAINT ck_feedbacks_copy_hash,
  DROP CONSTRAINT ck_feedbacks_sealed,
  DROP COLUMN received_at,
  DROP COLUMN copy_sha256,
  DROP COLUMN copy_text,
  DROP COLUMN language;
