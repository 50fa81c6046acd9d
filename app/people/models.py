"""Organisations, their units, the people who work in them, and by which login they are known."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Kept, Root

# The registers of domain 5.2; "none" is a partner whose people handle no register of ours.
REGISTERS = ("health", "social", "employment", "none")


class Organisation(Root, kw_only=True, eq=False, repr=False):
    """A wellbeing area, an employment authority, Kela, a workshop… `area_id` is the area it works with (its own id
    for an area)."""

    __tablename__ = "organisations"

    name: Mapped[str]
    kind: Mapped[str]
    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    business_id: Mapped[str | None] = mapped_column(default=None)
    referral_source: Mapped[str | None] = mapped_column(default=None)


class Unit(Root, kw_only=True, eq=False, repr=False):
    __tablename__ = "units"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str]
    municipality: Mapped[str | None] = mapped_column(default=None)


class Person(Root, kw_only=True, eq=False, repr=False):
    """Somebody who works with clients. Only work contacts are kept; never an identity code."""

    __tablename__ = "persons"
    __table_args__ = (UniqueConstraint("id", "no", name="uq_persons_id_no"),)

    area_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(default=None)
    phone: Mapped[str | None] = mapped_column(default=None)
    languages: Mapped[list[str]] = mapped_column(default_factory=list)
    # A small whole number beside the id: exclusion constraints on (seat, person, period) need core types only.
    no: Mapped[int] = mapped_column(Identity(always=True), unique=True, init=False)


class Membership(Root, kw_only=True, eq=False, repr=False):
    """A person works in an organisation in a role, for a period (inclusive dates). `register` is the data the role
    handles there: a coordinator reads health data only with a health register membership (domain 5.3)."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint(f"register IN {REGISTERS}", name="register"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"), default=None)
    role: Mapped[str]
    register: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(default=None)


class Login(Kept, kw_only=True, eq=False, repr=False):
    """By which token (issuer and subject) a person or a client is known. Roles come from memberships, not claims."""

    __tablename__ = "logins"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        CheckConstraint("(person_id IS NULL) <> (client_id IS NULL)", name="one_owner"),
    )

    issuer: Mapped[str]
    subject: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True, default=None)
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("clients.id"), index=True, default=None)
