ALTER TABLE assessment_versions DROP CONSTRAINT ck_assessment_versions_reason;

ALTER TABLE assessments DROP CONSTRAINT ck_assessments_incapacity;

ALTER TABLE assessments DROP CONSTRAINT ck_assessments_amended;

ALTER TABLE assessments DROP COLUMN author_role;
