"""What a drawing is made of, and its colours: every pair of ink and ground reads at 4.5:1 or more. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from app.views.pictures.facts import Standing
from app.views.pictures.measuring import Line

INK, QUIET, PAPER, GROUND = "#1b1b2f", "#4a4d5e", "#ffffff", "#f4f5f9"


@dataclass(frozen=True, slots=True)
class Look:
    """How a standing looks: by colour, and without colour by the dashes and width of its frame and by its mark."""

    mark: str
    colour: str
    tint: str
    stroke: float
    dash: str | None = None


LOOKS: dict[Standing, Look] = {
    Standing.DONE: Look("check", "#1c6137", "#eff7f1", 1.5),
    Standing.SKIPPED: Look("slash", "#5a5a62", "#f6f6f7", 1.5, "1 4"),
    Standing.NOW: Look("arrow", "#0b4a8f", "#e4effb", 4),
    Standing.NEXT: Look("ring", "#474c63", "#ffffff", 1.5, "7 5"),
    Standing.USUAL: Look("square", "#3d3a78", "#ffffff", 1.5),
}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle. `card` says of which step, or which part, it is the frame; frames never overlap."""

    x: float
    y: float
    w: float
    h: float
    fill: str
    stroke: str
    thick: float = 1.5
    dash: str | None = None
    round: float = 10
    card: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text on its base line, from its left end or, when `middle`, round its middle; `on` is the ground."""

    x: float
    y: float
    line: Line
    size: float
    fill: str
    on: str
    middle: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign of a standing, in a square of twice `r`."""

    x: float
    y: float
    r: float
    shape: str
    colour: str


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points, with a point of an arrow at its end."""

    points: tuple[tuple[float, float], ...]
    arrow: bool = True


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a drawing from its own upper left corner: it is moved as a whole."""

    w: float
    h: float
    boxes: tuple[Box, ...] = ()
    words: tuple[Words, ...] = ()
    marks: tuple[Mark, ...] = ()
    paths: tuple[Path, ...] = ()

    def at(self, x: float, y: float) -> Piece:
        return replace(
            self,
            boxes=tuple(replace(box, x=box.x + x, y=box.y + y) for box in self.boxes),
            words=tuple(replace(line, x=line.x + x, y=line.y + y) for line in self.words),
            marks=tuple(replace(mark, x=mark.x + x, y=mark.y + y) for mark in self.marks),
            paths=tuple(replace(path, points=tuple((px + x, py + y) for px, py in path.points)) for path in self.paths),
        )

    def tall(self, h: float) -> Piece:
        """The same, its outermost frame as tall as its neighbours'."""
        first, *rest = self.boxes
        return replace(self, h=h, boxes=(replace(first, h=first.h + h - self.h), *rest))


@dataclass
class Sheet:
    """Pieces gathered one under another."""

    w: float
    y: float = 0
    pieces: list[Piece] = field(default_factory=list)

    def put(self, piece: Piece, x: float) -> None:
        self.pieces.append(piece.at(x, self.y))
        self.y += piece.h

    def piece(self) -> Piece:
        return together(self.pieces, self.w, self.y)


def together(pieces: Iterable[Piece], w: float, h: float) -> Piece:
    held = list(pieces)
    return Piece(
        w,
        h,
        tuple(box for piece in held for box in piece.boxes),
        tuple(line for piece in held for line in piece.words),
        tuple(mark for piece in held for mark in piece.marks),
        tuple(path for piece in held for path in piece.paths),
    )


def contrast(ink: str, ground: str) -> float:
    """WCAG 2.2's contrast ratio of two colours like `#1b1b2f`: 1 to 21."""
    bright, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
