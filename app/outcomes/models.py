"""The client's own summary of a path, in plain language, always offered when the path closes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from app.kit.db import Kept, Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class SummaryState(StrEnum):
    DRAFT = "draft"
    OFFERED = "offered"
    DECLINED = "declined"


S = SummaryState
SUMMARY_FLOW = Flow(
    SummaryState,
    {
        "update": Verb(frozenset({S.DRAFT}), None, P.PATHWAY_WRITE, "team"),
        "offer": Verb(frozenset({S.DRAFT}), S.OFFERED, P.PATHWAY_WRITE, "team"),
        "decline": Verb(frozenset({S.OFFERED}), S.DECLINED, P.PATHWAY_READ, "client"),
    },
)


class ClientSummary(Root, kw_only=True, eq=False, repr=False):
    """One summary. Edited until it is offered, and then as it is; a newer one may follow. `sha256` is of its words.

    `automatically`: nobody had offered one, and the path closed. `first_read_at`: the client opened it.
    """

    __tablename__ = "client_summaries"
    __table_args__ = (
        CheckConstraint("language IN ('fi', 'sv', 'en')", name="language"),
        CheckConstraint("(state = 'draft') = (offered_at IS NULL)", name="offered"),
        CheckConstraint("(state = 'declined') = (declined_at IS NOT NULL)", name="declined"),
        CheckConstraint("first_read_at IS NULL OR offered_at IS NOT NULL", name="read_when_offered"),
        Index("ix_client_summaries_pathway", "pathway_id", "id"),
        Index("uq_client_summaries_one_draft", "pathway_id", unique=True, postgresql_where=text("state = 'draft'")),
    )

    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    language: Mapped[str]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    sha256: Mapped[str]
    state: Mapped[SummaryState] = mapped_column(init=False, default=S.DRAFT)
    offered_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    offered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    automatically: Mapped[bool] = mapped_column(init=False, default=False)
    first_read_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    declined_at: Mapped[datetime | None] = mapped_column(init=False, default=None)

    def offer(self, by: UUID | None, at: datetime, *, automatically: bool = False) -> None:
        self.state = SUMMARY_FLOW.move(self.state, "offer")
        self.offered_at, self.offered_by_id, self.automatically = at, by, automatically

    def decline(self, at: datetime) -> None:
        self.state = SUMMARY_FLOW.move(self.state, "decline")
        self.declined_at = at

    def touch(self) -> None:
        """As of every root, by a column that may change."""
        flag_modified(self, "sha256")


class ClientSummaryWords(Kept, kw_only=True, eq=False, repr=False):
    """Its words by section, apart: for the client and whoever reads conclusions in plain words (domain 5.3)."""

    __tablename__ = "client_summary_words"
    __table_args__ = (UniqueConstraint("summary_id"),)

    summary_id: Mapped[UUID] = mapped_column(ForeignKey("client_summaries.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    sections: Mapped[list[dict[str, Any]]]
