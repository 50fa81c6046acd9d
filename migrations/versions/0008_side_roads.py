"""Waiting, re-checks, priority, the chain of redirections of a referral, and its history."""

from __future__ import annotations

from migrations.policies import protect, sees
from migrations.sql import run

revision = "0008_side_roads"
down_revision = "0007_sources"
branch_labels = None
depends_on = None

# The receiving side and the client; of a referral that no team covers those who answer for the area's queue. A sender
# sees no row: a history tells what the status hides.
SEEN = f"""({sees("referral_events")} OR EXISTS (
  SELECT FROM referrals r WHERE r.id = referral_events.referral_id AND r.state <> 'draft' AND r.team_id IS NULL
    AND r.area_id = ANY ((SELECT ctx_areas())::uuid[])
))"""


def upgrade() -> None:
    run("0008_side_roads.sql")
    protect("referral_events", SEEN, changes=())


def downgrade() -> None:
    run("0008_side_roads.down.sql")
