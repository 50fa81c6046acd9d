-- As what each assessment was signed. NULL of those whose seat is not known any more.
ALTER TABLE assessments ADD COLUMN author_role VARCHAR;

-- A document is amended only after it was signed, and never without a reason: the original stays beside it.
ALTER TABLE assessments ADD CONSTRAINT ck_assessments_amended CHECK (amended_at IS NULL OR completed_at IS NOT NULL);

-- Work incapacity is a physician's word, and not one written down for the own care team (C-16).
ALTER TABLE assessments ADD CONSTRAINT ck_assessments_incapacity CHECK (
  conclusion IS DISTINCT FROM 'work_incapacity_indicated'
  OR (kind IN ('physician_assessment', 'physician_consultation') AND author_role IS DISTINCT FROM 'own_care_team')
);

ALTER TABLE assessment_versions ADD CONSTRAINT ck_assessment_versions_reason CHECK (btrim(reason) <> '');

-- What was signed before stood on a seat. The owner sees no rows under FORCE.
ALTER TABLE assessments NO FORCE ROW LEVEL SECURITY;

ALTER TABLE work_items NO FORCE ROW LEVEL SECURITY;

ALTER TABLE seats NO FORCE ROW LEVEL SECURITY;

UPDATE assessments a SET author_role = s.role
FROM work_items w JOIN seats s ON s.id = w.seat_id
WHERE w.subject_id = a.id AND w.kind = a.kind AND w.holder_id IS NOT NULL AND a.completed_at IS NOT NULL;

ALTER TABLE seats FORCE ROW LEVEL SECURITY;

ALTER TABLE work_items FORCE ROW LEVEL SECURITY;

ALTER TABLE assessments FORCE ROW LEVEL SECURITY;
