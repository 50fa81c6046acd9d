"""Change over time: only what may be compared is, and the curve says everything in words."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.instruments import rules
from app.instruments.changes import Point, change, directed
from app.instruments.curve import curve
from app.kit.i18n import LANGUAGES

SPRING = date(2026, 3, 2)
SVG = "{http://www.w3.org/2000/svg}"


def of(code: str) -> rules.Instrument:
    found = rules.newest(code)
    assert found is not None
    return found


def point(day: int, score: float, version: str = "2", edition: str | None = None, band: str | None = None) -> Point:
    return Point(SPRING + timedelta(days=day), score, band, version, edition)


@pytest.mark.parametrize(
    ("code", "first", "last", "want"),
    [
        ("was", 4, 7, "better"), ("was", 7, 4, "worse"), ("was", 4, 4, "same"),
        ("phq9", 15, 9, "better"), ("phq9", 9, 15, "worse"), ("functional_test", 1, 2, None),
    ],
)  # fmt: skip
def test_which_way_is_better_the_instrument_says(code: str, first: float, last: float, want: str | None) -> None:
    found = change([point(90, last), point(0, first), point(30, 1)])
    assert (found.first, found.last) == (point(0, first), point(90, last))
    assert found.difference == last - first
    assert directed(found, of(code).direction) == want


def test_nothing_is_compared_across_versions_or_editions() -> None:
    assert (change([]).because, change([]).first) == ("one_point", None)
    assert change([point(0, 4)]).because == "one_point"
    other = change([point(0, 4, "1"), point(9, 7, "2")])
    assert (other.because, other.difference, other.first) == ("versions_differ", None, point(9, 7, "2"))
    assert directed(other, "higher_better") is None
    editions = change([point(0, 30, "1", "bdi_21"), point(9, 20, "1", "bdi_ii")])
    assert editions.because == "versions_differ"
    mixed = change([point(0, 9, "1"), point(5, 3), point(20, 5), point(9, 1, "1")])
    assert (mixed.difference, mixed.because) == (2, None)
    assert mixed.series == ((point(0, 9, "1"), point(9, 1, "1")), (point(5, 3), point(20, 5)))


POINTS = st.lists(
    st.builds(
        point, st.integers(0, 900), st.integers(0, 10), st.sampled_from(["1", "2"]), st.sampled_from([None, "long"])
    ),
    max_size=8,
    unique_by=lambda one: one.at,
)


@given(POINTS)
def test_a_change_is_of_two_points_alike_and_the_curve_the_same_bytes(points: list[Point]) -> None:
    turned = list(points)
    random.Random(len(points)).shuffle(turned)
    found = change(points)
    assert change(turned) == found
    assert sorted(one.at for series in found.series for one in series) == sorted(one.at for one in points)
    if found.difference is not None:
        assert found.first is not None
        assert found.last is not None
        assert (found.first.version, found.first.edition) == (found.last.version, found.last.edition)
        assert found.first.at < found.last.at
        assert found.last.at == max(one.at for one in points)
    assert curve(of("was"), turned, "fi") == curve(of("was"), points, "fi")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_curve_says_all_of_itself(language: str) -> None:
    points = [point(0, 4, band="poor"), point(30, 6, band="reduced"), point(60, 8, band="good")]
    drawn = ET.fromstring(curve(of("was"), points, language))  # type: ignore[arg-type]
    assert (drawn.get("role"), drawn.get("lang")) == ("img", language)
    title, told = drawn.find(f"{SVG}title"), drawn.find(f"{SVG}desc")
    assert title is not None
    assert told is not None
    assert drawn.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
    assert title.text == of("was").title.pick(language)  # type: ignore[arg-type]
    first = "2 Mar 2026: 4" if language == "en" else "2.3.2026: 4"
    assert f"{first} (" in (told.text or "")
    assert "+4" in (told.text or "")
    for table in of("was").tables:
        for band in table.bands:
            assert band.label.pick(language) in (told.text or "")  # type: ignore[arg-type]
    texts = [found.text for found in drawn.iter(f"{SVG}text")]
    for shown in (first.partition(":")[0], "4", "6", "8"):
        assert shown in texts
    assert len(list(drawn.iter(f"{SVG}circle"))) == 3
    assert len(list(drawn.iter(f"{SVG}polyline"))) == 1
    assert not [one for one in drawn.iter() if one.tag in (f"{SVG}script", f"{SVG}style", f"{SVG}image")]


def test_versions_are_not_joined_and_look_different_without_colour() -> None:
    drawn = ET.fromstring(curve(of("was"), [point(0, 4, "1"), point(30, 6), point(60, 7.5)], "fi"))
    lines = [one.get("points") or "" for one in drawn.iter(f"{SVG}polyline")]
    assert [line.count(",") for line in lines] == [2]
    assert len(list(drawn.iter(f"{SVG}circle"))) == 1
    assert len([one for one in drawn.iter(f"{SVG}rect") if one.get("width") == "10"]) == 2
    told = drawn.find(f"{SVG}desc")
    assert told is not None
    assert "7,5 (v2)" in (told.text or "")
    assert "ei verrata" in (told.text or "")


def test_a_curve_of_nothing_or_of_a_free_scale_is_drawn() -> None:
    assert "Ei vielä pisteitä." in curve(of("was"), [], "fi")
    assert "Inga poäng ännu." in curve(of("functional_test"), [], "sv")
    free = ET.fromstring(curve(of("functional_test"), [point(0, 12.5), point(3, 12.5), point(9, -3)], "en"))
    heights = [float(one.get("cy") or 0) for one in free.iter(f"{SVG}circle")]
    assert heights[0] == heights[1] < heights[2]
