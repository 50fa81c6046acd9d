"""Pure rules of the form: what always holds of any answers, and of the shipped form as data."""

from __future__ import annotations

import copy
import json
import re
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clients.identity import scan
from app.kit.codesets import codeset
from app.kit.i18n import LANGUAGES, Language
from app.preinformation import printing, rules
from app.preinformation.forms import BadForm, forms, newest, pinned, read
from app.preinformation.rules import Fault, Item, Kind, Value

TODAY = date(2026, 11, 23)
FORM = pinned("heinola", 1)
RAW: dict[str, Any] = json.loads(files("app.preinformation").joinpath("forms/heinola.v1.json").read_text("utf-8"))


def values(item: Item) -> st.SearchStrategy[Value]:
    """Any answer that an item takes."""
    codes = [option.code for option in item.options]
    kinds: dict[Kind, st.SearchStrategy[Value]] = {
        Kind.TEXT: st.text(min_size=1, max_size=40),
        Kind.CHOICE: st.sampled_from(codes or ["-"]),
        Kind.MULTIPLE: st.lists(st.sampled_from(codes or ["-"]), min_size=1, unique=True).map(
            lambda chosen: [code for code in codes if code in chosen]
        ),
        Kind.INTEGER: st.integers(item.least or 0, item.most or 0),
        Kind.DATE: st.dates(date(1990, 1, 1), TODAY).map(str),
        Kind.YES_NO: st.booleans(),
        Kind.SCALE: st.integers(0, 10),
    }
    return kinds[item.kind]


ANSWERS = st.fixed_dictionaries({}, optional={item.link_id: values(item) for item in FORM.items.values()})


@given(ANSWERS)
def test_what_is_kept_is_what_is_asked_and_keeping_again_changes_nothing(answers: dict[str, Value]) -> None:
    kept = rules.kept(FORM, answers)
    assert kept.items() <= answers.items()
    assert set(kept) <= {item.link_id for item in rules.shown(FORM, answers)}
    assert rules.kept(FORM, kept) == kept
    assert rules.missing(FORM, kept) == rules.missing(FORM, answers)


@given(ANSWERS, st.sampled_from(sorted(FORM.items)))
def test_taking_an_answer_back_never_makes_a_form_more_complete(answers: dict[str, Value], gone: str) -> None:
    fewer = {link: value for link, value in answers.items() if link != gone}
    assert set(rules.missing(FORM, answers)) <= set(rules.missing(FORM, fewer))
    assert {i.link_id for i in rules.shown(FORM, fewer)} <= {i.link_id for i in rules.shown(FORM, answers)}


@given(ANSWERS, st.sampled_from(LANGUAGES))
def test_every_answer_is_read_once_and_printed_without_markup_of_its_own(
    answers: dict[str, Value], language: Language
) -> None:
    kept = rules.kept(FORM, answers)
    told = rules.told(FORM, kept, language)
    practical = [link for link in kept if FORM.items[link].section is None]
    assert sum(len(part.lines) for part in told) == len(kept) - len(practical)
    assert len({part.section for part in told}) == len(told)
    assert all(words for part in told for _, words in part.lines)
    page = printing.filled(FORM, kept, [("<b>", "<script>")], None, None, language)
    assert "<script" not in page
    assert "<b>" not in page
    assert rules.told(FORM, answers, language) == told, "what is not asked is not told"


@given(ANSWERS, st.permutations(sorted(FORM.items)))
def test_the_order_of_answering_makes_no_difference(answers: dict[str, Value], order: list[str]) -> None:
    turned = {link: answers[link] for link in order if link in answers}
    assert rules.kept(FORM, turned) == rules.kept(FORM, answers)
    assert list(rules.kept(FORM, turned)) == list(rules.kept(FORM, answers))


GOOD = [
    ("hopes", {"text": "Sleep."}, "Sleep."),
    ("health_now", {"code": "good"}, "good"),
    ("difficulties", {"codes": ["sleep", "moving", "sleep"]}, ["moving", "sleep"]),
    ("last_work_year", {"number": 1950}, 1950),
    ("last_work_year", {"number": 2100}, 2100),
    ("unemployed_since", {"day": TODAY}, "2026-11-23"),
    ("interpreter", {"yes": False}, False),
    ("work_ability_score", {"number": 0}, 0),
    ("work_ability_score", {"number": 10}, 10),
    ("hopes", {}, None),
]


