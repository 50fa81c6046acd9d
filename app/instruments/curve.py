"""A small curve of scores over time, as SVG: every point's day and score are text, colour says nothing, and the same
points give the same bytes. Pure.

Points of different versions or editions are not joined. There is no name in it: whose it is, the page around it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from app.instruments.changes import Direction, Point, change, directed
from app.instruments.rules import Instrument
from app.kit.i18n import Language, Text

INK, QUIET, PAPER = "#1b1b2f", "#4a4d5e", "#ffffff"
FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
LEFT, RIGHT, TOP, BOTTOM, STEP, TALL, LEAST = 64, 32, 72, 64, 92, 160, 420
SIZE = 14
MARKS = ("circle", "square", "diamond")
DASHES = ("", ' stroke-dasharray="7 4"', ' stroke-dasharray="2 4"')
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

NOTHING = Text("Ei vielä pisteitä.", "Inga poäng ännu.", "No scores yet.")
BETTER = {
    "higher_better": Text("Suurempi on parempi.", "Högre är bättre.", "Higher is better."),
    "higher_worse": Text("Pienempi on parempi.", "Lägre är bättre.", "Lower is better."),
}
IN_ORDER = Text(
    "Pisteet aikajärjestyksessä; välimatka ei kerro kuluneesta ajasta.",
    "Poängen i tidsordning; avståndet visar inte hur lång tid som gått.",
    "Scores in the order of time; the distance does not show how long it was.",
)
APART = Text(
    "Mittarin eri versioita tai laitoksia ei verrata toisiinsa.",
    "Olika versioner eller utgåvor av mätaren jämförs inte med varandra.",
    "Different versions or editions are not compared with each other.",
)
CHANGED: dict[Direction, Text] = {
    "better": Text("Muutos {by}: parempaan.", "Förändring {by}: till det bättre.", "Change {by}: for the better."),
    "worse": Text("Muutos {by}: huonompaan.", "Förändring {by}: till det sämre.", "Change {by}: for the worse."),
    "same": Text("Ei muutosta.", "Ingen förändring.", "No change."),
}


def curve(instrument: Instrument, points: Sequence[Point], language: Language) -> str:
    """The picture as one file."""
    found = change(points)
    ordered = [(number, point) for number, one in enumerate(found.series) for point in one]
    ordered.sort(key=lambda pair: (pair[1].at, pair[0]))
    low, high = scale(instrument, points)
    wide = max(LEAST, LEFT + RIGHT + STEP * max(len(ordered) - 1, 0) + SIZE * 4)
    tall = TOP + TALL + BOTTOM
    gap = STEP if len(ordered) > 1 else 0

    def x(place: int) -> int:
        return LEFT + SIZE * 3 + gap * place

    def y(score: float) -> float:
        return round(TOP + TALL - (score - low) / (high - low) * TALL, 1)

    parts = axis(low, high, wide, language)
    for number in range(len(found.series)):
        line = [(x(place), y(point.score)) for place, (of, point) in enumerate(ordered) if of == number]
        if len(line) > 1:
            drawn = " ".join(f"{px},{py:g}" for px, py in line)
            dash = DASHES[number % len(DASHES)]
            parts.append(f'<polyline points="{drawn}" fill="none" stroke="{INK}" stroke-width="2"{dash}/>')
    for place, (number, point) in enumerate(ordered):
        px, py = x(place), y(point.score)
        parts.append(mark(MARKS[number % len(MARKS)], px, py))
        parts.append(words(px, py - 14, said(point.score, language), bold=True))
        parts.append(words(px, TOP + TALL + 24, day(point.at, language)))
        if len(found.series) > 1:
            parts.append(words(px, TOP + TALL + 42, which(point), fill=QUIET))
    title = instrument.title.pick(language)
    told = in_words(instrument, points, language)
    if not ordered:
        parts.append(words(wide / 2, TOP + TALL / 2, NOTHING.pick(language)))
    parts.append(words(16, 28, title, bold=True, start=True, size=16))
    if instrument.direction in BETTER:
        parts.append(words(16, 48, BETTER[instrument.direction].pick(language), fill=QUIET, start=True))
    name = f"curve-{escape(instrument.code)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}" width="{wide}" height="{tall}" '
        f'role="img" lang="{language}" aria-labelledby="{name}-title {name}-desc" font-family="{escape(FONT)}" '
        f'font-size="{SIZE}"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(told)}</desc>'
        f'<rect width="{wide}" height="{tall}" fill="{PAPER}"/>{"".join(parts)}</svg>\n'
    )


def in_words(instrument: Instrument, points: Sequence[Point], language: Language) -> str:
    """Everything that the picture shows, for whoever hears it."""
    if not points:
        return NOTHING.pick(language)
    found = change(points)
    apart = len(found.series) > 1
    listed = []
    for point in sorted(points, key=lambda point: point.at):
        label = band(instrument, point)
        more = [label.pick(language)] if label else []
        more += [which(point)] if apart else []
        listed.append(
            f"{day(point.at, language)}: {said(point.score, language)}" + (f" ({', '.join(more)})" if more else "")
        )
    told = [IN_ORDER.pick(language), "; ".join(listed) + "."]
    if instrument.direction in BETTER:
        told.insert(0, BETTER[instrument.direction].pick(language))
    direction = directed(found, instrument.direction)
    if direction is not None and found.difference is not None:
        told.append(CHANGED[direction].pick(language).format(by=signed(found.difference, language)))
    if apart:
        told.append(APART.pick(language))
    return " ".join(told)


def scale(instrument: Instrument, points: Sequence[Point]) -> tuple[float, float]:
    """The instrument's own, or what the points span where it is free."""
    scores = [point.score for point in points] or [0.0]
    low = min(scores) if instrument.low is None else instrument.low
    high = max(scores) if instrument.high is None else instrument.high
    return (low, high) if high > low else (low - 1, high + 1)


