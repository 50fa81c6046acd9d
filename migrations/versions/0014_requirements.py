"""What a team needs to know in a referral, how complete each was, and the figures of it."""

from __future__ import annotations

from migrations.policies import open_to_known
from migrations.sql import run

revision = "0014_requirements"
down_revision = "0013_plans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0014_requirements.sql")
    # No client stands in it: everybody known reads it, as teams and seats.
    open_to_known("requirement_sets")


def downgrade() -> None:
    run("0014_requirements.down.sql")
