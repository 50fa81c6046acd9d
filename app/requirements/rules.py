"""Pure rules of what a team needs to know: what is asked, what is met, and what stops a sending.

The vocabulary is closed and is that of the gaps of a referral: nothing of health can be asked of a sender (C-58).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.kit.i18n import Text

# Statutory (domain 5.7): asking for the health check is never barred by what a team would like to know (C-33).
NEVER_BARRED = frozenset({"health_check"})
SELF = "self"


@dataclass(frozen=True)
class Item:
    """One thing asked. `minimum` is of `reason_length`, in characters; `criteria` of `criteria`, none meaning all."""

    item: str
    required: bool = False
    minimum: int | None = None
    criteria: tuple[str, ...] = ()
    why: Text | None = None


@dataclass(frozen=True)
class Given:
    """What a referral says, as far as can be asked."""

    source: str
    asked_for: str
    there: frozenset[str]
    answered: frozenset[str]
    criteria: frozenset[str]
    reason_length: int


@dataclass(frozen=True)
class Lack:
    """Something asked and not given: where, its stable code, whether it stops the sending, and the words for it."""

    pointer: str
    code: str
    required: bool
    why: Text


@dataclass(frozen=True)
class Verdict:
    """What applied to this referral, what of it is met, and what is lacking."""

    asked: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
    lacking: tuple[Lack, ...] = field(default=())


# item -> pointer in the body, code of the gap, words when the team gives none
VOCABULARY: dict[str, tuple[str, str, Text]] = {
    "identity_code": (
        "/client/identityCode",
        "identity_code_missing",
        Text("Lisää henkilötunnus.", "Lägg till personbeteckningen.", "Add the identity code."),
    ),
    "contact": (
        "/client/phone",
        "contact_missing",
        Text("Lisää puhelin tai sähköposti.", "Lägg till telefon eller e-post.", "Add a phone or an e-mail."),
    ),
    "municipality": (
        "/client/municipality",
        "municipality_missing",
        Text("Lisää kotikunta.", "Lägg till hemkommunen.", "Add the municipality."),
    ),
    "unemployment_days": (
        "/unemploymentDays",
        "unemployment_days_missing",
        Text("Lisää työttömyyspäivät.", "Lägg till arbetslöshetsdagarna.", "Add the days of unemployment."),
    ),
    "criteria": (
        "/criteria/answers",
        "criteria_unanswered",
        Text("Vastaa kriteereihin.", "Besvara kriterierna.", "Answer the criteria."),
    ),
    "barriers": (
        "/barriers",
        "barriers_missing",
        Text(
            "Kysy asiakkaalta, mikä on työllistymisen esteenä.",
            "Fråga klienten vad som hindrar sysselsättning.",
            "Ask the client what stands in the way of work.",
        ),
    ),
    "reason_length": (
        "/reason",
        "reason_too_short",
        Text("Kerro syystä enemmän.", "Berätta mer om orsaken.", "Say more about the reason."),
    ),
    "feedback_permission": (
        "/permission/recipientIds",
        "feedback_not_covered",
        Text(
            "Kysy asiakkaalta, saako sinulle antaa palautetta.",
            "Fråga klienten om du får få återkoppling.",
            "Ask the client whether you may get feedback.",
        ),
    ),
    "information_noted": (
        "/permission/informationGivenAt",
        "information_not_noted",
        Text(
            "Kirjaa, milloin asiakasta informoitiin.",
            "Anteckna när klienten informerades.",
            "Note when the client was informed.",
        ),
    ),
}
# What is a matter of a permission is not asked of a client who refers themself.
OF_PERMISSION = frozenset({"feedback_permission", "information_noted"})
# Asked of everybody where a team has published nothing: what preflight wishes anyway.
USUAL = tuple(Item(name) for name in VOCABULARY if name not in ("barriers", "reason_length"))


def bars(source: str, asked_for: str) -> bool:
    """Whether something required can stop this referral at all."""
    return source != SELF and asked_for not in NEVER_BARRED


def is_met(item: Item, given: Given) -> bool:
    if item.item == "criteria":
        return (frozenset(item.criteria) or given.criteria) <= given.answered
    if item.item == "reason_length":
        return given.reason_length >= (item.minimum or 1)
    return item.item in given.there


def applies(item: Item, given: Given) -> bool:
    """Nobody is asked for what their way of referring has no place for: `criteria` is empty where none are asked."""
    if item.item == "criteria":
        return bool(given.criteria)
    return given.source != SELF or item.item not in OF_PERMISSION


def judge(items: Iterable[Item], given: Given) -> Verdict:
    """What of it applies to this referral, what is met, and what is lacking; required only where it may bar."""
    applying = [item for item in items if applies(item, given)]
    met = [item.item for item in applying if is_met(item, given)]
    lacking = []
    for item in applying:
        if item.item not in met:
            pointer, code, words = VOCABULARY[item.item]
            required = item.required and bars(given.source, given.asked_for)
            lacking.append(Lack(pointer, code, required, item.why or words))
    return Verdict(tuple(item.item for item in applying), tuple(met), tuple(lacking))


def rank(source: str | None, asked_for: str | None) -> int:
    """Which of the versions in force counts: the one that says most about whom it is for; the source goes first."""
    return 2 * (source is not None) + (asked_for is not None)
