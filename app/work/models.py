"""One row per piece of work, and who takes part. Higher rooms write it downwards; load, continuity, handover, care
relationship and row security read only this."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept, Root

PATHWAY = "pathway"  # the kind of work that being responsible for a path is
CONSULTATION = "consultation"  # to answer one
CONSULTATION_ASKED = "consultation_asked"  # to see to one that was asked
TRIAGE = "referral_triage"  # the kind that deciding on a referral is


class WorkItem(Root, kw_only=True, eq=False, repr=False):
    """A piece of work has exactly one accountable holder, or stands in a queue. The database refuses neither and both.

    Work that no team covers has no team and stands in the area's queue. A queue with `alarm` needs somebody to act
    now. `on_behalf_of_id` is the holder a deputy stands in for. Feedback owed has no seat and takes no place on one.
    An assignment takes effect at once; `confirmed_at` is when its holder said yes to it. Who is in `declined_by` does
    not get it again. `suggest` is what a person is asked to say or decide; on `recheck_on` waiting is looked at again.
    """

    __tablename__ = "work_items"
    __table_args__ = (
        CheckConstraint("(holder_id IS NULL) <> (queue IS NULL)", name="one_owner"),
        CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="period"),
        CheckConstraint("confirmed_at IS NULL OR holder_id IS NOT NULL", name="confirmed"),
        UniqueConstraint("subject_id", "kind"),
        Index("ix_work_items_load", "holder_id", "seat_id", postgresql_where=text("closed_at IS NULL")),
        Index("ix_work_items_held", "holder_id", "team_id", postgresql_where=text("closed_at IS NULL")),
        Index("ix_work_items_open_team", "team_id", "opened_at", "id", postgresql_where=text("closed_at IS NULL")),
        Index("ix_work_items_continuity", "client_id", "seat_id", "closed_at"),
        Index("ix_work_items_recent", "seat_id", "holder_id", "assigned_at"),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))
    kind: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    seat_id: Mapped[UUID | None] = mapped_column(ForeignKey("seats.id"), default=None)
    holder_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), default=None)
    on_behalf_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), default=None)
    queue: Mapped[str | None] = mapped_column(default=None)
    alarm: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    assigned_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    declined_by: Mapped[list[UUID]] = mapped_column(default_factory=list)
    suggest: Mapped[str | None] = mapped_column(default=None)
    recheck_on: Mapped[date | None] = mapped_column(default=None)


class Involvement(Kept, kw_only=True, eq=False, repr=False):
    """A team has a care relationship with a client: the ground of its right to see the client at all (domain 5.1).

    It is a period. It ends when the team's part ended without care, or when nothing has been open for long; work that
    comes later opens another one. The API sees the present ones only, and does not end them by itself:
    `end_relationship` in the database does, when there is nothing to keep it for.
    """

    __tablename__ = "involvements"
    __table_args__ = (
        Index(
            "uq_involvements_current", "client_id", "team_id", unique=True, postgresql_where=text("ended_at IS NULL")
        ),
        CheckConstraint("basis IN ('referral', 'registered')", name="basis"),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended"),
        CheckConstraint("ended_at IS NULL OR ended_at >= opened_at", name="period"),
        CheckConstraint("ended_because IN ('redirected', 'not_taken_on', 'quiet')", name="because"),
    )

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"))
    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"), index=True)
    opened_at: Mapped[datetime]
    basis: Mapped[str]
    ended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
    ended_because: Mapped[str | None] = mapped_column(init=False, default=None)
