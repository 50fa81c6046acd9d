"""Conditions and facts in words: what a rule needs and what was said, as a person reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from app.kit.codesets import codeset, label
from app.kit.i18n import LANGUAGES, Text
from app.routing.reasons import filled
from app.routing.whynot import Missed, order

YES, NO = Text("kyllä", "ja", "yes"), Text("ei", "nej", "no")
NOT_SAID = Text("ei sanottu", "inte sagt", "not said")
NONE_KEPT = Text("ei yhtään", "inga", "none")
OR = Text(" tai ", " eller ", " or ")
AND = Text(" + ", " + ", " + ")
HIDDEN = Text("ei näytetä", "visas inte", "not shown")
REGISTERS = {
    "health": Text("terveydenhuolto", "hälso- och sjukvården", "health care"),
    "social": Text("sosiaalihuolto", "socialvården", "social services"),
    "employment": Text("työllisyyspalvelut", "sysselsättningstjänsterna", "employment services"),
}
CODED = {"assessment": "routed_work", "municipality": "municipality", "problem_areas": "problem_area"}
CODED |= {"main_problem": "problem_area"}
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
    if said is None:
        return NOT_SAID
    if isinstance(said, bool):
        return YES if said else NO
    if isinstance(said, frozenset | set | list | tuple):
        listed = sorted(said, key=order)
        return joined((value(name, one, groups) for one in listed), AND) if listed else NONE_KEPT
    code = str(said)
    if name in GROUPED:
        return joined((label("problem_area", area) for area in sorted(groups[code])), Text("/", "/", "/"))
    if name == "asked_by_register":
        return REGISTERS[code]
    if name in CODED and code in codeset(CODED[name]):
        return label(CODED[name], code)
    return Text(code, code, code)


def accepted(name: str, needs: Iterable[object], groups: Groups) -> Text:
    """Any of these values."""
    return joined((value(name, one, groups) for one in sorted(needs, key=order)), OR)


def missed(one: Missed, groups: Groups, *, hidden: bool = False) -> tuple[Text, Text, Text]:
    """What is needed, what was said, and both in one line; `hidden`: neither is shown to this reader."""
    needs = HIDDEN if hidden else accepted(one.condition, one.needs, groups)
    said = HIDDEN if hidden else value(one.condition, one.said, groups)
    return needs, said, filled(MISSED, fact=fact(one.condition), needs=needs, said=said)


def change(wanted: Mapping[str, object], groups: Groups) -> Text:
    """What would have had to be otherwise."""
    return joined(
        (filled(WOULD_BE, fact=fact(name), needs=value(name, to, groups)) for name, to in wanted.items()),
        Text("; ", "; ", "; "),
    )


def joined(texts: Iterable[Text], by: Text) -> Text:
    listed = list(texts)
    return Text(*(by.pick(language).join(text.pick(language) for text in listed) for language in LANGUAGES))
