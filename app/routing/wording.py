"""Conditions and facts in words: what a rule needs and what was said, as a person reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from app.kit.codesets import codeset, label
from app.kit.i18n import LANGUAGES, Text
from app.routing.reasons import filled, joined
from app.routing.whynot import Missed, order

NONE_KEPT = Text("ei yhtään", "inga", "none")
OR = Text(" tai ", " eller ", " or ")
HIDDEN = Text("ei näytetä", "visas inte", "not shown")
CODED = {"assessment": "routed_work", "municipality": "municipality", "problem_areas": "problem_area"}
CODED |= {"main_problem": "problem_area", "asked_by_register": "register"}
GROUPED = frozenset({"problem_groups", "main_problem_group"})
MISSED = Text(
    "tarvitaan: {fact} = {needs}; sanottu: {said}",
    "behövs: {fact} = {needs}; sagt: {said}",
    "needs: {fact} = {needs}; said: {said}",
)
WOULD_BE = Text("{fact} = {needs}", "{fact} = {needs}", "{fact} = {needs}")

Groups = Mapping[str, Collection[str]]
"""The problem areas of each group of a rule set."""


def fact(name: str) -> Text:
    return label("routing_fact", name)


def value(name: str, said: object, groups: Groups) -> Text:
    """One value of a fact or condition; a list of them where the fact is a list."""
    if said is None or isinstance(said, bool):
        return label("fact_truth", {None: "not_said", True: "yes", False: "no"}[said])
    if isinstance(said, frozenset | set | list | tuple):
        listed = sorted(said, key=order)
        return joined((value(name, one, groups) for one in listed), " + ") if listed else NONE_KEPT
    code = str(said)
    if name in GROUPED:
        return joined((label("problem_area", area) for area in sorted(groups[code])), "/")
    if name in CODED and code in codeset(CODED[name]):
        return label(CODED[name], code)
    return Text(code, code, code)


def accepted(name: str, needs: Iterable[object], groups: Groups) -> Text:
    """Any of these values."""
    texts = [value(name, one, groups) for one in sorted(needs, key=order)]
    return Text(*(OR.pick(language).join(text.pick(language) for text in texts) for language in LANGUAGES))


def missed(one: Missed, groups: Groups, *, hidden: bool = False) -> tuple[Text, Text, Text]:
    """What is needed, what was said, and both in one line; `hidden`: neither is shown to this reader."""
    needs = HIDDEN if hidden else accepted(one.condition, one.needs, groups)
    said = HIDDEN if hidden else value(one.condition, one.said, groups)
    return needs, said, filled(MISSED, fact=fact(one.condition), needs=needs, said=said)


def change(wanted: Mapping[str, object], groups: Groups) -> Text:
    """What would have had to be otherwise."""
    return joined(
        (filled(WOULD_BE, fact=fact(name), needs=value(name, to, groups)) for name, to in wanted.items()),
        "; ",
    )
