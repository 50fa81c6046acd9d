"""What leaves: subscriptions, deliveries and the disclosure each message rests on."""

from __future__ import annotations

revision = "0027_delivery"
down_revision = "0026_consents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
