"""How pictures are drawn: nothing overlaps or falls outside, every text is text, and colour is never needed."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kit.i18n import LANGUAGES
from app.kit.visible import plain
from app.views.pictures import words
from app.views.pictures.drawing import LOOKS, Box, Piece, Words, contrast
from app.views.pictures.facts import Facts, Standing, StepFact
from app.views.pictures.layout import FORMS, Layout, drawn
from app.views.pictures.measuring import Run, width, width_of, wrapped
from app.views.pictures.page import page
from app.views.pictures.svg import MARKS, pages, picture, stacked
from app.views.pictures.telling import in_words
from tests.views.pictures.samples import HOSTILE, facts, step, whole

LAYOUTS: tuple[Layout, ...] = ("narrow", "wide")
NAMES = {"svg": "{http://www.w3.org/2000/svg}"}
SVG = "{http://www.w3.org/2000/svg}"
texts = st.one_of(st.text(max_size=60), st.sampled_from([HOSTILE, "W" * 120, "työkyvynarviointisuunnitelma " * 3]))


@st.composite
def paths(draw: st.DrawFn) -> Facts:
    keys = [f"s{number}" for number in range(draw(st.integers(0, 9)))]
    made: list[StepFact] = []
    for place, key in enumerate(keys):
        over: dict[str, Any] = {name: draw(st.none() | texts) for name in ("purpose", "when", "owner", "person",
                                                                          "bring", "because")}  # fmt: skip
        before = tuple(draw(st.lists(st.sampled_from(keys[:place] or [key]), max_size=2)))
        made.append(
            step(
                key, draw(st.sampled_from(Standing)), title=draw(texts), optional=draw(st.booleans()),
                late=draw(st.booleans()), branch=draw(st.sampled_from([None, None, "x", "y", "z"])), before=before,
                **over,
            )
        )  # fmt: skip
    return facts(
        *made, language=draw(st.sampled_from(LANGUAGES)), next_action=draw(st.none() | texts),
        responsible=draw(st.none() | texts), outcomes=tuple(draw(st.lists(texts, max_size=2))),
    )  # fmt: skip


def inside(inner: Box, outer: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.w <= outer.x + outer.w
        and inner.y + inner.h <= outer.y + outer.h
    )


def apart(one: Box, other: Box) -> bool:
    return (
        one.x + one.w <= other.x or other.x + other.w <= one.x or one.y + one.h <= other.y or other.y + other.h <= one.y
    )


def extent(line: Words) -> Box:
    """The ground that a line of text takes, with its letters' ascent and descent."""
    w = width_of(line.line, line.size)
    return Box(line.x - (w / 2 if line.middle else 0), line.y - line.size * 0.8, w, line.size, "", "")


def check(piece: Piece) -> None:
    everything = Box(0, 0, piece.w, piece.h, "", "")
    cards = [box for box in piece.boxes if box.card]
    for one, other in combinations(cards, 2):
        assert apart(one, other), (one.card, other.card)
    assert all(inside(box, everything) for box in piece.boxes)
    lines = [extent(line) for line in piece.words]
    for line, ground in zip(piece.words, lines, strict=True):
        assert inside(ground, everything), line
        assert all(inside(ground, card) or apart(ground, card) for card in cards), line
    for one, other in combinations(lines, 2):
        assert apart(one, other)
    for mark in piece.marks:
        sign = Box(mark.x - mark.r, mark.y - mark.r, 2 * mark.r, 2 * mark.r, "", "")
        assert any(inside(sign, card) for card in cards)
        assert all(apart(sign, ground) for ground in lines)
    for path in piece.paths:
        assert all(0 <= x <= piece.w and 0 <= y <= piece.h for x, y in path.points)


@settings(max_examples=40)
@given(paths())
def test_nothing_overlaps_and_nothing_falls_outside(told: Facts) -> None:
    for layout in LAYOUTS:
        check(stacked(drawn(told, layout)))


