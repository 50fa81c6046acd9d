"""Taking part in services, side by side."""

from __future__ import annotations

from alembic import op

from migrations.policies import columns_but, of_team, protect, sees, signed
from migrations.roles import APP, JOB
from migrations.sql import run

revision = "0034_participations"
down_revision = "0033_steps_moved"
branch_labels = None
depends_on = None

# A check makes the part a new version: `created_at` is written again as it is.
STAYS = ("id", "client_id", "pathway_id", "team_id", "author_id")
PARTIES = ("kind", "organiser_id", "payer_id", "provider_id", "group_id")


def upgrade() -> None:
    run("0034_participations.sql")
    protect("service_participations", sees("service_participations"), fixed=(*STAYS, *PARTIES))
    protect("timeliness_checks", sees("timeliness_checks"), changes=())
    protect("quality_reviews", sees("quality_reviews"), changes=())
    protect("after_contacts", sees("after_contacts"), fixed=(*STAYS, "created_at", "participation_id", "months"))
    for table in ("service_participations", "after_contacts"):
        of_team(table)
    for table in ("timeliness_checks", "quality_reviews"):
        signed(table, "author_id")
    # No client stands in a group: it is the area's own people's to read, and its team's to change.
    here = "area_id = ANY ((SELECT ctx_workplaces())::uuid[])"
    ours = "team_id = ANY ((SELECT ctx_teams())::uuid[])"
    op.execute("ALTER TABLE service_groups ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE service_groups FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY job ON service_groups TO {JOB} USING (true)")
    op.execute(f"CREATE POLICY app_read ON service_groups FOR SELECT TO {APP} USING ({here})")
    op.execute(f"CREATE POLICY app_add ON service_groups FOR INSERT TO {APP} WITH CHECK ({here} AND {ours})")
    op.execute(
        f"CREATE POLICY app_change ON service_groups FOR UPDATE TO {APP}"
        f" USING ({here} AND {ours}) WITH CHECK ({here} AND {ours})"
    )
    columns = columns_but("service_groups", ("id", "area_id", "team_id", "author_id", "created_at"))
    op.execute(f"GRANT SELECT, INSERT, UPDATE ({columns}) ON service_groups TO {APP}")
    op.execute(f"GRANT SELECT ON service_groups TO {JOB}")


def downgrade() -> None:
    run("0034_participations.down.sql")
