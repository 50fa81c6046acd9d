"""Rooms, hours, receptions, and time that a person or a room is taken: what may not overlap, the database refuses.

Nothing here names a client: what a reservation is for stands in `subject_type` and `subject_id`, and the row of the
subject says who may see it.
"""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
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
        UniqueConstraint("area_id", "name"),
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


class WorkingHours(Root, kw_only=True, eq=False, repr=False):
    """When somebody is there on a seat, from a day on: `hours` are (`weekday`, `opens`, `closes`) in Finnish local
    time, Monday is 1. One version after the other, never two on a day."""

    __tablename__ = "working_hours"
    __table_args__ = (
        ForeignKeyConstraint(["seat_id", "seat_no"], ["seats.id", "seats.no"], name="fk_working_hours_seat"),
        ForeignKeyConstraint(["person_id", "person_no"], ["persons.id", "persons.no"], name="fk_working_hours_person"),
        # A version that was ended before it began holds no day.
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from - 1", name="period"),
        ExcludeConstraint(
            (text("int8range(seat_no, seat_no, '[]')"), "&&"),
            (text("int8range(person_no, person_no, '[]')"), "&&"),
            (text("daterange(valid_from, valid_to + 1, '[)')"), "&&"),
            name="ex_working_hours_one_at_a_time",
            using="gist",
        ),
    )

    seat_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    seat_no: Mapped[int]
    person_no: Mapped[int]
    hours: Mapped[list[dict[str, Any]]]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(default=None)

    def end(self, last: date | None) -> None:
        self.valid_to = last


class BlockedTime(Root, kw_only=True, eq=False, repr=False):
    """Time that somebody keeps for themself. Why is nobody's business; the reservation beside it holds the time."""

    __tablename__ = "blocked_times"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="period"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    released_at: Mapped[datetime | None] = mapped_column(init=False, default=None)


class SeriesKind(StrEnum):
    KELA_RECEPTION = "kela_reception"
    EMPLOYMENT_RECEPTION = "employment_reception"
    CONSULTATION_HOUR = "consultation_hour"
    KUUMALINJA_SESSION = "kuumalinja_session"
    OTHER = "other"


KINDS = ", ".join(f"'{kind}'" for kind in SeriesKind)


class Series(Root, kw_only=True, eq=False, repr=False):
    """A reception or session that comes again (C-19, C-30): on the days of `rule`, `slots` of `minutes` each from
    `starts` in local time. One of a kind at a time for a seat, unless another one is meant (`beside`).

    `continues_id` is the one that this took the place of. Its occurrences are worked out when read.
    """

    __tablename__ = "reception_series"
    __table_args__ = (
        ForeignKeyConstraint(["seat_id", "seat_no"], ["seats.id", "seats.no"], name="fk_reception_series_seat"),
        CheckConstraint(f"kind_no = array_position(ARRAY[{KINDS}]::varchar[], kind)", name="kind_no"),
        CheckConstraint("minutes BETWEEN 5 AND 480 AND slots BETWEEN 1 AND 50", name="slots"),
        CheckConstraint("minutes * slots <= 960", name="length"),
        CheckConstraint("last_on IS NULL OR last_on >= first_on - 1", name="period"),
        ExcludeConstraint(
            (text("int8range(seat_no, seat_no, '[]')"), "&&"),
            (text("int4range(kind_no, kind_no, '[]')"), "&&"),
            (text("daterange(first_on, last_on + 1, '[)')"), "&&"),
            name="ex_reception_series_one_of_a_kind",
            using="gist",
            where=text("NOT beside"),
        ),
    )

    seat_id: Mapped[UUID] = mapped_column(index=True)
    seat_no: Mapped[int]
    kind: Mapped[SeriesKind]
    kind_no: Mapped[int]
    rule: Mapped[str]
    starts: Mapped[time]
    minutes: Mapped[int]
    slots: Mapped[int]
    first_on: Mapped[date]
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("rooms.id"), default=None)
    last_on: Mapped[date | None] = mapped_column(default=None)
    beside: Mapped[bool] = mapped_column(default=False)
    continues_id: Mapped[UUID | None] = mapped_column(ForeignKey("reception_series.id"), default=None)


class CalendarFeed(Root, kw_only=True, eq=False, repr=False):
    """A secret address by which a calendar program reads somebody's own time. Only a keyed hash of it is kept."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("uq_calendar_feeds_one", "person_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    token_hash: Mapped[bytes]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(init=False, default=None)


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
        CheckConstraint("place IN ('remote', 'phone')", name="place"),
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
    place: Mapped[str | None] = mapped_column(default=None)
    released_at: Mapped[datetime | None] = mapped_column(init=False, default=None)

    def until(self, ends_at: datetime) -> Reservation:
        """The same, ending sooner: what is taken is given back and never changed."""
        names = (
            "person_id",
            "person_no",
            "room_id",
            "room_no",
            "starts_at",
            "kind",
            "subject_type",
            "subject_id",
            "place",
        )
        return Reservation(**{name: getattr(self, name) for name in names}, ends_at=ends_at)
