DROP TABLE meeting_invitations;

DROP TABLE meeting_changes;

DROP TABLE meeting_decisions;

DROP TABLE meeting_agenda_parts;

SET LOCAL ROLE heinola_definer;

DROP FUNCTION ctx_guest_parts;

SET LOCAL ROLE heinola_owner;

DROP POLICY definer_parts ON meeting_note_parts;

REVOKE SELECT (id, meeting_id, register) ON meeting_note_parts FROM heinola_definer;

DROP TABLE meeting_openings;

ALTER TABLE meeting_note_parts NO FORCE ROW LEVEL SECURITY;

DELETE FROM meeting_note_parts WHERE register = 'operational';

ALTER TABLE meeting_note_parts FORCE ROW LEVEL SECURITY;

ALTER TABLE meeting_note_parts
  DROP CONSTRAINT ck_meeting_note_parts_register,
  ADD CONSTRAINT ck_meeting_note_parts_register CHECK (register IN ('health', 'social', 'employment')),
  DROP COLUMN for_organisation_ids,
  DROP COLUMN data_class;

ALTER TABLE meetings
  DROP CONSTRAINT ck_meetings_declined,
  DROP COLUMN declined_evidence,
  DROP COLUMN declined_on,
  DROP COLUMN reserves,
  DROP COLUMN room_id;
