"""Pure rules: which step is enough by what is known, and whether words are plain. Both advise and never refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# The ladder of C-34, the lightest first.
LADDER = ("consultation", "health_check", "physician_visit", "network_meeting")
# From how many on it is "several" (own design).
SEVERAL_KINDS, SEVERAL_ORGANISATIONS = 2, 3
WORDS_A_SENTENCE = 15


@dataclass(frozen=True)
class Known:
    """What is recorded of a case, as far as the reader may know. More of anything takes no step away; a health check
    that is done answers its question."""

    problem_areas: int = 0
    health_barrier: bool = False
    demanding: bool = False
    incapacity_suspected: bool = False
    barrier_kinds: int = 0
    organisations: int = 0
    health_check_done: bool = False


# What makes each step needed, by code of `suggestion_fact`.
ASKS: dict[str, tuple[str, ...]] = {
    "consultation": (),
    "health_check": ("health_unclear",),
    "physician_visit": ("demanding", "incapacity_suspected"),
    "network_meeting": ("several_kinds_of_barriers", "several_organisations"),
}


def true_of(known: Known) -> frozenset[str]:
    """Which of the facts hold."""
    held = {
        "health_unclear": (known.problem_areas > 0 or known.health_barrier) and not known.health_check_done,
        "demanding": known.demanding,
        "incapacity_suspected": known.incapacity_suspected,
        "several_kinds_of_barriers": known.barrier_kinds >= SEVERAL_KINDS,
        "several_organisations": known.organisations >= SEVERAL_ORGANISATIONS,
    }
    return frozenset(name for name, true in held.items() if true)


@dataclass(frozen=True)
class Rung:
    step: str
    enough: bool
    suggested: bool
    because: tuple[str, ...]
    needed_if: tuple[str, ...]


def needed(known: Known) -> list[str]:
    """Every step that something asks for, the lightest first; where nothing asks, a consultation. One step does not
    stand for another: a meeting answers no question of health."""
    held = true_of(known)
    return [step for step in LADDER if held.intersection(ASKS[step])] or [LADDER[0]]


def suggest(known: Known) -> list[Rung]:
    """Those needed, the lightest first, and then the others; `enough`: nothing besides it is needed."""
    held, asked = true_of(known), needed(known)
    return [
        Rung(
            step=step,
            enough=asked == [step] or not held,
            suggested=step in asked,
            because=tuple(fact for fact in ASKS[step] if fact in held),
            needed_if=tuple(fact for fact in ASKS[step] if fact not in held),
        )
        for step in sorted(LADDER, key=lambda step: (step not in asked, LADDER.index(step)))
    ]


@dataclass(frozen=True)
class Hint:
    code: str
    words: str


# Written out in plain language; so is a word of capitals alone.
ABBREVIATIONS = frozenset({
    "esim", "ym", "jne", "mm", "ns", "tms", "yms", "ko", "ks", "vrt", "bl.a", "t.ex", "osv", "m.m", "dvs", "s.k", "jfr",
    "e.g", "i.e", "etc", "ttt", "htv", "tk", "pth", "esh",
})  # fmt: skip
PROFESSIONAL = frozenset({
    "anamneesi", "status", "diagnoosi", "prognoosi", "interventio", "somaattinen", "psyykkinen", "moniammatillinen",
    "toimeksianto", "anamnes", "diagnos", "prognos", "intervention", "somatisk", "psykisk", "anamnesis", "prognosis",
    "somatic", "multidisciplinary",
})  # fmt: skip
CODED = re.compile(r"\b(?:[A-TV-Z][0-9]{2}(?:\.[0-9A-Z]{1,2})?|[a-z]+_[a-z_]+)\b")
ENDS = re.compile(r"(?<=[.!?])\s+|\n+")


def sentences(text: str) -> list[str]:
    return [part.strip() for part in ENDS.split(text) if part.strip()]


def hints(text: str) -> Iterator[Hint]:
    """Where a text could be plainer (selkokieli: short sentences, whole words, everyday words)."""
    for sentence in sentences(text):
        words = sentence.split()
        if len(words) > WORDS_A_SENTENCE:
            yield Hint("long_sentence", " ".join(words[:6]) + " …")
    for word in dict.fromkeys(text.split()):
        bare = word.strip("(),;:!?\"'”’")
        word = bare.rstrip(".")
        if CODED.fullmatch(word):
            yield Hint("coded", word)
        elif word.lower() in ABBREVIATIONS or (word.isalpha() and word.isupper() and len(word) > 1):
            yield Hint("abbreviation", word)
        elif word.lower() in PROFESSIONAL:
            yield Hint("professional_word", word)
