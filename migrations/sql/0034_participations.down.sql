DROP TRIGGER after_contact_owned ON work_items;

ALTER TABLE work_items NO FORCE ROW LEVEL SECURITY;

UPDATE work_items SET closed_at = greatest(opened_at, now()) WHERE kind = 'after_contact' AND closed_at IS NULL;

ALTER TABLE work_items FORCE ROW LEVEL SECURITY;

DROP TABLE after_contacts;

DROP TABLE quality_reviews;

DROP TABLE timeliness_checks;

DROP TABLE service_participations;

DROP TABLE service_groups;

SET LOCAL ROLE heinola_definer;

DROP FUNCTION service_group_counts;

DROP FUNCTION refuse_over_members;

DROP FUNCTION refuse_after_contact_of_nobody;

SET LOCAL ROLE heinola_owner;
