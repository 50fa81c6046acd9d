"""The form filled before the health check: who was asked, by which link it is filled, and what was answered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept, Root
from app.kit.flow import Flow, Verb
from app.representatives.link_models import LinkRow
from app.security.permissions import Permission as P


class PreinformationState(StrEnum):
    REQUESTED = "requested"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    AMENDED = "amended"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered_in_error"


S = PreinformationState
OPEN = frozenset({S.REQUESTED, S.IN_PROGRESS})
DONE = frozenset({S.SUBMITTED, S.AMENDED})
FLOW = Flow(
    PreinformationState,
    {
        "save": Verb(OPEN, S.IN_PROGRESS, P.PREINFORMATION_WRITE, "filler"),
        "submit": Verb(OPEN, S.SUBMITTED, P.PREINFORMATION_WRITE, "filler"),
        "add": Verb(DONE, S.AMENDED, P.PREINFORMATION_WRITE, "filler"),
        "make_link": Verb(OPEN, None, P.PREINFORMATION_WRITE, "team"),
        "revoke_link": Verb(OPEN, None, P.PREINFORMATION_WRITE, "team"),
        "cancel": Verb(OPEN, S.CANCELLED, P.PREINFORMATION_WRITE, "team"),
        "mark_entered_in_error": Verb(OPEN | DONE, S.ENTERED_IN_ERROR, P.PREINFORMATION_WRITE, "team"),
    },
)


class Preinformation(Root, kw_only=True, eq=False, repr=False):
    """That a client was asked, and how far it is: for the whole team. What was answered stands in `FormAnswers`.

    `representative_id` is who filled it for the client, last. The version of the form is pinned. `modes` are all the
    ways in which it was filled, in the order they were used.
    """

    __tablename__ = "preinformation_forms"
    __table_args__ = (
        CheckConstraint("state NOT IN ('submitted', 'amended') OR submitted_at IS NOT NULL", name="submitted"),
        Index(
            "uq_preinformation_forms_one_open",
            "pathway_id",
            unique=True,
            postgresql_where=text("state IN ('requested', 'in_progress')"),
        ),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    form: Mapped[str]
    form_version: Mapped[int]
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[PreinformationState] = mapped_column(init=False, default=S.REQUESTED)
    modes: Mapped[list[str]] = mapped_column(init=False, default_factory=list)
    saved_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    submitted_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    submitted_mode: Mapped[str | None] = mapped_column(init=False, default=None)
    submitted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    representative_id: Mapped[UUID | None] = mapped_column(ForeignKey("representatives.id"), init=False, default=None)
    ended_reason: Mapped[str | None] = mapped_column(init=False, default=None)

    def save(self, mode: str, at: datetime) -> None:
        self.state = FLOW.move(self.state, "save")
        self.saved_at = at
        if mode not in self.modes:
            self.modes = [*self.modes, mode]

    def submit(self, mode: str, by: UUID | None, at: datetime) -> None:
        self.save(mode, at)
        self.state = FLOW.move(self.state, "submit")
        self.submitted_at, self.submitted_mode, self.submitted_by_id = at, mode, by

    def end(self, verb: str, reason: str) -> None:
        """`cancel` or `mark_entered_in_error`; what was written stays."""
        self.state = FLOW.move(self.state, verb)
        self.ended_reason = reason


class FormAnswers(Kept, kw_only=True, eq=False, repr=False):
    """The answers by link id, of the health register. Once submitted they stay as they are: the database says so."""

    __tablename__ = "preinformation_answers"
    __table_args__ = (CheckConstraint("register = 'health'", name="register"),)

    form_id: Mapped[UUID] = mapped_column(ForeignKey("preinformation_forms.id"), unique=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    register: Mapped[str] = mapped_column(init=False, default="health")
    answers: Mapped[dict[str, Any]]


class FormAddendum(Kept, kw_only=True, eq=False, repr=False):
    """Words added to a submitted form, about one of its items or none. Rows are only added."""

    __tablename__ = "preinformation_addenda"
    __table_args__ = (CheckConstraint("register = 'health'", name="register"),)

    form_id: Mapped[UUID] = mapped_column(ForeignKey("preinformation_forms.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    register: Mapped[str] = mapped_column(init=False, default="health")
    link_id: Mapped[str | None]
    body: Mapped[str]
    mode: Mapped[str]
    added_at: Mapped[datetime]
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))


class FormLink(LinkRow, kw_only=True, eq=False, repr=False):
    """A link to fill one form without an account (`enter_form`)."""

    __tablename__ = "preinformation_links"
    __table_args__ = (
        Index("uq_preinformation_links_one", "form_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended"),
    )

    form_id: Mapped[UUID] = mapped_column(ForeignKey("preinformation_forms.id"), index=True)
