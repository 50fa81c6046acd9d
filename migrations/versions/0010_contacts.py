"""The contact log and notes."""

from __future__ import annotations

from migrations.policies import protect, sees
from migrations.sql import run

revision = "0010_contacts"
down_revision = "0009_attachments"
branch_labels = None
depends_on = None

# A note is read in its register; the client reads what is meant for them.
NOTE_READ = (
    "(CASE WHEN notes.client_id = (SELECT ctx_client()) THEN notes.client_visible"
    " ELSE notes.register = 'operational' OR notes.register = ANY ((SELECT ctx_registers())::text[]) END"
    f" AND {sees('notes')})"
)
# What was written stays as it was written.
CHANGES = ("state", "error_reason", "version")


def upgrade() -> None:
    run("0010_contacts.sql")
    protect("contacts", sees("contacts"), changes=CHANGES)
    protect("notes", NOTE_READ, changes=CHANGES)


def downgrade() -> None:
    run("0010_contacts.down.sql")
