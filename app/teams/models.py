"""The team model: a seat is a named role in a team; people hold it, stand in for it, and are away from it.

Routing targets the seat, never the person (C-06, C-07).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
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
    """A work-ability team of a wellbeing area, perhaps of a unit there. `template` says which seats it should have,
    `rule_set` by which rules its work is given out. A holder with open work who has not touched any client's case for
    `silent_after_days` days is shown as silent."""

    __tablename__ = "teams"
    __table_args__ = (
        UniqueConstraint("area_id", "code"),
        CheckConstraint("silent_after_days BETWEEN 1 AND 365", name="silent_after_days"),
    )

    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]
    template: Mapped[str]
    municipalities: Mapped[list[str]]
    rule_set: Mapped[str]
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"), default=None)
    silent_after_days: Mapped[int] = mapped_column(default=14)


class Seat(Root, kw_only=True, eq=False, repr=False):
    """A named role in a team. `max_open` counts each holder's own open work, unless the holder's period says another
    number; `clients_per_day` is how much new work one client day makes room for; `visiting_days` is an RFC 5545 rule.
    `channels` are further ways of contact (`system`, `value`, `note`), besides phone and e-mail."""

    __tablename__ = "seats"
    __table_args__ = (
        UniqueConstraint("team_id", "role"),
        UniqueConstraint("id", "no", name="uq_seats_id_no"),
        CheckConstraint("max_open IS NULL OR max_open BETWEEN 0 AND 1000", name="max_open"),
        CheckConstraint("clients_per_day IS NULL OR clients_per_day BETWEEN 1 AND 20", name="clients_per_day"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"), index=True)
    role: Mapped[str]
    max_open: Mapped[int | None] = mapped_column(default=None)
    clients_per_day: Mapped[int | None] = mapped_column(default=None)
    visiting_days: Mapped[str | None] = mapped_column(default=None)
    phone: Mapped[str | None] = mapped_column(default=None)
    email: Mapped[str | None] = mapped_column(default=None)
    channels: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    no: Mapped[int] = mapped_column(Identity(always=True), unique=True, init=False)


class Holder(Root, kw_only=True, eq=False, repr=False):
    """A person holds a seat, or is its deputy, for a period (inclusive dates).

    The same person never twice on the same seat at the same time: the database refuses it. `seat_no` and `person_no`
    repeat the small numbers because an exclusion constraint without extensions needs range types of core. `max_open`
    and `client_days_per_week` are this person's own capacity (C-23); from `handed_over_at` nothing new comes (C-43).
    """

    __tablename__ = "holders"
    __table_args__ = (
        ForeignKeyConstraint(["seat_id", "seat_no"], ["seats.id", "seats.no"], name="fk_holders_seat"),
        ForeignKeyConstraint(["person_id", "person_no"], ["persons.id", "persons.no"], name="fk_holders_person"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("max_open IS NULL OR max_open BETWEEN 0 AND 1000", name="max_open"),
        CheckConstraint(
            "client_days_per_week IS NULL OR client_days_per_week BETWEEN 0 AND 5", name="client_days_per_week"
        ),
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
    max_open: Mapped[int | None] = mapped_column(default=None)
    client_days_per_week: Mapped[float | None] = mapped_column(default=None)
    handed_over_at: Mapped[datetime | None] = mapped_column(init=False, default=None)

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def week_limit(self, seat: Seat) -> int | None:
        """How much new work seven days have room for: client days times clients a day, rounded down; None: no limit."""
        if self.client_days_per_week is None or seat.clients_per_day is None:
            return None
        return int(self.client_days_per_week * seat.clients_per_day)


class Absence(Root, kw_only=True, eq=False, repr=False):
    """A person is away, first and last day included. The reason is nobody's business here."""

    __tablename__ = "absences"
    __table_args__ = (CheckConstraint("last_on >= first_on", name="period"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
