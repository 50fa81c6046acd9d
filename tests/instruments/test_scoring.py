"""Scores against published examples and bands, and what must hold of any answers."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.instruments import rules
from app.instruments.items import Item
from app.instruments.scoring import Fault, Scored, problems, score, screens_positive


def of(code: str) -> rules.Instrument:
    found = rules.newest(code)
    assert found is not None
    return found


ASKED = [i for code in ("was", "self_assessment", "audit", "audit_c", "phq9", "whodas12") for i in [of(code)]]
OTHERS = [of(code) for code in ("bdi", "mmse", "kykyviisari", "functional_test", "other_psychiatric")]


def values(item: Item) -> list[int]:
    return [option.value for option in item.options] or list(range(item.low, item.high + 1))


def whole(instrument: rules.Instrument) -> st.SearchStrategy[dict[str, int]]:
    return st.fixed_dictionaries({item.code: st.sampled_from(values(item)) for item in instrument.items})


def some(instrument: rules.Instrument) -> st.SearchStrategy[dict[str, int]]:
    every: Any = {item.code: st.sampled_from(values(item)) for item in instrument.items}
    return st.fixed_dictionaries({}, optional=every)


def audit(*answers: int) -> dict[str, int]:
    return {f"audit_{number}": answer for number, answer in enumerate(answers, start=1)}


def whodas(*answers: int) -> dict[str, int]:
    return {f"S{number}": answer for number, answer in enumerate(answers, start=1)}


def phq(*answers: int) -> dict[str, int]:
    return {f"phq9_{number}": answer for number, answer in enumerate(answers, start=1)}


def summing(instrument: rules.Instrument, total: int) -> dict[str, int]:
    """Answers that come to a total."""
    left, found = total - sum(item.low for item in instrument.items if item.scored), {}
    for item in sorted((item for item in instrument.items if item.scored), key=lambda item: len(item.options)):
        step = max(value for value in values(item) if value - item.low <= left)
        found[item.code], left = step, left - (step - item.low)
    assert left == 0
    return found


@pytest.mark.parametrize(
    ("code", "answers", "want"),
    [
        ("was", {"was": 0}, Scored(0, None, (), (), False, None)),
        ("was", {"was": 10}, Scored(10, None, (), (), False, None)),
        ("audit", audit(*[4] * 10), Scored(40, None, (), (), False, None)),
        ("audit", audit(2, 1, 1, 0, 0, 0, 1, 0, 0, 2), Scored(7, None, (), (), False, None)),
        ("audit_c", audit(4, 2, 1), Scored(7, None, (), (), False, None)),
        ("phq9", phq(*[3] * 9), Scored(27, None, (), (), True, None)),
        ("phq9", phq(2, 1, 3, 2, 1, 1, 0, 0, 0), Scored(10, None, (), (), False, None)),
        ("whodas12", whodas(*[1] * 12), Scored(12, None, (), (), False, 0)),
        ("whodas12", whodas(*[5] * 12), Scored(60, None, (), (), False, 100)),
        ("whodas12", whodas(*[3] * 12), Scored(36, None, (), (), False, 50)),
        ("whodas12", whodas(*[2] * 11), Scored(24, None, ("S12",), (), False, 25)),
        ("whodas12", whodas(*[2] * 10, 4), Scored(26.18, None, ("S12",), (), False, 29.55)),
        ("whodas12", whodas(*[2] * 10), Scored(None, "items_missing", (), ("S11", "S12"), False, None)),
        ("phq9", phq(0, 0, 0, 0, 0, 0, 0, 0), Scored(None, "items_missing", (), ("phq9_9",), False, None)),
        ("phq9", {"phq9_9": 1}, Scored(None, "items_missing", (), tuple(f"phq9_{n}" for n in range(1, 9)), True, None)),
        ("audit", audit(0) | {"audit_9": 2, "audit_10": 0}, Scored(2, None, (), (), False, None)),
        ("audit", audit(1, 0, 0) | {"audit_9": 0, "audit_10": 4}, Scored(5, None, (), (), False, None)),
        ("audit", audit(1, 1, 0) | {"audit_9": 0, "audit_10": 4},
         Scored(None, "items_missing", (), tuple(f"audit_{n}" for n in range(4, 9)), False, None)),
        ("audit_c", audit(0), Scored(0, None, (), (), False, None)),
        ("self_assessment", {"was": 6, "health": 1, "functioning": 1, "support_need": 3},
         Scored(6, None, (), (), False, None)),
        ("self_assessment", {"health": 3}, Scored(None, "items_missing", (), ("was",), False, None)),
        ("bdi", {}, Scored(None, "no_items", (), (), False, None)),
    ],
)  # fmt: skip
def test_published_examples_and_missing_items(code: str, answers: dict[str, int], want: Scored) -> None:
    assert score(of(code), answers) == want


def test_days_of_whodas_are_kept_and_not_summed() -> None:
    days = {"H1": 30, "H2": 0, "H3": 30}
    assert score(of("whodas12"), whodas(*[1] * 12) | days).score == 12
    assert problems(of("whodas12"), {"H1": 31, "H2": 31, "H3": -1}) == [
        Fault(code, "answer_out_of_range") for code in ("H1", "H2", "H3")
    ]


def test_what_is_no_answer_is_named_one_by_one() -> None:
    given: Any = phq(4, -1, 1, 1.0, True) | {"phq9_10": 1, "S1": 1}  # type: ignore[arg-type]
    assert problems(of("phq9"), given) == [
        *(Fault(f"phq9_{number}", "answer_out_of_range") for number in (1, 2, 4, 5)),
        Fault("S1", "unknown_item"),
        Fault("phq9_10", "unknown_item"),
    ]
    assert problems(of("audit"), {"audit_9": 1, "audit_10": 3}) == [
        Fault("audit_9", "answer_out_of_range"),
        Fault("audit_10", "answer_out_of_range"),
    ]
    assert problems(of("bdi"), {"1": 0}) == [Fault("1", "unknown_item")]
    with pytest.raises(ValueError, match="phq9_1 answer_out_of_range"):
        score(of("phq9"), given)


PUBLISHED = [
    ("was", None, [(0, "poor"), (5, "poor"), (6, "reduced"), (7, "reduced"), (8, "good"), (10, "good")]),
    ("self_assessment", None, [(5, "poor"), (6, "reduced"), (8, "good")]),
    ("audit", None, [(0, "low_risk"), (7, "low_risk"), (8, "hazardous"), (15, "hazardous"), (16, "harmful"),
                     (19, "harmful"), (20, "possible_dependence"), (40, "possible_dependence")]),
    ("audit", "male", [(7, "low_risk"), (8, "elevated_risk")]),
    ("audit", "female", [(5, "low_risk"), (6, "elevated_risk")]),
    ("audit_c", "male", [(0, "low_risk"), (5, "low_risk"), (6, "continue_to_audit"), (12, "continue_to_audit")]),
    ("audit_c", "female", [(4, "low_risk"), (5, "continue_to_audit")]),
    ("phq9", None, [(0, "minimal"), (4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"),
                    (15, "moderately_severe"), (19, "moderately_severe"), (20, "severe"), (27, "severe")]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "sex", "bounds"), PUBLISHED)
def test_answers_reach_the_bands_of_domain_4(code: str, sex: str | None, bounds: list[tuple[int, str]]) -> None:
    instrument = of(code)
    for total, band in bounds:
        found = score(instrument, summing(instrument, total), sex=sex)
        assert found.score == total
        banded = rules.band_of(instrument, found.score, None, sex)
        assert banded.band is not None
        assert banded.band.code == band, total


def test_phq9_screens_positive_from_ten_and_item_nine_alone_is_a_matter_of_safety() -> None:
    phq9 = of("phq9")
    assert [screens_positive(phq9, found) for found in (None, 9, 10, 27)] == [None, False, True, True]
    assert screens_positive(of("was"), 0) is None
    for place in range(1, 10):
        one = phq(*[0] * 9) | {f"phq9_{place}": 1}
        assert score(phq9, one).safety is (place == 9)
    assert [item.code for i in ASKED for item in i.items if item.safety_from is not None] == ["phq9_9"]


@pytest.mark.parametrize("instrument", ASKED, ids=lambda one: one.code)
@given(st.data())
def test_more_never_scores_less_and_order_is_nothing(instrument: rules.Instrument, data: st.DataObject) -> None:
    answers = data.draw(some(instrument))
    found = score(instrument, answers)
    turned = list(answers.items())
    random.Random(len(turned)).shuffle(turned)
    assert score(instrument, dict(turned)) == found
    raised = dict(answers)
    for code in answers:
        item = next(one for one in instrument.items if one.code == code)
        raised[code] = data.draw(st.sampled_from([value for value in values(item) if value >= answers[code]]))
    more = score(instrument, raised)
    assert not found.safety or more.safety
    if found.score is not None and more.score is not None:
        assert more.score >= found.score


@pytest.mark.parametrize("instrument", ASKED, ids=lambda one: one.code)
@given(st.data())
def test_a_score_is_on_its_scale_and_in_one_band(instrument: rules.Instrument, data: st.DataObject) -> None:
    answers = data.draw(st.one_of(whole(instrument), some(instrument)))
    found = score(instrument, answers)
    missing = [item.code for item in instrument.items if item.scored and item.code not in answers]
    assert (found.because is None) is (found.score is not None)
    assert set(found.imputed) | set(found.missing) <= set(missing)
    if not missing:
        assert found.score is not None
    if found.score is None:
        assert found.missing
        return
    assert instrument.low is not None
    assert instrument.high is not None
    assert instrument.low <= found.score <= instrument.high
    assert found.missing == ()
    assert rules.in_range(instrument, found.score)
    if instrument.code == "whodas12":
        assert found.rescaled is not None
        assert 0 <= found.rescaled <= 100
        assert abs(found.rescaled - (found.score - 12) / 48 * 100) < 0.02
    for table in instrument.tables:
        assert sum(band.low <= found.score <= band.high for band in table.bands) == 1


@given(st.lists(st.integers(1, 5), min_size=11, max_size=11), st.integers(1, 12))
def test_one_missing_item_of_whodas_counts_as_the_mean_of_the_eleven(eleven: list[int], place: int) -> None:
    answers = whodas(*eleven[: place - 1], 1, *eleven[place - 1 :])
    del answers[f"S{place}"]
    found = score(of("whodas12"), answers)
    assert found.imputed == (f"S{place}",)
    assert found.score == pytest.approx(sum(eleven) * 12 / 11, abs=0.006)


def test_items_are_whole_as_data() -> None:
    for instrument in ASKED:
        asked = instrument.questions
        assert asked is not None
        codes = [item.code for item in asked.items]
        assert len(set(codes)) == len(codes)
        assert {item.domain for item in asked.items} - {None} <= {domain.code for domain in asked.domains}
        scored = [item for item in asked.items if item.scored]
        assert (sum(item.low for item in scored), sum(item.high for item in scored)) == (
            instrument.low,
            instrument.high,
        )
        assert all(item.topic.fi and item.topic.sv and item.topic.en for item in asked.items)
        assert {code for skip in asked.skips for code in (*skip.zero, *skip.skip)} <= set(codes)
    domains = [item.domain for item in of("whodas12").items if item.scored]
    assert {domain: domains.count(domain) for domain in domains} == dict.fromkeys(domains, 2)
    assert len(set(domains)) == 6
    assert [i.code for i in ASKED if i.questions and i.questions.first_choice] == ["self_assessment"]
    assert all(not i.items and i.questions is None for i in OTHERS)


def test_only_what_may_be_shown_is_worded() -> None:
    worded = {i.code: i.questions.worded for i in ASKED if i.questions}
    assert worded == {
        "was": ("fi", "sv"), "self_assessment": ("fi", "sv"), "phq9": ("en",), "audit": (), "audit_c": (),
        "whodas12": (),
    }  # fmt: skip
    phq9 = of("phq9").questions
    assert phq9 is not None
    assert "Pfizer" in (phq9.notice or "")


def test_versions_are_counted_and_the_old_one_stays() -> None:
    assert [of(i.code).version for i in (*ASKED, *OTHERS)] == ["2"] * 6 + ["1"] * 5
    old = rules.instruments()["whodas12", "1"]
    assert (old.items, old.whole) == ((), True)
    many = {("was", version): replace(of("was"), version=version) for version in ("9", "10")}
    found = rules.newest("was", many)
    assert found is not None
    assert found.version == "10"