@settings(max_examples=40)
@given(paths())
def test_whatever_is_written_the_picture_is_well_formed_and_runs_nothing(told: Facts) -> None:
    for layout in LAYOUTS:
        for drawing in [picture(told, layout), *pages(told, layout)]:
            root = ElementTree.fromstring(drawing.encode())
            assert {node.tag.removeprefix(SVG) for node in root.iter()} <= {
                "svg", "title", "desc", "rect", "text", "tspan", "circle", "path", "polygon", "polyline",
            }  # fmt: skip
            names = {name for node in root.iter() for name in node.attrib}
            assert not [name for name in names if name.startswith("on") or "href" in name or name == "style"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_picture_says_its_size_its_language_and_all_of_itself_in_words(layout: Layout) -> None:
    told = whole()
    root = ElementTree.fromstring(picture(told, layout).encode())
    assert root.attrib["role"] == "img"
    assert root.attrib["lang"] == "fi"
    assert root.attrib["viewBox"] == f"0 0 {root.attrib['width']} {root.attrib['height']}"
    assert float(root.attrib["width"]) == FORMS[layout].w
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert root.attrib["aria-labelledby"] == title.attrib["id"]
    assert root.attrib["aria-describedby"] == desc.attrib["id"]
    assert title.text == "Sinun polkusi"
    shown = {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}
    for said in ("Niina Esimerkki", "Soita Marille", "30.11.2026", "tehty 2.11.2026", "Lääkelista", "Tapa B",
                 "Tarvittaessa", "Jätetty pois", "Päivä on mennyt", "tieto on jo olemassa"):  # fmt: skip
        assert desc.text is not None
        assert said in desc.text
        assert any(said.split()[0] in line for line in shown)


def test_the_same_facts_are_the_same_bytes() -> None:
    for layout in LAYOUTS:
        assert picture(whole(), layout) == picture(whole(), layout)
        assert page(whole(), layout) == page(whole(), layout)


def test_every_ink_reads_on_its_ground() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
    told = facts(*(step(str(one), one, optional=True, late=True, because="x", branch=one) for one in Standing),
                 source="x", outcomes=("x",))  # fmt: skip
    for layout in LAYOUTS:
        piece = stacked(drawn(told, layout))
        assert {(line.fill, line.on) for line in piece.words if contrast(line.fill, line.on) < 4.5} == set()
        # The ground that is said to lie under a text is what is painted there.
        for line in piece.words:
            under = [box for box in piece.boxes if inside(extent(line), box)]
            assert (under[-1].fill if under else "#ffffff") == line.on
        # Marks and frames are no texts: 3:1 (WCAG 1.4.11).
        assert all(contrast(look.colour, look.tint) >= 3 for look in LOOKS.values())


def test_every_standing_reads_without_colour() -> None:
    assert LOOKS.keys() == words.STANDINGS.keys() == set(Standing)
    assert len({look.mark for look in LOOKS.values()}) == len(Standing)
    assert {look.mark for look in LOOKS.values()} == MARKS.keys()
    # In one picture of a path, frames differ too: by their width, or by their dashes.
    on_a_path = [LOOKS[one] for one in Standing if one is not Standing.USUAL]
    assert len({(look.stroke, look.dash) for look in on_a_path}) == len(on_a_path)
    for language in LANGUAGES:
        assert len({words.STANDINGS[one].pick(language) for one in Standing}) == len(Standing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_speaks_one_language(language: Any) -> None:
    told = facts(*(step(str(one), one, optional=True, bring="x", because="x") for one in Standing), language=language)
    said = page(told, "narrow")
    for text in (words.OUTCOME, words.HEARS, words.BRING, words.WHEN, words.WHO, words.OPTIONAL, words.NEXT_ACTION,
                 words.RESPONSIBLE, *words.STANDINGS.values()):  # fmt: skip
        assert text.pick(language) in said
        for other in set(LANGUAGES) - {language}:
            assert text.pick(language) == text.pick(other) or f">{text.pick(other)}<" not in said


def test_hostile_words_stay_words() -> None:
    told = facts(step("a", title=HOSTILE, purpose=HOSTILE, bring=HOSTILE), title=HOSTILE, next_action=HOSTILE,
                 responsible=HOSTILE, outcomes=(HOSTILE,), source=HOSTILE)  # fmt: skip
    for layout in LAYOUTS:
        for said in (picture(told, layout), page(told, layout)):
            assert "<script" not in said
            assert "&lt;script&gt;" in said
            assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\ufffe]", said)
            assert "👩‍👩‍👧‍👦" in said


def test_a_printed_picture_is_parted_between_cards_and_tells_all_of_it() -> None:
    told = facts(*(step(f"step_{number}") for number in range(40)))
    parts = pages(told)
    assert len(parts) > 3
    said = "".join(parts)
    assert all(f"{number}. Step {number - 1}" in said for number in range(1, 41))
    assert "osa 2/" in said
    assert all(float(ElementTree.fromstring(part).attrib["height"]) <= 1000 for part in parts)


def test_two_hundred_steps_are_drawn() -> None:
    told = facts(*(step(f"step_{n}", before=(f"step_{n - 1 - n % 2}",) if n > 1 else ()) for n in range(200)))
    root = ElementTree.fromstring(picture(told).encode())
    assert "200. Step 199" in in_words(told)
    assert float(root.attrib["height"]) > 10_000


@given(texts, st.floats(40, 400), st.booleans())
def test_lines_are_no_wider_than_their_room_and_lose_no_letter(text: str, room: float, bold: bool) -> None:
    lines = wrapped([Run(text, bold)], 14, room)
    widest = max((width(char, 14, bold=bold) for char in plain(text)), default=0)
    assert all(width_of(line, 14) <= max(room, 4 * widest) + 0.01 for line in lines)
    told = "".join(run.text for line in lines for run in line)
    assert re.sub("[ -]", "", told) == re.sub("[ -]", "", plain(text))


def test_the_page_is_whole_without_anything_from_outside() -> None:
    said = page(whole(), "narrow")
    assert said.startswith('<!doctype html><html lang="fi">')
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", said)
    assert not re.search(r"<(script|link|img|iframe|object)|url\(|@import| on\w+=| style=", said)
    assert "@media print" in said
    listed = re.findall(r"<h3>(.*?)</h3>", said)
    assert listed[0] == "Terveystarkastus: Tehty"
    assert listed[6] == "Jälkikontakti: Tulossa, Tarvittaessa, Tapa B"
    ids = re.findall(r' id="([^"]+)"', said)
    assert len(ids) == len(set(ids))
