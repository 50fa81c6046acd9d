"""A plan that is kept elsewhere: which, from when, on which law. Never what is in it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class ReferenceState(StrEnum):
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    ENDED = "ended"
    ENTERED_IN_ERROR = "entered_in_error"


S = ReferenceState
FLOW = Flow(
    ReferenceState,
    {
        "review": Verb(frozenset({S.IN_FORCE}), None, P.PATHWAY_WRITE, "team"),
        "supersede": Verb(frozenset({S.IN_FORCE}), S.SUPERSEDED, P.PATHWAY_WRITE, "team"),
        "end": Verb(frozenset({S.IN_FORCE}), S.ENDED, P.PATHWAY_WRITE, "team"),
        "mark_entered_in_error": Verb(
            frozenset({S.IN_FORCE, S.SUPERSEDED, S.ENDED}), S.ENTERED_IN_ERROR, P.PATHWAY_WRITE, "team"
        ),
    },
)


class PlanReference(Root, kw_only=True, eq=False, repr=False):
    """We are not the register of the plan (domain 5.5): only that there is one, with the client's permission. What its
    activity is planned to be is compared with the limits of the law, and blocks nothing."""

    __tablename__ = "plan_references"
    __table_args__ = (
        CheckConstraint("register IN ('operational', 'social')", name="register"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("tym_client IN ('yes', 'no', 'unknown')", name="tym_client"),
        CheckConstraint("weekly_days IS NULL OR weekly_days BETWEEN 1 AND 7", name="weekly_days"),
        CheckConstraint("daily_hours IS NULL OR daily_hours BETWEEN 0.5 AND 12", name="daily_hours"),
        CheckConstraint("planned_days IS NULL OR planned_days BETWEEN 1 AND 366", name="planned_days"),
        CheckConstraint("(state = 'ended') = (end_reason IS NOT NULL)", name="end_reason_said"),
        CheckConstraint("(state = 'entered_in_error') = (error_reason IS NOT NULL)", name="in_error"),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    register: Mapped[str]
    plan_type: Mapped[str]
    external_id: Mapped[str | None]
    organiser_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    legal_basis: Mapped[str]
    law_version: Mapped[str]
    made_on: Mapped[date]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    need_assessed_on: Mapped[date | None]
    review_due_on: Mapped[date | None]
    tym_client: Mapped[str]
    permitted_on: Mapped[date]
    permitted_how: Mapped[str]
    weekly_days: Mapped[int | None]
    daily_hours: Mapped[float | None]
    planned_days: Mapped[int | None]
    supersedes_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan_references.id"), default=None)
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meetings.id"), default=None)
    state: Mapped[ReferenceState] = mapped_column(init=False, default=S.IN_FORCE)
    ended_on: Mapped[date | None] = mapped_column(init=False, default=None)
    end_reason: Mapped[str | None] = mapped_column(init=False, default=None)
    error_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def review(self, due_on: date | None) -> None:
        FLOW.check(self.state, "review")
        self.review_due_on = due_on

    def supersede(self, on: date) -> None:
        self.state = FLOW.move(self.state, "supersede")
        self.ended_on = on

    def end(self, on: date, reason: str) -> None:
        self.state = FLOW.move(self.state, "end")
        self.ended_on, self.end_reason = on, reason

    def mark_entered_in_error(self, reason: str) -> None:
        self.state = FLOW.move(self.state, "mark_entered_in_error")
        self.end_reason, self.error_reason = None, reason
