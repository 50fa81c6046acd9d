"""Assessments of every kind, and what the nurse says of the problem."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import flag_modified

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
        "save_draft": Verb(frozenset({A.REQUESTED}), None, P.ASSESSMENT_WRITE, "holder"),
        "complete": Verb(frozenset({A.REQUESTED}), A.COMPLETED, P.ASSESSMENT_WRITE, "holder"),
        "amend": Verb(frozenset({A.COMPLETED}), None, P.ASSESSMENT_WRITE, "holder"),
        "record_laboratory": Verb(frozenset({A.REQUESTED, A.COMPLETED}), None, P.ASSESSMENT_WRITE, "holder"),
        "record_care_team_answer": Verb(frozenset({A.REQUESTED}), A.COMPLETED, P.ASSESSMENT_WRITE, "team"),
        "cancel": Verb(frozenset({A.REQUESTED}), A.CANCELLED, P.ASSESSMENT_REQUEST, "team"),
        "mark_entered_in_error": Verb(
            frozenset({A.REQUESTED, A.COMPLETED}), A.ENTERED_IN_ERROR, P.ASSESSMENT_WRITE, "holder"
        ),
    },
)


class Assessment(Root, kw_only=True, eq=False, repr=False):
    """One assessment and, when completed, its findings. The holder of one that was asked for stands in `work_items`;
    one of a recorded kind has its author alone: `requested_by_id`.

    `register` is the register of its content: health findings are read by the health register only (domain 5.3).
    `work_ability` is the conclusion in plain words, without diagnoses. `draft` is what its holder has saved before
    completing it, read by nobody else. An amended one stays completed: what it said before is in `assessment_versions`.
    `author_role`: as what it was signed, `own_care_team` where the team wrote down that one's answer.
    """

    __tablename__ = "assessments"
    __table_args__ = (
        CheckConstraint("register IN ('health', 'social', 'employment', 'operational')", name="register"),
        CheckConstraint("state <> 'completed' OR (completed_at IS NOT NULL)", name="completed"),
        CheckConstraint(
            "conclusion IS DISTINCT FROM 'work_incapacity_indicated' OR "
            "(kind IN ('physician_assessment', 'physician_consultation') "
            "AND author_role IS DISTINCT FROM 'own_care_team')",
            name="incapacity",
        ),
        CheckConstraint("amended_at IS NULL OR completed_at IS NOT NULL", name="amended"),
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
    continuity_declined: Mapped[bool]
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("routing_decisions.id"), init=False, default=None)
    state: Mapped[AssessmentState] = mapped_column(init=False, default=A.REQUESTED)
    content: Mapped[dict[str, Any]] = mapped_column(init=False, default_factory=dict)
    conclusion: Mapped[str | None] = mapped_column(init=False, default=None)
    work_ability: Mapped[str | None] = mapped_column(init=False, default=None)
    informed_of_purpose_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    completed_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    completed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    ended_reason: Mapped[str | None] = mapped_column(init=False, default=None)
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True), init=False, default=None)
    amended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    author_role: Mapped[str | None] = mapped_column(init=False, default=None)

    def complete(self, by: UUID | None, role: str | None, at: datetime) -> None:
        self.sign("complete", by, role, at)

    def answer(self, by: UUID | None, role: str, at: datetime) -> None:
        """Completed by what somebody outside answered; `by` wrote it down."""
        self.sign("record_care_team_answer", by, role, at)

    def sign(self, verb: str, by: UUID | None, role: str | None, at: datetime) -> None:
        self.state = FLOW.move(self.state, verb)
        self.completed_by_id, self.author_role, self.completed_at = by, role, at
        self.draft = None

    def say(self, content: dict[str, Any], conclusion: str | None, work_ability: str | None) -> None:
        """The findings, at completion or anew."""
        self.content, self.conclusion, self.work_ability = content, conclusion, work_ability
        informed = content.get("informedOfPurposeAt")
        if informed is not None:
            self.informed_of_purpose_at = datetime.fromisoformat(informed)

    def touch(self) -> None:
        """As of every root, by a column that may change: when it was made never does (grants)."""
        flag_modified(self, "amended_at")

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


class AssessmentVersion(Kept, kw_only=True, eq=False, repr=False):
    """What a completed assessment said until it was amended (FHIR `amended`): kept beside the new words. Only added."""

    __tablename__ = "assessment_versions"
    __table_args__ = (
        UniqueConstraint("assessment_id", "number"),
        CheckConstraint("btrim(reason) <> ''", name="reason"),
    )

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessments.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    register: Mapped[str]
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    conclusion: Mapped[str | None]
    work_ability: Mapped[str | None]
    replaced_at: Mapped[datetime]
    replaced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    reason: Mapped[str]


class LaboratoryStatus(Kept, kw_only=True, eq=False, repr=False):
    """What became of one ordered test; the newest of a test counts. Only added. Results are not kept here: the
    laboratory's own system has them, and here stands at most whether they were seen to be normal."""

    __tablename__ = "laboratory_statuses"
    __table_args__ = (Index("ix_laboratory_statuses_assessment", "assessment_id", "id"),)

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessments.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    register: Mapped[str]
    lab: Mapped[str]
    status: Mapped[str]
    happened_on: Mapped[date]
    not_done_because: Mapped[str | None]
    flag: Mapped[str | None]
    note: Mapped[str | None]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))


class Conclusion(Root, kw_only=True, eq=False, repr=False):
    """What a health professional concluded, in plain words: restrictions and work ability, and the client's own score
    (WAS, 0 to 10). A thing of its own, because others than the health register read it (domain 5.3): it says neither
    who concluded it nor what kind of assessment it was. It follows its assessment: amended and in error with it.
    """

    __tablename__ = "conclusions"
    __table_args__ = (CheckConstraint("work_ability_score BETWEEN 0 AND 10", name="score"),)

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"))
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessments.id"), unique=True)
    work_ability: Mapped[str | None]
    work_ability_score: Mapped[int | None]
    said_at: Mapped[datetime]
    amended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    in_error: Mapped[bool] = mapped_column(init=False, default=False)

    def touch(self) -> None:
        """As of every root, by a column that may change."""
        flag_modified(self, "amended_at")