def axis(low: float, high: float, wide: int, language: Language) -> list[str]:
    """Three lines with their scores."""
    parts = []
    for score in (low, (low + high) / 2, high):
        height = round(TOP + TALL - (score - low) / (high - low) * TALL, 1)
        parts.append(f'<path d="M{LEFT} {height:g}H{wide - RIGHT}" stroke="{QUIET}" stroke-width="0.6"/>')
        parts.append(words(LEFT - 14, height + 5, said(round(score, 2), language), fill=QUIET, end=True))
    return parts


def mark(shape: str, x: float, y: float) -> str:
    looks = f'fill="{PAPER}" stroke="{INK}" stroke-width="2.5"'
    if shape == "square":
        return f'<rect x="{x - 5:g}" y="{y - 5:g}" width="10" height="10" {looks}/>'
    if shape == "diamond":
        return f'<path d="M{x:g} {y - 7:g}l7 7l-7 7l-7 -7z" {looks}/>'
    return f'<circle cx="{x:g}" cy="{y:g}" r="5.5" {looks}/>'


def words(
    x: float, y: float, text: str, *, bold: bool = False, fill: str = INK, start: bool = False, end: bool = False,
    size: int = SIZE,
) -> str:  # fmt: skip
    anchor = "start" if start else "end" if end else "middle"
    weight = ' font-weight="bold"' if bold else ""
    looks = f'text-anchor="{anchor}" fill="{fill}" font-size="{size}"{weight}'
    return f'<text x="{x:g}" y="{y:g}" {looks}>{escape(text)}</text>'


def band(instrument: Instrument, point: Point) -> Text | None:
    """Its label, whatever table it came from."""
    tables = [table for table in instrument.tables if table.edition in (None, point.edition)]
    return next((one.label for table in tables for one in table.bands if one.code == point.band), None)


def which(point: Point) -> str:
    return f"v{point.version}" + (f" {point.edition}" if point.edition else "")


def day(at: date, language: Language) -> str:
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}" if language == "en" else f"{at.day}.{at.month}.{at.year}"


def said(score: float, language: Language) -> str:
    """At most two decimals, with the comma of Finnish and Swedish."""
    told = f"{score:.2f}".rstrip("0").rstrip(".")
    return told if language == "en" else told.replace(".", ",")


def signed(difference: float, language: Language) -> str:
    """With its sign; a real minus."""
    return ("+" if difference > 0 else "−") + said(abs(difference), language)
