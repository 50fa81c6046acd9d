DROP POLICY app_open ON meeting_participants;

DROP POLICY app_open ON meetings;

SET LOCAL ROLE heinola_definer;

DROP FUNCTION ctx_guest;

SET LOCAL ROLE heinola_owner;

-- Work about what is dropped is done.
ALTER TABLE work_items NO FORCE ROW LEVEL SECURITY;

UPDATE work_items SET closed_at = greatest(opened_at, now()) WHERE kind = 'consent_gap' AND closed_at IS NULL;

ALTER TABLE work_items FORCE ROW LEVEL SECURITY;

DROP TABLE consent_gaps;

DROP TABLE cease_notices;

ALTER TABLE meeting_participants DROP COLUMN offered_at, DROP COLUMN closed_at, DROP COLUMN awaiting_since;

REVOKE INSERT, UPDATE ON meeting_participants, work_items, referral_events, referrals, clients FROM heinola_job;
