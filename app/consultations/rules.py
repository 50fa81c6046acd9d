"""When an answer is due, who of a seat is asked, and in which register it may be answered. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.kit.workdays import add_working_days, counting_date

ANSWER_DAYS = {"routine": 10, "urgent": 2}  # working days; own design
MOST_MESSAGES = 10  # of both together after the question and the answer; own design
PHYSICIANS = frozenset({
    "physician_mental_substance_neuro", "physician_msk_somatic", "work_ability_physician", "occupational_physician",
    "rehab_unit_chief_physician",
})  # fmt: skip
REGISTERS = ("operational", "health", "social")


def due_on(asked_at: datetime | None, urgency: str) -> date | None:
    """The last day on which an answer is in time; None while nobody is asked."""
    return None if asked_at is None else add_working_days(counting_date(asked_at), ANSWER_DAYS[urgency])


@dataclass(frozen=True)
class Seated:
    """Somebody on a seat today: for which organisation, in which register, and whether they are away."""

    person_id: UUID
    organisation_id: UUID
    register: str
    deputy: bool
    away: bool


def asked_of(seated: Iterable[Seated], barred: Collection[UUID]) -> Seated | None:
    """Who is asked: the holder, while away a deputy who is there, and else the holder who comes back. None: nobody
    sits there, or nobody who may see the client."""
    there = [one for one in seated if one.person_id not in barred]
    return min(there, key=lambda one: (one.away, one.deputy), default=None)


def across(register: str, of_seat: str | None) -> bool:
    """Whether a question of this register goes to another register of the area. What nobody sits on yet may be."""
    return register != "operational" and register != of_seat


def told(classes: Iterable[str], register: str) -> frozenset[str]:
    """What the seat is told by being asked: that the client takes part, what the register is of, and what is said."""
    return frozenset({"participation", *classes, *({register} if register in ("health", "social") else ())})


def readable(register: str, asker: Collection[str]) -> bool:
    """Whether whoever asked reads an answer of this register."""
    return register == "operational" or register in asker
