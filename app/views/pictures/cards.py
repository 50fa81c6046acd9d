"""One card of a picture: a step, the heading, or how it ends. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from app.kit.i18n import Language, Text
from app.views.pictures import words
from app.views.pictures.drawing import GROUND, INK, LOOKS, PAPER, QUIET, Box, Mark, Piece, Words, together
from app.views.pictures.facts import Facts, Standing, StepFact
from app.views.pictures.measuring import Run, width, wrapped

BODY, TITLE, SMALL, LARGE = 14.0, 16.0, 12.0, 22.0
PAD, MARK = 12.0, 11.0
BESIDE = 600.0  # from this width on the worker stands beside the next action


class Writing:
    """Lines written one under another on a ground, between two margins."""

    def __init__(self, w: float, on: str, pad: float = PAD) -> None:
        self.w, self.on, self.pad, self.y = w, on, pad, pad
        self.lines: list[Words] = []

    @property
    def room(self) -> float:
        return self.w - 2 * self.pad

    def write(self, runs: Sequence[Run], size: float = BODY, fill: str = INK, above: float = 0) -> None:
        lines = wrapped(runs, size, self.room)
        self.y += above if lines else 0
        for line in lines:
            self.y += size * 1.38
            self.lines.append(Words(self.pad, self.y - size * 0.36, line, size, fill, self.on))

    def said(self, label: Text, value: str | None, language: Language, more: str | None = None) -> None:
        if value:
            rest = [Run(f"{value}."), Run(more, bold=True)] if more else [Run(value)]
            self.write([Run(label.pick(language), bold=True), *rest], above=4)


def pill(text: str, fill: str, ink: str, stroke: str, size: float = SMALL) -> Piece:
    """A word in a frame of its own."""
    w, h = width(text, size, bold=True) + 16, size * 1.75
    line = Words(w / 2, h - size * 0.52, (Run(text, bold=True),), size, ink, fill, middle=True)
    return Piece(w, h, (Box(0, 0, w, h, fill, stroke, 1.2, round=h / 2),), (line,))


def step_card(step: StepFact, number: int, w: float, language: Language) -> Piece:
    """The mark and word of its standing, what it is, why, when, who and what to bring."""
    look = LOOKS[step.standing]
    pad = 8.0 if w < 200 else PAD
    top = pad + 2
    word = pill(words.STANDINGS[step.standing].pick(language), look.colour, PAPER, look.colour)
    row = [word.at(pad + 2 * MARK + 8, top)]
    used = pad + 2 * MARK + 8 + word.w
    writing = Writing(w, look.tint, pad)
    writing.y = top + word.h + 4
    if step.optional:
        tag = pill(words.OPTIONAL.pick(language), PAPER, look.colour, look.colour)
        if used + 8 + tag.w > w - pad:
            row.append(tag.at(pad, writing.y + 2))
            writing.y += tag.h + 6
        else:
            row.append(tag.at(used + 8, top))
    writing.write([Run(f"{number}. {step.title}", bold=True)], TITLE, above=2)
    writing.write([Run(step.purpose or "")], fill=QUIET, above=2)
    writing.said(words.WHEN, step.when, language, words.LATE.pick(language) if step.late else None)
    owner = ", ".join(filter(None, (step.owner, step.person)))
    writing.said(words.WHO, owner, language)
    writing.said(words.BRING, step.bring, language)
    writing.said(words.BECAUSE, step.because, language)
    h = writing.y + pad
    frame = Box(0, 0, w, h, look.tint, look.colour, look.stroke, look.dash, card=f"step {step.key}")
    mark = Mark(pad + MARK, top + word.h / 2, MARK, look.mark, look.colour)
    return Piece(
        w,
        h,
        (frame, *(box for piece in row for box in piece.boxes)),
        (*(line for piece in row for line in piece.words), *writing.lines),
        (mark,),
    )


def head_card(facts: Facts, w: float) -> Piece:
    """What it is of, who answers for it, and what was agreed next with its day."""
    language = facts.language
    writing = Writing(w, PAPER, 4)
    writing.write([Run(facts.title, bold=True)], LARGE)
    writing.write([Run(facts.subtitle)], fill=QUIET, above=2)
    if facts.as_of:
        standing = words.AS_OF.pick(language).format(day=words.day(facts.as_of, language))
        writing.write([Run(f"{standing}. {counts(facts)}")], fill=QUIET)
    if facts.held:
        writing.write([Run(f"{facts.held}.", bold=True)], above=2)
    top = Piece(w, writing.y + 8, words=tuple(writing.lines))
    if facts.next_action is None and facts.responsible is None:
        return top
    ground = LOOKS[Standing.NOW].colour
    beside = w > BESIDE and facts.next_action is not None
    left = w * 0.62 if beside else w
    action, person = Writing(left, ground, 14), Writing(w - left if beside else w, ground, 14)
    if facts.next_action:
        action.write([Run(words.NEXT_ACTION.pick(language), bold=True)], SMALL, PAPER)
        action.write([Run(facts.next_action, bold=True)], 18, PAPER, above=2)
        late = f". {words.LATE.pick(language)}" if facts.next_late else ""
        action.write([Run(f"{facts.next_on or ''}{late}", bold=True)], TITLE, PAPER, above=2)
    if facts.responsible:
        person.write([Run(words.RESPONSIBLE.pick(language), bold=True)], SMALL, PAPER)
        person.write([Run(facts.responsible, bold=True)], TITLE, PAPER, above=1)
    x, y = (left, 0.0) if beside else (0.0, action.y - 4 if facts.next_action else 0.0)
    h = max(action.y, y + person.y if facts.responsible else 0) + 14
    frame = Piece(w, h, (Box(0, 0, w, h, ground, INK, 2, card="head"),), tuple(action.lines))
    told = together([frame, Piece(w, h, words=tuple(person.lines)).at(x, y)], w, h).at(0, top.h)
    return Piece(w, top.h + h, told.boxes, top.words + told.words)


def counts(facts: Facts) -> str:
    many = {one: sum(step.standing is one for step in facts.steps) for one in Standing}
    said = words.COUNTS.pick(facts.language)
    return said.format(done=many[Standing.DONE], now=many[Standing.NOW], next=many[Standing.NEXT]) + "."


def outcome_card(facts: Facts, w: float) -> Piece:
    lines = [[Run(f"– {outcome}")] for outcome in facts.outcomes]
    return ending("outcome", words.OUTCOME, lines or [[Run(words.NO_OUTCOME.pick(facts.language))]], facts.language, w)


def hearing_card(facts: Facts, w: float) -> Piece:
    lines = [[Run(f"{one.who}:", bold=True), Run(one.what)] for one in facts.hearers]
    lines += [[Run(promise)] for promise in (*facts.promises, words.NOBODY.pick(facts.language))]
    return ending("hearing", words.HEARS, lines, facts.language, w)


def ending(name: str, title: Text, lines: list[list[Run]], language: Language, w: float) -> Piece:
    writing = Writing(w, GROUND)
    writing.write([Run(title.pick(language), bold=True)], TITLE)
    for line in lines:
        writing.write(line, above=4)
    h = writing.y + PAD
    return Piece(w, h, (Box(0, 0, w, h, GROUND, INK, 2.5, card=name),), tuple(writing.lines))


def source_note(facts: Facts, w: float) -> Piece:
    writing = Writing(w, PAPER, 4)
    if facts.source:
        writing.write([Run(words.SOURCE.pick(facts.language), bold=True), Run(facts.source)], SMALL, QUIET)
    return Piece(w, writing.y + 4, words=tuple(writing.lines))
