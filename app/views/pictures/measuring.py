"""How wide a text is and how it is broken into lines, without a font: the widths of Helvetica's letters, and room for
the fonts that take its place. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.kit.visible import plain

# Thousandths of the size of the letters, from a space (32) to a tilde (126).
WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
OTHER, WIDE = 800, 1400  # letters of other alphabets; ideographs, emoji
SPARE, SPARE_BOLD = 1.12, 1.22  # DejaVu Sans is about this much wider
JOINER = "\u200d"
VOWELS = frozenset("aeiouyåäö")
WORTH = 0.4  # of a line, left over: a long word begins there


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one weight."""

    text: str
    bold: bool = False


Line = tuple[Run, ...]


@lru_cache(maxsize=4096)
def letter(char: str) -> int:
    if 32 <= ord(char) < 127:
        return WIDTHS[ord(char) - 32]
    base = unicodedata.normalize("NFD", char)[0]
    if base != char:
        return letter(base)
    if joins(char):
        return 0
    wide = unicodedata.east_asian_width(char) in "WF" or ord(char) >= 0x1F000
    return WIDE if wide else OTHER


def joins(char: str) -> bool:
    """Whether it belongs to the character before it."""
    return unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf") or 0x1F3FB <= ord(char) <= 0x1F3FF


def width(text: str, size: float, *, bold: bool = False) -> float:
    """An upper bound in the units of `size`."""
    return sum(map(letter, text)) * size / 1000 * (SPARE_BOLD if bold else SPARE)


def width_of(line: Iterable[Run], size: float) -> float:
    return sum(width(run.text, size, bold=run.bold) for run in line)


def clusters(word: str) -> Iterator[str]:
    """What must not be torn apart: a letter with its marks, an emoji with what it is joined to."""
    held = ""
    for char in word:
        if held and not (joins(char) or held.endswith(JOINER)):
            yield held
            held = ""
        held += char
    if held:
        yield held


def pieces(word: str, size: float, room: float, first: float, *, bold: bool) -> Iterator[str]:
    """A word that is too long for a line, in parts that are not; a hyphen where letters are parted. `first` is the room
    of the first part."""
    held: list[str] = []
    for one in clusters(word):
        if held and width("".join(held) + one + "-", size, bold=bold) > first:
            part, held = parted([*held, one])
            yield part
            first = room
        else:
            held.append(one)
    if held:
        yield "".join(held)


def parted(held: list[str]) -> tuple[str, list[str]]:
    """Before a consonant and its vowel, as syllables are parted in Finnish, or else where the line is full."""
    places = range(len(held) - 1, max(len(held) - 5, 1), -1)
    natural = (at for at in places if at + 1 < len(held) and starts_syllable(held[at], held[at + 1]))
    at = next(natural, len(held) - 1)
    hyphen = "-" if held[at - 1].isalpha() and held[at][0].isalpha() else ""
    return "".join(held[:at]) + hyphen, held[at:]


def starts_syllable(one: str, following: str) -> bool:
    return one.isalpha() and one.lower() not in VOWELS and following.lower() in VOWELS


def wrapped(runs: Iterable[Run], size: float, room: float) -> list[Line]:
    """Lines no wider than `room`; nothing for nothing."""
    lines: list[Line] = []
    held: list[Run] = []
    used = 0.0
    for run in runs:
        gap = width(" ", size, bold=run.bold)
        for word in plain(run.text).split():
            parts: Iterable[str] = [word]
            if width(word, size, bold=run.bold) > room:
                left = room - used - gap if held else room
                parts = pieces(word, size, room, left if left > WORTH * room else room, bold=run.bold)
            for part in parts:
                wide = width(part, size, bold=run.bold)
                if held and used + gap + wide > room:
                    lines.append(tuple(held))
                    held, used = [], 0.0
                used += wide + (gap if held else 0)
                held = [*held[:-1], *joined(held[-1:], Run(part, run.bold))]
    return [*lines, tuple(held)] if held else lines


def joined(before: list[Run], added: Run) -> list[Run]:
    """The last run of a line and the next word: one run when they are of one weight."""
    if not before:
        return [added]
    last = before[0]
    if last.bold == added.bold:
        return [Run(f"{last.text} {added.text}", last.bold)]
    return [last, Run(f" {added.text}", added.bold)]
