"""Assessments: the health check, the physicians' and the functional tests, and what the nurse says of the problem."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept, Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P


class AssessmentState(StrEnum):
    REQUESTED = "requested"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered_in_error"


A = AssessmentState
FLOW = Flow(
    AssessmentState,
    {
        "assign": Verb(frozenset({A.REQUESTED}), None, P.ROUTING_OVERRIDE, "team"),
        "complete": Verb(frozenset({A.REQUESTED}), A.COMPLETED, P.ASSESSMENT_WRITE, "holder"),
        "cancel": Verb(frozenset({A.REQUESTED}), A.CANCELLED, P.ASSESSMENT_REQUEST, "team"),
        "mark_entered_in_error": Verb(
            frozenset({A.REQUESTED, A.COMPLETED}), A.ENTERED_IN_ERROR, P.ASSESSMENT_WRITE, "holder"
        ),
    },
)


class Assessment(Root, kw_only=True, eq=False, repr=False):
    """One assessment asked and, when completed, its findings. Its holder stands in `work_items`, not here.

    `register` is the register of its content: health findings are read by the health register only (domain 5.3).
    `work_ability` is the conclusion in plain words, without diagnoses.
    """

    __tablename__ = "assessments"
    __table_args__ = (
        CheckConstraint("register IN ('health', 'social', 'employment', 'operational')", name="register"),
        CheckConstraint("state <> 'completed' OR (completed_at IS NOT NULL)", name="completed"),
        CheckConstraint(
            "kind <> 'health_check' OR state <> 'completed' OR informed_of_purpose_at IS NOT NULL", name="informed"
        ),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    kind: Mapped[str]
    register: Mapped[str]
    question: Mapped[str | None]
    urgency: Mapped[str]
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("routing_decisions.id"), init=False, default=None)
    state: Mapped[AssessmentState] = mapped_column(init=False, default=A.REQUESTED)
    content: Mapped[dict[str, Any]] = mapped_column(init=False, default_factory=dict)
    conclusion: Mapped[str | None] = mapped_column(init=False, default=None)
    work_ability: Mapped[str | None] = mapped_column(init=False, default=None)
    informed_of_purpose_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    completed_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    completed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    ended_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def complete(self, by: UUID | None, at: datetime) -> None:
        self.state = FLOW.move(self.state, "complete")
        self.completed_by_id, self.completed_at = by, at

    def end(self, verb: str, reason: str) -> None:
        """`cancel` or `mark_entered_in_error`; what was written stays."""
        self.state = FLOW.move(self.state, verb)
        self.ended_reason = reason


class ProblemRecord(Kept, kw_only=True, eq=False, repr=False):
    """Problem areas, the main one, and whether the case is demanding, as a health professional said it (C-03).

    Rows are only added; the newest counts.
    """

    __tablename__ = "problem_records"
    __table_args__ = (Index("ix_problem_records_pathway", "pathway_id", "recorded_at"),)

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"))
    areas: Mapped[list[str]]
    main_area: Mapped[str | None]
    demanding: Mapped[bool | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
