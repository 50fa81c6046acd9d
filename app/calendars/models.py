"""Rooms, and time that a person or a room is taken: what may not overlap, the database refuses.

Nothing here names a client: what a reservation is for stands in `subject_type` and `subject_id`, and the row of the
subject says who may see it.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept, Root


class Room(Root, kw_only=True, eq=False, repr=False):
    """A room that is booked together with a person (C-60). In use from the first to the last day, both included."""

    __tablename__ = "rooms"
    __table_args__ = (
        UniqueConstraint("id", "no"),
        CheckConstraint("in_use_to IS NULL OR in_use_to >= in_use_from", name="period"),
    )

    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str]
    address: Mapped[str | None]
    municipality: Mapped[str | None]
    accessible: Mapped[bool | None]
    in_use_from: Mapped[date]
    in_use_to: Mapped[date | None] = mapped_column(default=None)
    no: Mapped[int] = mapped_column(Identity(always=True), unique=True, init=False)


class Reservation(Kept, kw_only=True, eq=False, repr=False):
    """One person or one room taken from a time to a time (the end is free again), until it is released.

    `person_no` and `room_no` repeat the small numbers because an exclusion constraint without extensions needs range
    types of core. `kind` is what for: a visit, the recording after it, a meeting, a session, or blocked by its owner.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "person_no"], ["persons.id", "persons.no"], name="fk_reservations_person"),
        ForeignKeyConstraint(["room_id", "room_no"], ["rooms.id", "rooms.no"], name="fk_reservations_room"),
        CheckConstraint("(person_id IS NULL) <> (room_id IS NULL)", name="one"),
        CheckConstraint("(person_id IS NULL) = (person_no IS NULL)", name="person_no"),
        CheckConstraint("(room_id IS NULL) = (room_no IS NULL)", name="room_no"),
        CheckConstraint("ends_at > starts_at AND ends_at <= starts_at + interval '24 hours'", name="period"),
        CheckConstraint("kind IN ('appointment', 'recording', 'meeting', 'session', 'blocked')", name="kind"),
        ExcludeConstraint(
            (text("int8range(person_no, person_no, '[]')"), "&&"),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            name="ex_reservations_person",
            using="gist",
            where=text("person_no IS NOT NULL AND released_at IS NULL"),
        ),
        ExcludeConstraint(
            (text("int8range(room_no, room_no, '[]')"), "&&"),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            name="ex_reservations_room",
            using="gist",
            where=text("room_no IS NOT NULL AND released_at IS NULL"),
        ),
        Index("ix_reservations_subject", "subject_type", "subject_id"),
        Index("ix_reservations_person", "person_id", "starts_at"),
        Index("ix_reservations_room", "room_id", "starts_at"),
    )

    person_id: Mapped[UUID | None] = mapped_column(default=None)
    person_no: Mapped[int | None] = mapped_column(default=None)
    room_id: Mapped[UUID | None] = mapped_column(default=None)
    room_no: Mapped[int | None] = mapped_column(default=None)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    kind: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    released_at: Mapped[datetime | None] = mapped_column(init=False, default=None)
