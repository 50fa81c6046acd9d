SET LOCAL ROLE heinola_definer;

DROP FUNCTION ctx_guest_meetings, consent_permits, hold_relationship, end_relationship, end_quiet_relationships,
  relationship_quiet;

SET LOCAL ROLE heinola_owner;

REVOKE SELECT (client_id, kind, recipient_ids, data_classes, purposes, valid_from, valid_until, state, withdrawn_at, created_at)
  ON consents FROM heinola_definer;

DROP POLICY definer_permits ON consents;

REVOKE SELECT (client_id, team_id, state, ended_at) ON follow_ups FROM heinola_definer;

DROP POLICY definer_relationships ON follow_ups;

REVOKE SELECT, UPDATE (ended_at, ended_because) ON involvements FROM heinola_definer;

DROP POLICY definer_relationships ON involvements;

DROP FUNCTION ctx_workplaces, ctx_kept_from, ctx_at;

DROP INDEX ix_clients_conflict_person_ids;

DROP INDEX uq_involvements_current;

-- What stood below knows one row for a team and a client: of several periods the newest stays.
ALTER TABLE involvements NO FORCE ROW LEVEL SECURITY;

DELETE FROM involvements i USING involvements later
 WHERE later.client_id = i.client_id AND later.team_id = i.team_id AND (later.opened_at, later.id) > (i.opened_at, i.id);

ALTER TABLE involvements FORCE ROW LEVEL SECURITY;

ALTER TABLE involvements ADD CONSTRAINT uq_involvements_client_id UNIQUE (client_id, team_id);

ALTER TABLE involvements
  DROP CONSTRAINT ck_involvements_basis, DROP CONSTRAINT ck_involvements_ended, DROP CONSTRAINT ck_involvements_period,
  DROP CONSTRAINT ck_involvements_because, DROP COLUMN basis, DROP COLUMN ended_at, DROP COLUMN ended_because;
