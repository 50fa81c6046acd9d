"""Instruments as data: bands that cover their scale, editions and sexes that decide, classes of what is measured."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.instruments import rules
from app.kit.codesets import codeset

ALL = list(rules.instruments().values())
BANDED = [(i, t) for i in ALL for t in i.tables]


def of(code: str) -> rules.Instrument:
    found = rules.newest(code)
    assert found is not None
    return found


def test_every_instrument_of_the_code_set_is_there_and_no_other() -> None:
    assert {i.code for i in ALL} == set(codeset("instrument").codes)
    assert rules.newest("horoscope") is None
    for instrument in ALL:
        assert instrument.licence
        assert instrument.source
        assert instrument.embed in ("full", "score_only", "external")
        assert instrument.score in ("required", "optional", "none")
        assert (instrument.direction == "none") is (instrument.low is None)
        assert instrument.edition_needed is bool(instrument.editions)


@pytest.mark.parametrize(("instrument", "table"), BANDED)
def test_bands_cover_the_scale_without_gap_or_overlap(instrument: rules.Instrument, table: rules.Table) -> None:
    assert instrument.low is not None
    assert instrument.high is not None
    for score in range(int(instrument.low), int(instrument.high) + 1):
        assert sum(band.low <= score <= band.high for band in table.bands) == 1, score
    assert table.edition is None or table.edition in instrument.editions
    assert table.source


def test_what_no_source_was_found_for_is_marked() -> None:
    sure = {(i.code, t.edition, t.sex) for i, t in BANDED if t.sure}
    assert sure == {
        ("was", None, None), ("self_assessment", None, None), ("audit_c", None, "male"), ("phq9", None, None),
    }  # fmt: skip
    assert rules.measures()["bmi"]["sure"] is rules.measures()["bp"]["sure"] is False
    assert rules.measures()["bp"]["sameDay"]["sure"] is False


@pytest.mark.parametrize(
    ("code", "score", "edition", "sex", "band", "because"),
    [
        ("was", 5, None, None, "poor", None),
        ("was", 6, None, None, "reduced", None),
        ("was", 8, None, "male", "good", None),
        ("audit", 7, None, None, "low_risk", None),
        ("audit", 7, None, "female", "elevated_risk", None),
        ("audit", 7, None, "male", "low_risk", None),
        ("audit", 20, None, None, "possible_dependence", None),
        ("audit_c", 5, None, "female", "continue_to_audit", None),
        ("audit_c", 5, None, "male", "low_risk", None),
        ("audit_c", 5, None, None, None, "sex_not_told"),
        ("bdi", 10, "bdi_21", None, "mild", None),
        ("bdi", 10, "bdi_ii", None, "minimal", None),
        ("bdi", 10, None, None, None, "edition_missing"),
        ("phq9", 15, None, None, "moderately_severe", None),
        ("mmse", 24, None, None, "further_examination", None),
        ("mmse", 25, None, None, "no_indication", None),
        ("whodas12", 40, None, None, None, "no_bands"),
        ("kykyviisari", None, None, None, None, "no_score"),
    ],
)
def test_the_band_of_a_score(
    code: str, score: float | None, edition: str | None, sex: str | None, band: str | None, because: str | None
) -> None:
    found = rules.band_of(of(code), score, edition, sex)
    assert (found.band.code if found.band else None, found.because) == (band, because)


@pytest.mark.parametrize(
    ("code", "score", "edition", "mode", "problem"),
    [
        ("was", 0, None, "self", None),
        ("was", 10, None, "self", None),
        ("was", 11, None, "self", "score_out_of_range"),
        ("was", -1, None, "self", "score_out_of_range"),
        ("was", 7.5, None, "self", "score_out_of_range"),
        ("was", None, None, "self", "score_missing"),
        ("was", 7, "second", "self", "edition_unknown"),
        ("bdi", 63, None, "self", "edition_missing"),
        ("bdi", 63, "bdi_iii", "self", "edition_unknown"),
        ("bdi", 63, "bdi_ii", "interview", None),
        ("mmse", 20, None, "self", "mode_unfit"),
        ("whodas12", 11, None, "self", "score_out_of_range"),
        ("functional_test", 12.5, None, "professional", None),
        ("functional_test", None, None, "professional", None),
        ("kykyviisari", None, None, "self", None),
        ("kykyviisari", 5, None, "self", "score_out_of_range"),
        ("self_assessment", None, None, "self", None),
        ("self_assessment", 11, None, "self", "score_out_of_range"),
        ("whodas12", 26.18, None, "self", None),
    ],
)
def test_what_is_wrong_with_a_use(
    code: str, score: float | None, edition: str | None, mode: str, problem: str | None
) -> None:
    assert rules.problem_with(of(code), score, edition, mode) == problem


@pytest.mark.parametrize(
    ("height", "weight", "bmi"),
    [
        (168, 71.5, 25.3),
        (170, 70, 24.2),
        (180, 81, 25.0),
        (200, 74.2, 18.6),  # 18.55 goes up
        (100, 20.05, 20.1),
        (80, 400, 625.0),
        (None, 70, None),
        (170, None, None),
        (None, None, None),
    ],
)
def test_bmi(height: float | None, weight: float | None, bmi: float | None) -> None:
    assert rules.bmi(height, weight) == bmi


@given(st.floats(80, 250), st.floats(20, 400))
def test_bmi_has_one_decimal_and_grows_with_weight(height: float, weight: float) -> None:
    found, more = rules.bmi(height, weight), rules.bmi(height, weight + 10)
    assert found is not None
    assert more is not None
    assert found == round(found, 1)
    assert abs(found - weight / (height / 100) ** 2) <= 0.0501
    assert more > found


@pytest.mark.parametrize(
    ("value", "code"),
    [(18.4, "underweight"), (18.5, "normal"), (24.9, "normal"), (25.0, "overweight"), (29.9, "overweight"),
     (30.0, "obese_1"), (35.0, "obese_2"), (40.0, "obese_3"), (90.0, "obese_3")],
)  # fmt: skip
def test_the_class_of_a_bmi(value: float, code: str) -> None:
    assert rules.bmi_class(value).code == code


@pytest.mark.parametrize(
    ("systolic", "diastolic", "code"),
    [
        (119, 79, "optimal"),
        (120, 79, "normal"),
        (119, 80, "normal"),
        (130, 70, "high_normal"),
        (139, 90, "mild"),
        (140, 89, "mild"),
        (160, 99, "moderate"),
        (159, 100, "moderate"),
        (179, 109, "moderate"),
        (180, 60, "severe"),
        (100, 99, "mild"),
        (120, 110, "severe"),
    ],
)
def test_blood_pressure_is_classed_by_the_worse_of_the_two(systolic: int, diastolic: int, code: str) -> None:
    assert rules.pressure_class(systolic, diastolic).code == code


PRESSURE = st.tuples(st.integers(50, 300), st.integers(30, 200))


@given(PRESSURE, PRESSURE)
def test_a_higher_pressure_is_never_in_a_better_class(one: tuple[int, int], other: tuple[int, int]) -> None:
    order = [row["code"] for row in rules.measures()["bp"]["classes"]]
    low, high = (min(one[0], other[0]), min(one[1], other[1])), (max(one[0], other[0]), max(one[1], other[1]))
    assert order.index(rules.pressure_class(*low).code) <= order.index(rules.pressure_class(*high).code)


@given(st.lists(PRESSURE, min_size=1, max_size=6))
def test_any_reading_that_high_is_acted_on_today(readings: list[tuple[int, int]]) -> None:
    high = any(systolic >= 180 or diastolic >= 110 for systolic, diastolic in readings)
    assert (rules.same_day(readings) is not None) is high


@pytest.mark.parametrize(("values", "mean"), [([128], 128), ([128, 131], 130), ([120, 121, 121], 121)])
def test_the_mean_is_rounded_half_up(values: list[int], mean: int) -> None:
    assert rules.mean(values) == mean
