"""Service paths: a client's way from the referral to an outcome, with an owner and a next action at every moment."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept, Root
from app.kit.flow import Flow, IllegalMove, Verb
from app.kit.i18n import Text
from app.security.permissions import Permission as P


class PathwayState(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


class PathClosed(IllegalMove):
    """What came of a path is recorded, and what goes on in it is agreed, while it runs. What was recorded wrongly can
    be marked so afterwards too."""

    code = "path_closed"
    detail = Text(
        "Polku on päättynyt: siihen ei enää kirjata tuloksia eikä sovita uutta. Aloita tarvittaessa uusi polku.",
        "Stigen är avslutad: inga resultat antecknas och inget nytt avtalas på den. Börja vid behov en ny stig.",
        "The path is closed: no results are recorded on it and nothing new is agreed. Start a new path if needed.",
    )


PATHWAY_FLOW = Flow(
    PathwayState,
    {
        "update": Verb(frozenset({PathwayState.ACTIVE}), None, P.PATHWAY_WRITE, "team"),
        "agree_plan": Verb(frozenset({PathwayState.ACTIVE}), None, P.PATHWAY_WRITE, "team"),
        "record_barrier": Verb(frozenset({PathwayState.ACTIVE}), None, P.PATHWAY_WRITE, "team"),
        "mark_goal": Verb(frozenset({PathwayState.ACTIVE}), None, P.PATHWAY_WRITE, "team"),
        "agree_follow_up": Verb(frozenset({PathwayState.ACTIVE}), None, P.PATHWAY_WRITE, "team"),
        "record_problem_areas": Verb(frozenset({PathwayState.ACTIVE}), None, P.ASSESSMENT_WRITE, "team"),
        "request_assessment": Verb(frozenset({PathwayState.ACTIVE}), None, P.ASSESSMENT_REQUEST, "team"),
        "record_assessment": Verb(frozenset({PathwayState.ACTIVE}), None, P.ASSESSMENT_WRITE, "team"),
        "plan_meeting": Verb(frozenset({PathwayState.ACTIVE}), None, P.MEETING_WRITE, "team"),
        "plan_participation": Verb(frozenset({PathwayState.ACTIVE}), None, P.PATHWAY_WRITE, "team"),
        "plan_after_contact": Verb(frozenset(PathwayState), None, P.PATHWAY_WRITE, "team"),
        "refer_onward": Verb(frozenset({PathwayState.ACTIVE}), None, P.REFERRAL_SEND, "team"),
        "reorder_steps": Verb(frozenset({PathwayState.ACTIVE}), None, P.PATHWAY_WRITE, "team"),
        "add_step": Verb(frozenset({PathwayState.ACTIVE}), None, P.PATHWAY_WRITE, "team"),
        "choose_branch": Verb(frozenset({PathwayState.ACTIVE}), None, P.PATHWAY_WRITE, "team"),
        "put_on_hold": Verb(frozenset({PathwayState.ACTIVE}), None, P.PATHWAY_WRITE, "team"),
        "end_hold": Verb(frozenset({PathwayState.ACTIVE}), None, P.PATHWAY_WRITE, "team"),
        "upgrade": Verb(frozenset({PathwayState.ACTIVE}), None, P.PATHWAY_WRITE, "team"),
        "discontinue": Verb(frozenset({PathwayState.ACTIVE}), PathwayState.CLOSED, P.PATHWAY_WRITE, "team"),
        "record_outcome": Verb(frozenset({PathwayState.ACTIVE}), None, P.PATHWAY_WRITE, "team", PathClosed),
        "record_achievement": Verb(frozenset({PathwayState.ACTIVE}), None, P.PATHWAY_WRITE, "team", PathClosed),
        "record_score": Verb(frozenset({PathwayState.ACTIVE}), None, P.PATHWAY_WRITE, "team", PathClosed),
        "draft_summary": Verb(frozenset(PathwayState), None, P.PATHWAY_WRITE, "team"),
        "record_time": Verb(frozenset(PathwayState), None, P.PATHWAY_WRITE, "team"),
        "close": Verb(frozenset({PathwayState.ACTIVE}), PathwayState.CLOSED, P.PATHWAY_WRITE, "team"),
    },
)


def over(state: PathwayState) -> IllegalMove | None:
    """Why nothing new goes on in a path, or None while it runs."""
    return None if state is PathwayState.ACTIVE else PATHWAY_FLOW.refuse(state, kind=PathClosed)


class Pathway(Root, kw_only=True, eq=False, repr=False):
    """An open path always has a responsible worker and a next action with its date (C-35): the database refuses less.

    The template and its version are pinned when it starts, and whether it is `urgent`: then its steps are due sooner.
    """

    __tablename__ = "pathways"
    __table_args__ = (
        CheckConstraint(
            "state <> 'active' OR (responsible_person_id IS NOT NULL AND next_action <> '')", name="nobody_drops_out"
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        Index("uq_pathways_one_active", "client_id", "team_id", unique=True, postgresql_where=text("state = 'active'")),
        Index("ix_pathways_team", "team_id", "next_action_on", "id"),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    template: Mapped[str]
    template_version: Mapped[int]
    urgent: Mapped[bool]
    asks_scores: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    responsible_person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    next_action: Mapped[str]
    next_action_on: Mapped[date]
    commitment: Mapped[str | None] = mapped_column(init=False, default=None)
    strengths: Mapped[str | None] = mapped_column(init=False, default=None)
    plan_agreed_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    state: Mapped[PathwayState] = mapped_column(init=False, default=PathwayState.ACTIVE)
    closed_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    closing_reason: Mapped[str | None] = mapped_column(init=False, default=None)
    onward_feedback_to: Mapped[str | None] = mapped_column(init=False, default=None)

    def close(self, reason: str, at: datetime) -> None:
        self.state = PATHWAY_FLOW.move(self.state, "close")
        self.closed_at, self.closing_reason = at, reason


class StepState(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    SKIPPED = "skipped"


STEP_FLOW = Flow(
    StepState,
    {
        "complete": Verb(frozenset({StepState.PLANNED}), StepState.DONE, P.PATHWAY_WRITE, "team"),
        "skip": Verb(frozenset({StepState.PLANNED}), StepState.SKIPPED, P.PATHWAY_WRITE, "team"),
        "plan": Verb(frozenset({StepState.PLANNED}), None, P.PATHWAY_WRITE, "team"),
        "reopen": Verb(frozenset({StepState.SKIPPED}), StepState.PLANNED, P.PATHWAY_WRITE, "team"),
        "repeat": Verb(frozenset({StepState.DONE, StepState.SKIPPED}), None, P.PATHWAY_WRITE, "team"),
    },
)


class PathwayStep(Root, kw_only=True, eq=False, repr=False):
    """A step with its owner role, copied from the template when the path starts, or added later with a reason.

    `due_days` are working days from the start of the path; the date is computed. `planned_on` is a date agreed with
    the client and goes before it. `after` and `requires` are keys of steps of the same path: what usually comes first,
    and what must. `purpose` and `bring` are texts by language. `added`: by hand, no template knows it; a repeat says
    which step it repeats and has that one's key with a number, `name~2`. `owner_named`: which of the two physicians it
    is was decided, and does not only stand in the template.
    """

    __tablename__ = "pathway_steps"
    __table_args__ = (
        CheckConstraint("(state = 'skipped') = (skipped_because IS NOT NULL)", name="skipped"),
        CheckConstraint("expected_minutes IS NULL OR expected_minutes BETWEEN 0 AND 1440", name="minutes"),
        CheckConstraint("(state = 'planned') = (done_at IS NULL)", name="over"),
        CheckConstraint("due_days BETWEEN 0 AND 1000", name="due_days"),
        CheckConstraint("out_of_order_because IS NULL OR state = 'done'", name="out_of_order"),
        CheckConstraint("repeats_id IS NULL OR added", name="added"),
        UniqueConstraint("pathway_id", "key"),
        # Steps change places within a transaction; at its end each has one of its own.
        UniqueConstraint(
            "pathway_id", "position", name="uq_pathway_steps_position", deferrable=True, initially="DEFERRED"
        ),
    )

    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    key: Mapped[str]
    kind: Mapped[str]
    position: Mapped[int]
    owner_role: Mapped[str]
    optional: Mapped[bool]
    client_visible: Mapped[bool]
    due_days: Mapped[int]
    purpose: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    bring: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    after: Mapped[list[str]] = mapped_column(default_factory=list)
    requires: Mapped[list[str]] = mapped_column(default_factory=list)
    expected_minutes: Mapped[int | None] = mapped_column(default=None)
    branch: Mapped[str | None] = mapped_column(default=None)
    planned_on: Mapped[date | None] = mapped_column(default=None)
    added: Mapped[bool] = mapped_column(default=False)
    owner_named: Mapped[bool] = mapped_column(default=False)
    repeats_id: Mapped[UUID | None] = mapped_column(ForeignKey("pathway_steps.id"), default=None)
    state: Mapped[StepState] = mapped_column(init=False, default=StepState.PLANNED)
    done_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    done_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    skipped_because: Mapped[str | None] = mapped_column(init=False, default=None)
    out_of_order_because: Mapped[str | None] = mapped_column(init=False, default=None)

    def complete(self, by: UUID | None, at: datetime, out_of_order_because: str | None = None) -> None:
        self.state = STEP_FLOW.move(self.state, "complete")
        self.done_by_id, self.done_at, self.out_of_order_because = by, at, out_of_order_because

    def skip(self, because: str, by: UUID | None, at: datetime) -> None:
        self.state = STEP_FLOW.move(self.state, "skip")
        self.skipped_because, self.done_by_id, self.done_at = because, by, at

    def reopen(self) -> None:
        self.state = STEP_FLOW.move(self.state, "reopen")
        self.skipped_because, self.done_by_id, self.done_at = None, None, None


class Goal(Kept, kw_only=True, eq=False, repr=False):
    """A goal in the client's shared plan (C-52), agreed with the client or not yet."""

    __tablename__ = "goals"

    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    description: Mapped[str]
    agreed_with_client: Mapped[bool]
    agreed_on: Mapped[date]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))


