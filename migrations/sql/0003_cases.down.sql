DROP TABLE meeting_participants;

DROP TABLE feedbacks;

DROP TABLE assessments;

DROP TABLE routing_decisions;

DROP TABLE referrals;

DROP TABLE problem_records;

DROP TABLE pathway_steps;

DROP TABLE outcomes;

DROP TABLE meetings;

DROP TABLE goals;

DROP TABLE pathways;
