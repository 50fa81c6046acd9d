DROP TABLE plan_references;
