DROP TRIGGER summary_offered ON pathways;

DROP TRIGGER end_score ON pathways;

DROP TRIGGER marked_once ON outcomes;

DROP TABLE client_summary_words;

DROP TABLE client_summaries;

DROP TABLE pathway_scores;

DROP TABLE goal_achievements;

DROP FUNCTION refuse_other_summary();

SET LOCAL ROLE heinola_definer;

DROP FUNCTION refuse_close_without_summary();

DROP FUNCTION refuse_close_without_score();

DROP FUNCTION refuse_words_of_offered();

DROP FUNCTION score_stands(uuid, text);

SET LOCAL ROLE heinola_owner;

ALTER TABLE pathways DROP COLUMN asks_scores;

ALTER TABLE outcomes
  DROP COLUMN subtype, DROP COLUMN starts_on, DROP COLUMN agreed_with_client, DROP COLUMN entered_in_error_at,
  DROP COLUMN entered_in_error_by_id, DROP COLUMN entered_in_error_reason;
