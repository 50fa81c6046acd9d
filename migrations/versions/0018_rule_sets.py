"""An area's own versions of rule sets, with their way into force."""

from __future__ import annotations

from migrations.policies import open_to_known
from migrations.sql import run

revision = "0018_rule_sets"
down_revision = "0017_routing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0018_rule_sets.sql")
    # No client stands in it: everybody known reads it, as teams and seats; the API asks whose area it is.
    open_to_known("rule_sets")


def downgrade() -> None:
    run("0018_rule_sets.down.sql")
