DROP TABLE laboratory_statuses;

DROP TABLE assessment_versions;

ALTER TABLE assessments DROP COLUMN amended_at;

ALTER TABLE assessments DROP COLUMN draft;

