ALTER TABLE referrals DROP COLUMN origin_question_id;

DROP TABLE library_reads;

DROP TABLE library_entries;

DROP FUNCTION refuse_entry_of_withdrawn;

DROP TABLE forum_entries;

DROP TABLE forum_questions;

DROP TABLE forum_sessions;

DROP TABLE forums;
