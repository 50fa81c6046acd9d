"""A drawing as SVG: no scripts, no styles, nothing from outside; every text escaped and still text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.kit.i18n import Language
from app.kit.visible import plain
from app.views.pictures import words
from app.views.pictures.drawing import INK, PAPER, Box, Mark, Path, Piece, Words, together
from app.views.pictures.facts import Facts
from app.views.pictures.layout import Layout, drawn
from app.views.pictures.measuring import Run
from app.views.pictures.telling import in_words

FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"
# A page of A4 at the width the printed picture has, in units of the picture.
PAGE: dict[Layout, float] = {"narrow": 760, "wide": 1200}


def picture(facts: Facts, layout: Layout = "narrow") -> str:
    """The whole as one file."""
    piece = stacked(drawn(facts, layout))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + svg(
        piece, facts.language, "picture", plain(facts.title), in_words(facts)
    )


def pages(facts: Facts, layout: Layout = "narrow") -> list[str]:
    """The same in parts that fit on printed pages; the first tells the whole in words."""
    found: list[list[Piece]] = [[]]
    for piece in drawn(facts, layout):
        if found[-1] and sum(one.h for one in found[-1]) + piece.h > PAGE[layout]:
            found.append([])
        found[-1].append(piece)
    language, parts = facts.language, []
    for number, part in enumerate(found, start=1):
        title = plain(facts.title)
        if len(found) > 1:
            title += f", {words.PART.pick(language).format(number=number, count=len(found))}"
        told = in_words(facts) if number == 1 else title
        parts.append(svg(stacked(part), language, f"picture-{number}", title, told))
    return parts


def stacked(pieces: Sequence[Piece]) -> Piece:
    y, found = 0.0, []
    for piece in pieces:
        found.append(piece.at(0, y))
        y += piece.h
    return together(found, pieces[0].w, y)


def svg(piece: Piece, language: Language, name: str, title: str, told: str) -> str:
    """A picture with its title and all of it in words."""
    w, h = number(piece.w), number(piece.h)
    body = "".join(
        (
            *(box(one) for one in piece.boxes),
            *(path(one) for one in piece.paths),
            *(MARKS[one.shape](one) for one in piece.marks),
            *(line(one) for one in piece.words),
        )
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img"'
        f' lang="{language}" xml:lang="{language}" aria-labelledby="{name}-title" aria-describedby="{name}-desc"'
        f' font-family="{FONT}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(told)}</desc>'
        f'<rect width="{w}" height="{h}" fill="{PAPER}"/>{body}</svg>'
    )


def number(value: float) -> str:
    """Two decimals at the most, and never `-0`."""
    return f"{round(value, 2) + 0:.2f}".rstrip("0").rstrip(".")


def box(one: Box) -> str:
    dash = f' stroke-dasharray="{one.dash}" stroke-linecap="round"' if one.dash else ""
    return (
        f'<rect x="{number(one.x)}" y="{number(one.y)}" width="{number(one.w)}" height="{number(one.h)}"'
        f' rx="{number(one.round)}" fill="{one.fill}" stroke="{one.stroke}" stroke-width="{number(one.thick)}"{dash}/>'
    )


def line(one: Words) -> str:
    runs = "".join(run(part) for part in one.line)
    more = ' font-weight="bold"' if len(one.line) == 1 and one.line[0].bold else ""
    more += ' text-anchor="middle"' if one.middle else ""
    return (
        f'<text x="{number(one.x)}" y="{number(one.y)}" font-size="{number(one.size)}" fill="{one.fill}"{more}'
        f' xml:space="preserve">{runs if len(one.line) > 1 else escape(one.line[0].text)}</text>'
    )


def run(part: Run) -> str:
    return f'<tspan font-weight="bold">{escape(part.text)}</tspan>' if part.bold else escape(part.text)


def path(one: Path) -> str:
    """A straight line with the point of an arrow at its end."""
    (x1, y1), (x2, y2) = one.points[0], one.points[-1]
    down = x1 == x2
    head = ((x2 - 6, y2 - 8), (x2 + 6, y2 - 8)) if down else ((x2 - 8, y2 - 6), (x2 - 8, y2 + 6))
    points = " ".join(f"{number(x)},{number(y)}" for x, y in (head[0], (x2, y2), head[1]))
    return (
        f'<path d="M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}" stroke="{INK}" stroke-width="2" fill="none"/>'
        f'<polygon points="{points}" fill="{INK}"/>'
    )


def disc(one: Mark, inner: str) -> str:
    return f'<circle cx="{number(one.x)}" cy="{number(one.y)}" r="{number(one.r)}" fill="{one.colour}"/>{inner}'


def strokes(one: Mark, *points: tuple[float, float]) -> str:
    """A white line through points told in parts of the mark's half width."""
    at = " ".join(f"{number(one.x + x * one.r)},{number(one.y + y * one.r)}" for x, y in points)
    return (
        f'<polyline points="{at}" fill="none" stroke="{PAPER}" stroke-width="2.6" stroke-linecap="round"'
        ' stroke-linejoin="round"/>'
    )


def check(one: Mark) -> str:
    return disc(one, strokes(one, (-0.5, 0.05), (-0.12, 0.42), (0.52, -0.38)))


def slash(one: Mark) -> str:
    return disc(one, strokes(one, (-0.5, 0.5), (0.5, -0.5)))


def arrow(one: Mark) -> str:
    """A big arrow to the right: here we are."""
    shape = ((-1.0, -0.45), (0.05, -0.45), (0.05, -1.0), (1.05, 0.0), (0.05, 1.0), (0.05, 0.45), (-1.0, 0.45))
    at = " ".join(f"{number(one.x + x * one.r)},{number(one.y + y * one.r)}" for x, y in shape)
    return f'<polygon points="{at}" fill="{one.colour}"/>'


def ring(one: Mark) -> str:
    return (
        f'<circle cx="{number(one.x)}" cy="{number(one.y)}" r="{number(one.r - 1.5)}" fill="{PAPER}"'
        f' stroke="{one.colour}" stroke-width="3"/>'
    )


def square(one: Mark) -> str:
    side = number(2 * one.r - 4)
    return (
        f'<rect x="{number(one.x - one.r + 2)}" y="{number(one.y - one.r + 2)}" width="{side}" height="{side}"'
        f' rx="3" fill="{one.colour}"/>'
    )


MARKS = {"check": check, "slash": slash, "arrow": arrow, "ring": ring, "square": square}
