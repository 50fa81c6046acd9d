ALTER TABLE referrals
  ADD COLUMN hoped_for VARCHAR,
  ADD COLUMN reach_when VARCHAR,
  ADD COLUMN sender_description VARCHAR,
  ADD COLUMN meeting_held JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN origin_meeting_id UUID,
  ADD COLUMN origin_pathway_id UUID,
  ADD COLUMN representative_id UUID,
  ADD COLUMN person_known BOOLEAN NOT NULL DEFAULT false,
  ADD CONSTRAINT fk_referrals_origin_meeting_id FOREIGN KEY(origin_meeting_id) REFERENCES meetings (id),
  ADD CONSTRAINT fk_referrals_origin_pathway_id FOREIGN KEY(origin_pathway_id) REFERENCES pathways (id),
  ADD CONSTRAINT fk_referrals_representative_id FOREIGN KEY(representative_id) REFERENCES representatives (id);

-- The defaults were for the rows there were.
ALTER TABLE referrals
  ALTER COLUMN meeting_held DROP DEFAULT,
  ALTER COLUMN person_known DROP DEFAULT;

-- Where it came from stays as it was written; what it says may be mended while a draft, or returned.
GRANT UPDATE (hoped_for, reach_when, meeting_held) ON referrals TO heinola_app;
