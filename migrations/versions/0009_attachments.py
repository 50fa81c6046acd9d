"""Documents of a case, and old records asked of other places."""

from __future__ import annotations

from migrations.policies import in_register, protect
from migrations.sql import run

revision = "0009_attachments"
down_revision = "0008_side_roads"
branch_labels = None
depends_on = None

# A sender sees what senders added to its own referral, and nothing that the team or the client did.
OF_SENDER = """(attachments.side = 'sender' AND EXISTS (
  SELECT FROM referrals r WHERE r.id = attachments.referral_id
     AND (r.sender_organisation_id = ANY ((SELECT ctx_organisations())::uuid[])
          OR r.sender_person_id = (SELECT ctx_person()))))"""
# A referral that no team covers is read by those who answer for the area's queue; so are its documents.
IN_QUEUE = """((attachments.register = 'operational' OR attachments.register = ANY ((SELECT ctx_registers())::text[]))
  AND EXISTS (SELECT FROM referrals r WHERE r.id = attachments.referral_id AND r.state <> 'draft'
     AND r.team_id IS NULL AND r.area_id = ANY ((SELECT ctx_areas())::uuid[])))"""


def upgrade() -> None:
    run("0009_attachments.sql")
    protect(
        "attachments",
        f"({in_register('attachments')} OR {OF_SENDER} OR {IN_QUEUE})",
        changes=("client_id", "state", "content_at", "stored_in", "error_reason", "version"),
    )
    protect(
        "attachment_contents",
        "EXISTS (SELECT FROM attachments a WHERE a.id = attachment_contents.attachment_id)",
        changes=("client_id",),
    )
    protect(
        "record_requests",
        in_register("record_requests"),
        fixed=("id", "created_at", "client_id", "pathway_id", "team_id", "what", "register", "requested_at"),
    )


def downgrade() -> None:
    run("0009_attachments.down.sql")
