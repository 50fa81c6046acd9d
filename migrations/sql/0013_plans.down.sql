DROP TABLE follow_ups;

DROP TABLE plan_words;

DROP TABLE small_steps;

DROP TABLE barrier_records;

DROP TABLE goal_marks;
