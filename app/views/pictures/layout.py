"""Where the cards of a picture stand: one under another on a narrow screen, three abreast on a wide one. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.kit.i18n import Language, Text
from app.views.pictures import cards, words
from app.views.pictures.drawing import GROUND, INK, QUIET, Box, Path, Piece, Sheet, together
from app.views.pictures.facts import Block, Facts, StepFact, blocks
from app.views.pictures.measuring import Run

Layout = Literal["narrow", "wide"]
GAP, INSIDE = 24.0, 10.0


@dataclass(frozen=True, slots=True)
class Form:
    """A width in CSS pixels, its margin, how many cards stand abreast, and how many ways."""

    w: float
    margin: float
    abreast: int
    ways: int

    @property
    def room(self) -> float:
        return self.w - 2 * self.margin


FORMS: dict[Layout, Form] = {"narrow": Form(320, 8, 1, 2), "wide": Form(960, 20, 3, 3)}


def drawn(facts: Facts, layout: Layout = "narrow") -> list[Piece]:
    """The parts of the picture from the top down; each may stand on a page of its own."""
    form = FORMS[layout]
    found = blocks(facts.steps)
    numbers = {step.key: number for number, step in enumerate(ordered(facts.steps), start=1)}
    rows = [cards.head_card(facts, form.room)]
    rows += [row for group in grouped(found, form) for row in rows_of(group, numbers, facts, form)]
    if form.abreast == 1:
        rows += [cards.outcome_card(facts, form.room), cards.hearing_card(facts, form.room)]
    else:
        half = (form.room - GAP) / 2
        rows.append(
            abreast([cards.outcome_card(facts, half), cards.hearing_card(facts, half)], form.room, arrows=False)
        )
    parts = [led(row, form, first=place == 0) for place, row in enumerate(rows)]
    note = cards.source_note(facts, form.room)
    return [*parts, Piece(form.w, note.h + form.margin, words=note.at(form.margin, 0).words)]


def ordered(steps: Sequence[StepFact]) -> list[StepFact]:
    """The steps in the order they are drawn and read."""
    return [step for block in blocks(steps) for lane in block.lanes for step in lane]


def grouped(found: Sequence[Block], form: Form) -> Iterator[list[Block]]:
    """Single steps that stand in one row; everything else by itself."""
    row: list[Block] = []
    for block in found:
        if block.kind == "one":
            row.append(block)
            if len(row) < form.abreast:
                continue
            yield row
            row = []
        else:
            if row:
                yield row
            row = []
            yield [block]
    if row:
        yield row


def rows_of(group: Sequence[Block], numbers: dict[str, int], facts: Facts, form: Form) -> Iterator[Piece]:
    language = facts.language
    if group[0].kind == "one":
        w = (form.room - (len(group) - 1) * GAP) / len(group)
        singles = [
            cards.step_card(step, numbers[step.key], w, language)
            for block in group
            for lane in block.lanes
            for step in lane
        ]
        yield abreast(singles, form.room, arrows=True)
        return
    block = group[0]
    caption = {"parallel": words.PARALLEL, "ways": words.WAYS, "one_way": words.ONE_WAY}[block.kind]
    across = min(form.abreast if block.kind == "parallel" else form.ways, len(block.lanes))
    w = (form.room - 2 * INSIDE - (across - 1) * INSIDE) / across
    lanes = [lane_of(lane, block.kind, place, numbers, w, language) for place, lane in enumerate(block.lanes)]
    yield framed(lanes, caption, form.room, across, language)


def lane_of(
    lane: Sequence[StepFact], kind: str, place: int, numbers: dict[str, int], w: float, language: Language
) -> Piece:
    """Steps one under another, under the letter of the way they are."""
    sheet = Sheet(w)
    if kind == "ways":
        name = cards.Writing(w, GROUND, 2)
        name.write([Run(words.WAY.pick(language).format(letter=words.letter(place)), bold=True)])
        sheet.put(Piece(w, name.y + 6, words=tuple(name.lines)), 0)
    for number, step in enumerate(lane):
        if number:
            sheet.put(Piece(w, GAP, paths=(Path(((w / 2, 3), (w / 2, GAP - 3))),)), 0)
        sheet.put(cards.step_card(step, numbers[step.key], w, language), 0)
    return sheet.piece()


def framed(lanes: Sequence[Piece], caption: Text, w: float, across: int, language: Language) -> Piece:
    """Lanes side by side in a frame that says why they are."""
    title = cards.Writing(w, GROUND)
    title.write([Run(caption.pick(language), bold=True)], fill=INK)
    sheet = Sheet(w, title.y + 6)
    pieces = [Piece(w, 0, words=tuple(title.lines))]
    for start in range(0, len(lanes), across):
        row = lanes[start : start + across]
        sheet.y += INSIDE if start else 0
        pieces += [lane.at(INSIDE + place * (lane.w + INSIDE), sheet.y) for place, lane in enumerate(row)]
        sheet.y += max(lane.h for lane in row)
    h = sheet.y + INSIDE
    frame = Piece(w, h, (Box(0, 0, w, h, GROUND, QUIET, 1.2, "2 3"),))
    return together([frame, *pieces], w, h)


def abreast(pieces: Sequence[Piece], w: float, *, arrows: bool) -> Piece:
    """Cards of one height in a row; the arrows say which comes after which."""
    h = max(piece.h for piece in pieces)
    found = []
    x = 0.0
    for place, piece in enumerate(pieces):
        found.append(piece.tall(h).at(x, 0))
        x += piece.w
        if arrows and place + 1 < len(pieces):
            found.append(Piece(0, 0, paths=(Path(((x + 3, h / 2), (x + GAP - 3, h / 2))),)))
        x += GAP
    return together(found, w, h)


def led(row: Piece, form: Form, *, first: bool) -> Piece:
    """A row with its margin, and above it the arrow from the row before: on a wide picture at its left, where the row
    begins."""
    above = form.margin if first else GAP
    x = form.w / 2 if form.abreast == 1 else form.margin + 24
    arrow = () if first else (Path(((x, 3), (x, GAP - 3))),)
    moved = row.at(form.margin, above)
    return Piece(form.w, above + row.h, moved.boxes, moved.words, moved.marks, moved.paths + arrow)
