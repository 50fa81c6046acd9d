"""A consent gap: what nobody may be told until the client permits it, for whose work, and what came of asking."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission

GAP = "consent_gap"  # the kind of work that it is


class GapState(StrEnum):
    OPEN = "open"
    ASKED = "asked"
    CLOSED = "closed"


G = GapState
UNCLOSED = frozenset({G.OPEN, G.ASKED})
FLOW = Flow(
    GapState,
    {
        "ask": Verb(UNCLOSED, G.ASKED, Permission.CONSENT_WRITE, "team"),
        "close": Verb(UNCLOSED, G.CLOSED, Permission.CONSENT_WRITE, "team"),
    },
)


class ConsentGap(Root, kw_only=True, eq=False, repr=False):
    """One open for a client, team, recipient, purpose and set of data classes, however often somebody meets it.

    `opened_because`: `missing` when something was refused for want of it, `ended` when a permission ran out or had been
    recorded wrongly. Never for a recipient that the client has said no to.
    """

    __tablename__ = "consent_gaps"
    __table_args__ = (
        CheckConstraint("cardinality(data_classes) > 0", name="data_classes"),
        CheckConstraint("opened_because IN ('missing', 'ended')", name="opened_because"),
        CheckConstraint(
            "(asked_at IS NULL) = (asked_how IS NULL) AND (state <> 'asked' OR asked_at IS NOT NULL)", name="asked"
        ),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (closed_because IS NULL)",
            name="closed",
        ),
        Index("ix_consent_gaps_team", "team_id", "opened_at", "id"),
        Index(
            "uq_consent_gaps_open",
            "client_id",
            "team_id",
            "recipient_id",
            "purpose",
            "data_classes",
            unique=True,
            postgresql_where=text("state <> 'closed'"),
        ),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    purpose: Mapped[str]
    data_classes: Mapped[list[str]]
    pathway_id: Mapped[UUID | None] = mapped_column(ForeignKey("pathways.id"))
    opened_because: Mapped[str]
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[GapState] = mapped_column(init=False, default=GapState.OPEN)
    asked_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    asked_how: Mapped[str | None] = mapped_column(init=False, default=None)
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    closed_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    closed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    closed_because: Mapped[str | None] = mapped_column(init=False, default=None)
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consents.id"), init=False, default=None)

    def ask(self, how: str, by: UUID | None, at: datetime) -> None:
        self.state = FLOW.move(self.state, "ask")
        self.asked_at, self.asked_how, self.asked_by_id = at, how, by

    def close(self, because: str, consent_id: UUID | None, by: UUID | None, at: datetime) -> None:
        self.state = FLOW.move(self.state, "close")
        self.closed_at, self.closed_because, self.closed_by_id, self.consent_id = at, because, by, consent_id
