"""Networks of peers: members on a supervisor's permission, meetings and who was there. No client stands in them."""

from __future__ import annotations

from alembic import op

from migrations.roles import APP, JOB
from migrations.sql import run

revision = "0046_networks"
down_revision = "0045_meetings"
branch_labels = None
depends_on = None

# What may change of a row; what was said of who was there never does.
CHANGES = {
    "networks": "name, purpose, convener_id, created_at, version",
    "network_members": "supervisor, approved_by_id, approved_at, withdrawn_at",
    "network_meetings": "notes, recording, recorded_at",
    "network_attendances": "",
}


def upgrade() -> None:
    run("0046_networks.sql")
    for table, changes in CHANGES.items():
        # Whoever works in the area or with it: a partner's people belong to networks too.
        here = (
            f"EXISTS (SELECT FROM organisations o WHERE o.id = ANY ((SELECT ctx_workplaces())::uuid[])"
            f" AND o.area_id = {table}.area_id)"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY job ON {table} TO {JOB} USING (true)")
        op.execute(f"CREATE POLICY app ON {table} TO {APP} USING ({here}) WITH CHECK ({here})")
        op.execute(f"GRANT SELECT, INSERT{f', UPDATE ({changes})' if changes else ''} ON {table} TO {APP}")
        op.execute(f"GRANT SELECT ON {table} TO {JOB}")


def downgrade() -> None:
    run("0046_networks.down.sql")
