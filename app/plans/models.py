"""Barriers, small steps and the follow-up plan of a path."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept, Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class BarrierStanding(StrEnum):
    """Whether a barrier is still in the way."""

    PRESENT = "present"
    EASED = "eased"
    GONE = "gone"


class BarrierRecord(Kept, kw_only=True, eq=False, repr=False):
    """What somebody saw of one of the five barriers (C-51) on a day; how it is now is the newest row of it."""

    __tablename__ = "barrier_records"
    __table_args__ = (Index("ix_barrier_records_pathway", "pathway_id", "barrier", "id"),)

    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    barrier: Mapped[str]
    standing: Mapped[BarrierStanding]
    agreed_with_client: Mapped[bool]
    recorded_on: Mapped[date]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))


class SmallStep(Kept, kw_only=True, eq=False, repr=False):
    """A small step forward (C-52: "pienet edistysaskeleet"), told by the team or by the client."""

    __tablename__ = "small_steps"

    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    goal_id: Mapped[UUID | None] = mapped_column(ForeignKey("goals.id"))
    taken_on: Mapped[date]
    words: Mapped[str]
    by_client: Mapped[bool]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))


class PlanWords(Kept, kw_only=True, eq=False, repr=False):
    """Words about a barrier record or the result of a follow-up, in the register they belong to: the code is the
    team's to read, the words are that register's and the client's."""

    __tablename__ = "plan_words"
    __table_args__ = (
        CheckConstraint("register IN ('health', 'social', 'operational')", name="register"),
        CheckConstraint("subject_type IN ('barrier', 'follow_up')", name="subject_type"),
    )

    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    subject_type: Mapped[str]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    register: Mapped[str]
    words: Mapped[str]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))


class FollowUpState(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


S = FollowUpState
FOLLOW_UP_FLOW = Flow(
    FollowUpState,
    {
        "update": Verb(frozenset({S.PLANNED}), None, P.PATHWAY_WRITE, "team"),
        "complete": Verb(frozenset({S.PLANNED}), S.DONE, P.PATHWAY_WRITE, "team"),
        "miss": Verb(frozenset({S.PLANNED}), S.MISSED, P.PATHWAY_WRITE, "team"),
        "cancel": Verb(frozenset({S.PLANNED}), S.CANCELLED, P.PATHWAY_WRITE, "team"),
    },
)


class FollowUp(Root, kw_only=True, eq=False, repr=False):
    """Who looks how it goes, when (C-18). Each occurrence is a row; a repeated one makes its next when it is over.

    Naming a person or an organisation gives them no sight of anything.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        CheckConstraint("(every_weeks IS NULL) = (until_on IS NULL)", name="repeats_until"),
        CheckConstraint("every_weeks IS NULL OR every_weeks BETWEEN 1 AND 52", name="every_weeks"),
        CheckConstraint("(state = 'planned') = (ended_on IS NULL)", name="ended"),
        CheckConstraint("state NOT IN ('missed', 'cancelled') OR reason IS NOT NULL", name="reason"),
        Index("ix_follow_ups_team", "team_id", "due_on", "id"),
        Index("uq_follow_ups_next", "previous_id", unique=True, postgresql_where=text("previous_id IS NOT NULL")),
    )

    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    party: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    step_kind: Mapped[str | None]
    what: Mapped[str]
    channel: Mapped[str | None]
    place: Mapped[str | None]
    due_on: Mapped[date]
    every_weeks: Mapped[int | None]
    until_on: Mapped[date | None]
    agreed_with_client: Mapped[bool]
    agreed_on: Mapped[date]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("follow_ups.id"), default=None)
    state: Mapped[FollowUpState] = mapped_column(init=False, default=FollowUpState.PLANNED)
    ended_on: Mapped[date | None] = mapped_column(init=False, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def end(self, verb: str, on: date, by: UUID | None, at: datetime, reason: str | None = None) -> None:
        """`complete`, `miss` or `cancel`. Raises `IllegalMove`."""
        self.state = FOLLOW_UP_FLOW.move(self.state, verb)
        self.ended_on, self.ended_by_id, self.ended_at, self.reason = on, by, at, reason
