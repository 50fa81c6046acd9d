"""A client's parts in services, the checks and reviews of them, groups, and contacts afterwards."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept, Root
from app.kit.flow import Flow, Verb
from app.security.permissions import Permission as P

AFTER_CONTACT = "after_contact"  # the kind of work that one is


class ServiceGroup(Root, kw_only=True, eq=False, repr=False):
    """A group that works together at a site with an instructor; its members are participations. No client stands in
    it."""

    __tablename__ = "service_groups"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on AND ends_on <= starts_on + 1830", name="period"),
        CheckConstraint("max_members BETWEEN 1 AND 100", name="max_members"),
        Index("ix_service_groups_area", "area_id", "starts_on", "id"),
    )

    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    name: Mapped[str]
    site: Mapped[str]
    instructor: Mapped[str]
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    max_members: Mapped[int]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))


class Mode(StrEnum):
    """How one is in a group: hired by the employer, or a trainee."""

    EMPLOYED = "employed"
    TRAINEE = "trainee"


class ParticipationState(StrEnum):
    PLANNED = "planned"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    ENDED = "ended"


S = ParticipationState
RUNNING = frozenset({S.ACTIVE, S.ON_HOLD})
OPEN = frozenset({S.PLANNED, *RUNNING})
PARTICIPATION_FLOW = Flow(
    ParticipationState,
    {
        "update": Verb(OPEN, None, P.PATHWAY_WRITE, "team"),
        "check_timeliness": Verb(OPEN, None, P.PATHWAY_WRITE, "team"),
        "start": Verb(frozenset({S.PLANNED}), S.ACTIVE, P.PATHWAY_WRITE, "team"),
        "pause": Verb(frozenset({S.ACTIVE}), S.ON_HOLD, P.PATHWAY_WRITE, "team"),
        "resume": Verb(frozenset({S.ON_HOLD}), S.ACTIVE, P.PATHWAY_WRITE, "team"),
        "review_quality": Verb(frozenset({*RUNNING, S.ENDED}), None, P.PATHWAY_WRITE, "team"),
        "end": Verb(OPEN, S.ENDED, P.PATHWAY_WRITE, "team"),
    },
)


class ServiceParticipation(Root, kw_only=True, eq=False, repr=False):
    """A part in one service; a client may have several at once. Who organises it, who pays and who provides it are
    three organisations or fewer (C-45). A hold always has its last day: after it the part goes on by itself.
    """

    __tablename__ = "service_participations"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on AND ends_on <= starts_on + 1830", name="period"),
        CheckConstraint("(kind = 'work_trial') = (employer IS NOT NULL)", name="work_trial"),
        CheckConstraint("observe IS NULL OR kind = 'work_trial'", name="observe"),
        CheckConstraint("(group_id IS NULL) = (mode IS NULL)", name="grouped"),
        CheckConstraint("group_id IS NULL OR kind = 'group_employment'", name="group_kind"),
        CheckConstraint("weekly_hours IS NULL OR weekly_hours BETWEEN 1 AND 40", name="weekly_hours"),
        CheckConstraint("state NOT IN ('active', 'on_hold') OR started_on IS NOT NULL", name="started"),
        CheckConstraint(
            "num_nulls(paused_on, paused_until, pause_reason) IN (0, 3)"
            " AND paused_until BETWEEN paused_on AND paused_on + 366"
            " AND (state <> 'on_hold' OR paused_until IS NOT NULL)",
            name="holds_end",
        ),
        CheckConstraint(
            "(state = 'ended') = (ended_on IS NOT NULL) AND (ended_on IS NULL) = (end_reason IS NULL)", name="ended"
        ),
        Index(
            "uq_service_participations_member",
            "group_id",
            "client_id",
            unique=True,
            postgresql_where=text("group_id IS NOT NULL AND state <> 'ended'"),
        ),
        Index("ix_service_participations_team", "team_id", "starts_on", "id"),
    )

    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    kind: Mapped[str]
    organiser_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    payer_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    contact_name: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    goal_id: Mapped[UUID | None] = mapped_column(ForeignKey("goals.id"))
    step_id: Mapped[UUID | None] = mapped_column(ForeignKey("pathway_steps.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_groups.id"), index=True)
    mode: Mapped[Mode | None]
    employer: Mapped[str | None]
    place: Mapped[str | None]
    weekly_hours: Mapped[int | None]
    observe: Mapped[str | None]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[ParticipationState] = mapped_column(init=False, default=ParticipationState.PLANNED)
    started_on: Mapped[date | None] = mapped_column(init=False, default=None)
    despite_unclear: Mapped[str | None] = mapped_column(init=False, default=None)
    paused_on: Mapped[date | None] = mapped_column(init=False, default=None)
    paused_until: Mapped[date | None] = mapped_column(init=False, default=None)
    pause_reason: Mapped[str | None] = mapped_column(init=False, default=None)
    ended_on: Mapped[date | None] = mapped_column(init=False, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)
    end_reason: Mapped[str | None] = mapped_column(init=False, default=None)
    end_words: Mapped[str | None] = mapped_column(init=False, default=None)

    def now(self, on: date) -> ParticipationState:
        """The state on a day: a hold is over when its last day has passed."""
        lapsed = self.state is S.ON_HOLD and self.paused_until is not None and self.paused_until < on
        return S.ACTIVE if lapsed else self.state

    def start(self, on: date, today: date, despite: str | None) -> None:
        """Raises `IllegalMove`."""
        self.state = PARTICIPATION_FLOW.move(self.now(today), "start")
        self.started_on, self.despite_unclear = on, despite

    def pause(self, on: date, until: date, reason: str) -> None:
        """Raises `IllegalMove`."""
        self.state = PARTICIPATION_FLOW.move(self.now(on), "pause")
        self.paused_on, self.paused_until, self.pause_reason = on, until, reason

    def resume(self, on: date) -> None:
        """Raises `IllegalMove`."""
        self.state = PARTICIPATION_FLOW.move(self.now(on), "resume")

    def end(self, on: date, reason: str, words: str | None, by: UUID | None, at: datetime) -> None:
        """Raises `IllegalMove`."""
        self.state = PARTICIPATION_FLOW.move(self.state, "end")
        self.ended_on, self.end_reason, self.end_words = on, reason, words
        self.ended_by_id, self.ended_at = by, at


class Timeliness(StrEnum):
    """Whether it is the right time for a service."""

    TIMELY = "timely"
    NOT_TIMELY = "not_timely"
    UNCLEAR = "unclear"


class TimelinessCheck(Kept, kw_only=True, eq=False, repr=False):
    """What was found on a day; the newest counts. Grounds are codes, and none of them is of health."""

    __tablename__ = "timeliness_checks"
    __table_args__ = (
        CheckConstraint("cardinality(grounds) BETWEEN 1 AND 10", name="grounds"),
        Index("ix_timeliness_checks_participation", "participation_id", "checked_on", "id"),
    )

    participation_id: Mapped[UUID] = mapped_column(ForeignKey("service_participations.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    finding: Mapped[Timeliness]
    grounds: Mapped[list[str]]
    words: Mapped[str | None]
    checked_on: Mapped[date]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))


class ReviewSide(StrEnum):
    """Whose review it is; the team writes down what the side said."""

    ORGANISER = "organiser"
    PAYER = "payer"
    PROVIDER = "provider"


class QualityReview(Kept, kw_only=True, eq=False, repr=False):
    """A service held against one version of the quality criteria. `answers`: criterion, answer, words."""

    __tablename__ = "quality_reviews"
    __table_args__ = (
        CheckConstraint("jsonb_typeof(answers) = 'array' AND jsonb_array_length(answers) > 0", name="answers"),
        Index("ix_quality_reviews_participation", "participation_id", "reviewed_on", "id"),
    )

    participation_id: Mapped[UUID] = mapped_column(ForeignKey("service_participations.id"))
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    side: Mapped[ReviewSide]
    criteria_version: Mapped[str]
    answers: Mapped[list[dict[str, Any]]]
    reviewed_on: Mapped[date]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))


class AfterContactState(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


A = AfterContactState
AFTER_CONTACT_FLOW = Flow(
    AfterContactState,
    {
        "complete": Verb(frozenset({A.PLANNED}), A.DONE, P.PATHWAY_WRITE, "team"),
        "miss": Verb(frozenset({A.PLANNED}), A.MISSED, P.PATHWAY_WRITE, "team"),
        "cancel": Verb(frozenset({A.PLANNED}), A.CANCELLED, P.PATHWAY_WRITE, "team"),
    },
)


class AfterContact(Root, kw_only=True, eq=False, repr=False):
    """Asked how it goes so many months after a service ended, or after the path was closed (C-46). It outlives the
    path; while it is planned it is a piece of open work, or the database refuses it. Its day is computed."""

    __tablename__ = "after_contacts"
    __table_args__ = (
        CheckConstraint("months BETWEEN 1 AND 36", name="months"),
        CheckConstraint("(state = 'planned') = (ended_on IS NULL)", name="ended"),
        CheckConstraint("(state = 'done') = (result IS NOT NULL)", name="result"),
        CheckConstraint("(state IN ('missed', 'cancelled')) = (reason IS NOT NULL)", name="reason"),
        Index("ix_after_contacts_team", "team_id", "id", postgresql_where=text("state = 'planned'")),
    )

    pathway_id: Mapped[UUID] = mapped_column(ForeignKey("pathways.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    participation_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_participations.id"), index=True)
    months: Mapped[int]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[AfterContactState] = mapped_column(init=False, default=AfterContactState.PLANNED)
    result: Mapped[str | None] = mapped_column(init=False, default=None)
    reason: Mapped[str | None] = mapped_column(init=False, default=None)
    words: Mapped[str | None] = mapped_column(init=False, default=None)
    ended_on: Mapped[date | None] = mapped_column(init=False, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), init=False, default=None)

    def finish(self, verb: str, code: str, words: str | None, on: date, by: UUID | None, at: datetime) -> None:
        """`complete` with its result, `miss` or `cancel` with the reason. Raises `IllegalMove`."""
        self.state = AFTER_CONTACT_FLOW.move(self.state, verb)
        self.result, self.reason = (code, None) if verb == "complete" else (None, code)
        self.words, self.ended_on, self.ended_by_id, self.ended_at = words, on, by, at
