"""What a team may ask, what is met, and what never stops a referral; pure."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.codesets import codeset
from app.kit.i18n import LANGUAGES, Text
from app.referrals.rules import Missing, merged
from app.requirements.rules import USUAL, VOCABULARY, Given, Item, judge, rank

CRITERIA = frozenset(codeset("criterion").codes)
HEALTH = (
    "diagnos", "icd", "problem", "demanding", "medic", "sairau", "sjukdom", "illness", "lääk", "läkem", "tervey",
    "health", "hälso", "vård", "hoito", "symptom", "oire",
)  # fmt: skip
NOTHING = Given("employment_authority", "social_assessment", frozenset(), frozenset(), CRITERIA, 10)
ITEMS = st.lists(st.sampled_from(sorted(VOCABULARY)), unique=True)


def given_of(**over: Any) -> Given:
    return Given(**{**vars(NOTHING), **over})


def test_the_vocabulary_is_the_code_set_and_asks_nothing_of_health() -> None:
    """C-58: whatever a team publishes, it is one of these."""
    assert VOCABULARY.keys() == codeset("requirement_item").codes.keys()
    said = [json.dumps(words.as_dict(), ensure_ascii=False) + code for _, code, words in VOCABULARY.values()]
    said += [code.code + " ".join(code.label.pick(lang) for lang in LANGUAGES) for code in codeset("requirement_item")]
    said += [code.code for code in codeset("criterion")]
    assert not [text for text in said if any(word in text.lower() for word in HEALTH)]


@given(ITEMS, ITEMS, st.booleans())
def test_what_is_asked_is_met_or_lacking_and_never_both(asked: list[str], there: list[str], required: bool) -> None:
    items = [Item(name, required, minimum=20 if name == "reason_length" else None) for name in asked]
    verdict = judge(items, given_of(there=frozenset(there)))
    assert list(verdict.asked) == asked
    lacking = {VOCABULARY[name][1] for name in asked if name not in verdict.met}
    assert {lack.code for lack in verdict.lacking} == lacking
    assert {lack.required for lack in verdict.lacking} <= {required}


@given(ITEMS, st.sampled_from([("self", "social_assessment"), ("employment_authority", "health_check")]))
def test_nothing_stops_a_client_nor_the_statutory_check(asked: list[str], whose: tuple[str, str]) -> None:
    source, asked_for = whose
    verdict = judge([Item(name, required=True) for name in asked], given_of(source=source, asked_for=asked_for))
    assert not [lack for lack in verdict.lacking if lack.required]


def test_a_client_is_not_asked_for_a_permission() -> None:
    verdict = judge(USUAL, given_of(source="self"))
    assert set(verdict.asked) == {"identity_code", "contact", "municipality", "unemployment_days", "criteria"}


@pytest.mark.parametrize(
    ("item", "over", "met"),
    [
        (Item("criteria"), {"answered": CRITERIA}, True),
        (Item("criteria"), {"answered": CRITERIA - {"client_agrees"}}, False),
        (Item("criteria", criteria=("client_agrees",)), {"answered": frozenset({"client_agrees"})}, True),
        (Item("criteria", criteria=("client_agrees",)), {"answered": frozenset({"everyday_coping"})}, False),
        (Item("reason_length", minimum=10), {}, True),
        (Item("reason_length", minimum=11), {}, False),
        (Item("barriers"), {}, False),
        (Item("barriers"), {"there": frozenset({"barriers"})}, True),
    ],
)
def test_each_item(item: Item, over: dict[str, Any], met: bool) -> None:
    assert bool(judge([item], given_of(**over)).met) is met


def test_the_version_that_says_most_counts() -> None:
    keys = [(None, None), (None, "coordination"), ("kela", None), ("kela", "coordination")]
    assert sorted(keys, key=lambda key: rank(*key)) == keys


def test_one_list_in_which_nothing_becomes_less_required() -> None:
    a, b = Text("a", "a", "a"), Text("b", "b", "b")
    base = [Missing("/x", "one", True, a), Missing("/y", "two", False, a)]
    asked = {"one": Missing("/x", "one", False, b), "two": Missing("/y", "two", True, b)}
    found = {gap.code: (gap.required, gap.remedy) for gap in merged(base, asked)}
    assert found == {"one": (True, b), "two": (True, b)}
    assert merged(base, {}) == base


def test_who_is_asked_no_criteria_is_not_measured_by_them() -> None:
    verdict = judge(USUAL, given_of(source="self", criteria=frozenset()))
    assert "criteria" not in (*verdict.asked, *verdict.met)
