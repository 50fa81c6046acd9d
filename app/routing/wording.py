"""Conditions and facts in words: what a rule needs and what was said, as a person reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from app.kit.codesets import codeset, label
from app.kit.i18n import LANGUAGES, Text
from app.routing.reasons import filled, joined
from app.routing.rules import Rule
from app.routing.whynot import Missed, order

NONE_KEPT = Text("ei yhtään", "inga", "none")
ANY_MAIN = Text("mikä tahansa", "vilket som helst", "any")
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
WOULD_BE = Text("{fact} = {needs}{forced}", "{fact} = {needs}{forced}", "{fact} = {needs}{forced}")
FORCED: dict[str, Text] = {
    "consistency": Text(
        " (vain siksi, että pääongelma on yksi ongelmista)",
        " (bara för att huvudproblemet är ett av problemen)",
        " (only because a main problem is one of the problems)",
    ),
    "earlier_rule": Text(
        " (vain siksi, että aiempi sääntö ratkaisisi muuten)",
        " (bara för att en tidigare regel annars avgör)",
        " (only because an earlier rule would decide otherwise)",
    ),
}

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


def why(rule: Rule, main: str | None, groups: Groups) -> Text:
    """A rule's own words. `main` is the case's main problem, for the rule that decided; another rule is worded with
    what it asks for, never with what the case has."""
    named = label("problem_area", main) if main else None
    wanted = rule.when.main_problem_group
    asked = accepted("main_problem_group", wanted, groups) if wanted else ANY_MAIN
    return filled(Text(**rule.why), main_problem=named or asked)


def missed(one: Missed, groups: Groups, *, hidden: bool = False) -> tuple[Text, Text, Text]:
    """What is needed, what was said, and both in one line; `hidden`: neither is shown to this reader."""
    needs = HIDDEN if hidden else accepted(one.condition, one.needs, groups)
    said = HIDDEN if hidden else value(one.condition, one.said, groups)
    return needs, said, filled(MISSED, fact=fact(one.condition), needs=needs, said=said)


def change(wanted: Mapping[str, object], groups: Groups, forced: Mapping[str, str]) -> Text:
    """What would have had to be otherwise, and what only because something else forces it."""
    none = Text("", "", "")
    return joined(
        (
            filled(
                WOULD_BE,
                fact=fact(name),
                needs=value(name, to, groups),
                forced=FORCED[forced[name]] if name in forced else none,
            )
            for name, to in wanted.items()
        ),
        "; ",
    )
