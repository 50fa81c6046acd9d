"""What a professional concluded, in plain words, for those who may read only that; notes of meetings by register."""

from __future__ import annotations

from migrations.policies import in_register, protect, sees
from migrations.sql import run

revision = "0030_plain_words"
down_revision = "0029_sharing"
branch_labels = None
depends_on = None

HEALTH = "'health' = ANY ((SELECT ctx_registers())::text[])"
# What the client permits the area to coordinate with is read by social workers; the API asks the same.
PERMITTED = "ctx_permitted_here(conclusions.client_id, ARRAY['work_ability_conclusion'], 'service_coordination')"
SEEN = (
    f"(conclusions.client_id = (SELECT ctx_client()) OR ({sees('conclusions')} AND ({HEALTH} OR "
    f"(SELECT ctx_plain_words()) OR ('social' = ANY ((SELECT ctx_registers())::text[]) AND {PERMITTED}))))"
)


def upgrade() -> None:
    run("0030_plain_words.sql")
    protect(
        "conclusions",
        SEEN,
        writes=f"({HEALTH} AND {sees('conclusions')})",
        changes=("work_ability", "work_ability_score", "amended_at", "in_error", "version"),
    )
    protect("meeting_note_parts", in_register("meeting_note_parts"), changes=())


def downgrade() -> None:
    run("0030_plain_words.down.sql")