@pytest.mark.parametrize(("link", "given", "kept"), GOOD)
def test_an_answer_that_fits(link: str, given: dict[str, Any], kept: Any) -> None:
    assert rules.value_of(FORM, link, given, TODAY) == kept


WRONG = [
    ("nothing", {"text": "x"}, "unknown_item"),
    ("nothing", {}, "unknown_item"),
    ("hopes", {"number": 1}, "wrong_kind"),
    ("hopes", {"text": "x", "yes": True}, "wrong_kind"),
    ("interpreter", {"text": "yes"}, "wrong_kind"),
    ("hopes", {"text": "x" * 1501}, "too_long"),
    ("health_now", {"code": "splendid"}, "unknown_option"),
    ("difficulties", {"codes": ["sleep", "splendid"]}, "unknown_option"),
    ("work_ability_score", {"number": 11}, "out_of_range"),
    ("work_ability_score", {"number": -1}, "out_of_range"),
    ("last_work_year", {"number": 1949}, "out_of_range"),
    ("height", {"number": 251}, "out_of_range"),
    ("unemployed_since", {"day": date(2026, 11, 24)}, "out_of_range"),
    ("unemployed_since", {"day": date(1899, 12, 31)}, "out_of_range"),
]


@pytest.mark.parametrize(("link", "given", "code"), WRONG)
def test_an_answer_that_does_not_fit(link: str, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Fault) as refused:
        rules.value_of(FORM, link, given, TODAY)
    assert refused.value.code == code
    assert code in rules.FAULTS


def test_the_form_is_light_in_three_languages_and_asks_for_no_identity_code() -> None:
    assert newest("heinola") is FORM
    assert newest("nobody") is None
    required = [item.link_id for item in FORM.items.values() if item.required]
    assert required == ["health_now", "work_ability_score", "information_read"], "few are required (C-34)"
    texts = [FORM.title, FORM.intro, FORM.data_use]
    texts += [text for item in FORM.items.values() for text in (item.text, item.help) if text]
    texts += [option.text for item in FORM.items.values() for option in item.options]
    for text in texts:
        said = [text.pick(language) for language in LANGUAGES]
        assert all(words == words.strip() and words for words in said)
        assert not any(scan(words) for words in said)
    asks = re.compile("henkilötunnu|personbeteckning|identity code", re.IGNORECASE)
    assert not [item.link_id for item in FORM.items.values() for t in LANGUAGES if asks.search(item.text.pick(t))]
    assert all(asks.search(FORM.data_use.pick(language)) for language in LANGUAGES), "it says not to write it"
    assert {item.kind for item in FORM.items.values()} == set(Kind)


def test_it_prefills_the_background_of_the_check() -> None:
    sections = {item.section for item in FORM.items.values()} - {None}
    always = {code.code for code in codeset("health_check_section") if code.facts.get("need") == "always"}
    assert {"bg_education_work_history", "bg_health_illness_family", "bg_functional_capacity"} <= sections
    assert {code for code in always if code.startswith("bg_")} <= sections


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("used twice", {"linkId": "hopes"}),
    ("no such section", {"section": "bg_nothing"}),
    ("a choice has options", {"options": [{"code": "a", "fi": "a", "sv": "b", "en": "c"}]}),
    ("a text has a maximum", {"maxLength": None}),
    ("an integer has", {"kind": "integer", "maxLength": None}),
    ("no item before", {"enableWhen": {"linkId": "information_read", "answers": [True]}}),
    ("cannot be given", {"enableWhen": {"linkId": "health_now", "answers": ["splendid"]}}),
    ("unknown members", {"enable_when": {}}),
]


@pytest.mark.parametrize(("why", "change"), BROKEN)
def test_a_form_that_could_not_be_filled_is_refused_when_it_is_read(why: str, change: dict[str, Any]) -> None:
    data = copy.deepcopy(RAW)
    read(data)
    item = next(i for group in data["groups"] for i in group["items"] if i["linkId"] == "family_history")
    item |= change
    with pytest.raises(BadForm, match=why):
        read(data)


def test_every_shipped_version_is_found_by_its_pin() -> None:
    assert all(pinned(form.code, form.version) is form for form in forms().values())
    with pytest.raises(KeyError):
        pinned("heinola", 99)
