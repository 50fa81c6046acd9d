"""When an answer is due, who of a seat is asked, and in which register it may be answered. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.kit.workdays import add_working_days, counting_date
from app.pathways.rules import SOME_PHYSICIAN, TELLING_ROLES

# Whom one asks, or works in a pair with, and a theme, that tell what the client is treated for (domain 5.3).
TELLING = TELLING_ROLES | {"psychiatric_nurse", "substance_worker", "memory_nurse"}
TELLING_THEME, NEUTRAL_THEME = "mental_health_and_substances", "other"
ANSWER_DAYS = {"routine": 10, "urgent": 2}  # working days; own design
MOST_MESSAGES = 10  # of both together after the question and the answer; own design
PHYSICIANS = frozenset({
    "physician_mental_substance_neuro", "physician_msk_somatic", "work_ability_physician", "occupational_physician",
    "rehab_unit_chief_physician",
})  # fmt: skip
REGISTERS = ("operational", "health", "social")
# In which register a data class lies: whom it is told to must read that, or the client permits it.
REGISTER_OF = {"health": "health", "was_score": "health", "social": "social"}


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


def reading(seated: Iterable[Seated], register: str, gated: bool) -> list[Seated]:
    """Those of a seat who may read a question of this register: all of them on the client's permission."""
    return [one for one in seated if gated or register in ("operational", one.register)]


def registers_told(classes: Iterable[str]) -> frozenset[str]:
    """The registers in which what is told lies, beside the operational one."""
    return frozenset(REGISTER_OF[one] for one in classes if one in REGISTER_OF)


def across(classes: Iterable[str], of_seat: str | None) -> bool:
    """Whether what is told goes to another register of the area. What nobody sits on yet may be."""
    return bool(registers_told(classes) - {of_seat})


def undeclared(classes: Iterable[str], register: str) -> frozenset[str]:
    """Classes of the health or social register that a question says it tells without being written in one. A score is
    of the operational register (it is a number that the team follows), and is told on a permission alone."""
    return frozenset(classes) & {"health", "social"} if register == "operational" else frozenset()


def told(classes: Iterable[str], register: str) -> frozenset[str]:
    """What the seat is told by being asked: that the client takes part, what the register is of, and what is said."""
    return frozenset({"participation", *classes, *({register} if register in ("health", "social") else ())})


def role_shown(role: str | None) -> str | None:
    """A role as it is shown to whom it would tell too much: some physician, or nothing."""
    return None if role not in TELLING_ROLES and role in TELLING else SOME_PHYSICIAN if role in TELLING_ROLES else role


def theme_shown(theme: str) -> str:
    """As `role_shown`."""
    return NEUTRAL_THEME if theme == TELLING_THEME else theme


def readable(register: str, asker: Collection[str]) -> bool:
    """Whether whoever asked reads an answer of this register."""
    return register == "operational" or register in asker