class GoalEnd(StrEnum):
    """What became of a goal; `changed`: another goal took its place."""

    REACHED = "reached"
    CHANGED = "changed"
    DROPPED = "dropped"


class GoalMark(Kept, kw_only=True, eq=False, repr=False):
    """How a goal ended: once, as a row of its own, for what was agreed stays as it was agreed."""

    __tablename__ = "goal_marks"
    __table_args__ = (
        UniqueConstraint("goal_id"),
        CheckConstraint("(ending = 'changed') = (replaced_by_id IS NOT NULL)", name="replaced"),
    )

    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goals.id"))
    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    ending: Mapped[GoalEnd]
    marked_on: Mapped[date]
    words: Mapped[str | None]
    replaced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("goals.id"))
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))


class Outcome(Kept, kw_only=True, eq=False, repr=False):
    """What the path led to (domain 1.7); a path may have several. `work_ability` is in plain words. What was
    recorded wrongly stays as it was, marked."""

    __tablename__ = "outcomes"
    __table_args__ = (
        CheckConstraint("(entered_in_error_at IS NULL) = (entered_in_error_reason IS NULL)", name="in_error"),
        CheckConstraint("subtype IS NULL OR code = 'rehabilitation'", name="subtype"),
    )

    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    code: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    work_ability: Mapped[str | None]
    note: Mapped[str | None]
    subtype: Mapped[str | None] = mapped_column(default=None)
    starts_on: Mapped[date | None] = mapped_column(default=None)
    agreed_with_client: Mapped[bool | None] = mapped_column(default=None)
    entered_in_error_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    entered_in_error_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    entered_in_error_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def mark_in_error(self, reason: str, by: UUID | None, at: datetime) -> None:
        self.entered_in_error_reason, self.entered_in_error_by_id, self.entered_in_error_at = reason, by, at
