"""The team model: a seat is a named role in a team; people hold it, stand in for it, and are away from it.

Routing targets the seat, never the person (C-06, C-07).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, UniqueConstraint
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import text

from app.kit.db import Root


class Standing(StrEnum):
    """How a person stands to a seat."""

    HOLDER = "holder"
    DEPUTY = "deputy"


class Team(Root, kw_only=True, eq=False, repr=False):
    """A work-ability team of a wellbeing area. `template` says which seats it should have."""

    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("area_id", "code"),)

    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]
    template: Mapped[str]
    municipalities: Mapped[list[str]]


class Seat(Root, kw_only=True, eq=False, repr=False):
    """A named role in a team. `max_open` counts each holder's own open work; `visiting_days` is an RFC 5545 rule."""

    __tablename__ = "seats"
    __table_args__ = (
        UniqueConstraint("team_id", "role"),
        UniqueConstraint("id", "no", name="uq_seats_id_no"),
        CheckConstraint("max_open IS NULL OR max_open BETWEEN 0 AND 1000", name="max_open"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"), index=True)
    role: Mapped[str]
    max_open: Mapped[int | None] = mapped_column(default=None)
    visiting_days: Mapped[str | None] = mapped_column(default=None)
    phone: Mapped[str | None] = mapped_column(default=None)
    email: Mapped[str | None] = mapped_column(default=None)
    no: Mapped[int] = mapped_column(Identity(always=True), unique=True, init=False)


class Holder(Root, kw_only=True, eq=False, repr=False):
    """A person holds a seat, or is its deputy, for a period (inclusive dates).

    The same person never twice on the same seat at the same time: the database refuses it. `seat_no` and `person_no`
    repeat the small numbers because an exclusion constraint without extensions needs range types of core.
    """

    __tablename__ = "holders"
    __table_args__ = (
        ForeignKeyConstraint(["seat_id", "seat_no"], ["seats.id", "seats.no"], name="fk_holders_seat"),
        ForeignKeyConstraint(["person_id", "person_no"], ["persons.id", "persons.no"], name="fk_holders_person"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        ExcludeConstraint(
            (text("int8range(seat_no, seat_no, '[]')"), "&&"),
            (text("int8range(person_no, person_no, '[]')"), "&&"),
            (text("daterange(valid_from, valid_to, '[]')"), "&&"),
            name="ex_holders_one_at_a_time",
            using="gist",
        ),
    )

    seat_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    seat_no: Mapped[int]
    person_no: Mapped[int]
    standing: Mapped[Standing]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(default=None)


class Absence(Root, kw_only=True, eq=False, repr=False):
    """A person is away, first and last day included. The reason is nobody's business here."""

    __tablename__ = "absences"
    __table_args__ = (CheckConstraint("last_on >= first_on", name="period"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
