"""What is no rule set: every mistake is told with its place and a code of its own, and nothing is saved."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.routing.rulesets.checking import NEVER
from app.routing.rulesets.parse import rule_set_of
from app.routing.rulesets.reading import BadDocument
from app.routing.rulesets.sentences import FAULTS
from tests.conftest import As
from tests.factories import Json, act, code, get
from tests.routing.rulesets_made import HEINOLA, HERE, document, drafted, row

EXAMPLE = {"name": "One", "facts": {"assessment": "health_check"}, "expect": {"seat": "unemployed_health_nurse"}}


def with_rule(**over: Any) -> Json:
    made = document()
    made["rules"][0].update(over)
    return made


def with_example(**over: Any) -> Json:
    return document(examples=[{**EXAMPLE, **over}])


RULE, BAD = "/body/rules/0", "rule_set_malformed"
SETTINGS = HEINOLA["settings"]
# fmt: off
CASES: list[tuple[Json, str, str, str]] = [
    (with_rule(when={"age": [30]}), "unknown_fact", f"{RULE}/when", "unknown_fact"),
    (
        with_example(facts={"assessment": "health_check", "age": 3}),
        "unknown_fact", "/body/examples/0/facts", "unknown_fact",
    ),
    (with_rule(then={"seat": "dentist"}), "unknown_seat", f"{RULE}/then/seat", "unknown_seat"),
    (with_example(expect={"seat": "dentist"}), "unknown_seat", "/body/examples/0/expect/seat", "unknown_seat"),
    (with_rule(when={"demanding": 1}), BAD, f"{RULE}/when/demanding", "unknown_value"),
    (with_rule(when={"urgent": None}), BAD, f"{RULE}/when/urgent", "unknown_value"),
    (with_rule(when={"assessment": []}), BAD, f"{RULE}/when/assessment", "unknown_value"),
    (with_rule(when={"assessment": {"is": 1}}), BAD, f"{RULE}/when/assessment", "wrong_type"),
    (with_rule(when={"municipality": ["111"] * 61}), BAD, f"{RULE}/when/municipality", "too_many"),
    (with_rule(when={"problem_groups": ["teeth"]}), BAD, f"{RULE}/when/problem_groups", "unknown_value"),
    (with_rule(then={}), BAD, f"{RULE}/then", "one_outcome"),
    (with_rule(then={"queue": "cupboard"}), BAD, f"{RULE}/then/queue", "unknown_value"),
    (with_rule(then={"manual": "choose_test_kind"}), BAD, f"{RULE}/then/asks", "missing"),
    (
        with_rule(then={"queue": "own_care_team", "consulting": "memory_nurse"}),
        BAD, f"{RULE}/then/consulting", "does_not_go_with",
    ),
    (
        with_rule(then={"seat": "memory_nurse", "consulting": "memory_nurse"}),
        BAD, f"{RULE}/then", "twice",
    ),
    (
        with_rule(why={"fi": "{main_problem:>900000000}", "sv": "a", "en": "b"}),
        BAD, f"{RULE}/why/fi", "unknown_blank",
    ),
    (with_rule(why={"fi": "a {", "sv": "a", "en": "b"}), BAD, f"{RULE}/why/fi", "unknown_blank"),
    (document(*[document()["rules"][0]] * 2), BAD, "/body/rules/1/id", "twice"),
    (document(settings={"continuity_months": 12}), BAD, "/body/settings/short_absence_working_days", "missing"),
    (
        document(settings={**SETTINGS, "continuity_months": 121}),
        BAD, "/body/settings/continuity_months", "not_a_number",
    ),
    (document(settings={**SETTINGS, "luck": 1}), BAD, "/body/settings", "unknown_member"),
    (document(problemGroups={"all": ["somatic"]}), BAD, "/body/problemGroups", "not_one_group"),
    (with_example(expect={}), BAD, "/body/examples/0/expect", "one_outcome"),
    (with_example(facts={}), BAD, "/body/examples/0/facts/assessment", "missing"),
    (document(examples=[EXAMPLE, EXAMPLE]), BAD, "/body/examples/1/name", "twice"),
    (
        document(*(
            {**document()["rules"][0], "id": f"r{n}", "rank": n, "when": {"municipality": [f"{n:03}"]}}
            for n in range(51)
        )),
        BAD, "/body/rules", "too_many_municipalities",
    ),
]
# fmt: on


@pytest.mark.parametrize(("given_", "refusal", "place", "fault"), CASES)
async def test_a_mistake_is_told_with_its_place(who: As, given_: Json, refusal: str, place: str, fault: str) -> None:
    made = await drafted(who)
    sent = [
        await act(who("lead"), f"{HERE}/check", given_),
        await act(who("lead"), HERE, {"code": "heinola", **given_}),
        await who("lead").patch(row(made), json=given_, headers={"If-Match": "*"}),
    ]
    for answer in sent:
        assert code(answer) == (422, refusal), answer.text
        assert (place, fault) in [(one["pointer"], one["code"]) for one in answer.json()["errors"]]
    assert await get(who("lead"), row(made)) == made
    assert (await get(who("lead"), HERE, code="heinola", state="draft", count="true"))["count"] == 1


@pytest.mark.parametrize("missing", ["problemGroups", "settings", "rules"])
async def test_a_whole_document_is_wanted_unless_it_is_copied(who: As, missing: str) -> None:
    given_ = {name: value for name, value in document().items() if name != missing}
    answer = await act(who("lead"), HERE, {"code": "heinola", **given_})
    assert code(answer) == (422, "rule_set_malformed")
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(f"/body/{missing}", "missing")]


async def test_every_mistake_is_told_up_to_fifty(who: As) -> None:
    rules = [{**document()["rules"][0], "id": f"r{n}", "rank": n, "then": {"seat": "dentist"}} for n in range(60)]
    answer = await act(who("lead"), f"{HERE}/check", document(*rules))
    assert code(answer) == (422, "unknown_seat")
    assert [one["pointer"] for one in answer.json()["errors"]] == [f"/body/rules/{n}/then/seat" for n in range(50)]


@pytest.mark.parametrize(
    "over",
    [
        {"rules": [{}] * 100_000},
        {"rules": "all"},
        {"rules": [None]},
        {"settings": []},
        {"settings": {**SETTINGS, "recheck_after_days": 10**9}},
        {"problemGroups": {"x": [{}]}},
        {"examples": [[]]},
        {"extra": 1},
    ],
    ids=str,
)  # fmt: skip
async def test_other_shapes_are_refused(who: As, over: Json) -> None:
    assert code(await act(who("lead"), f"{HERE}/check", document(**over))) == (422, "invalid_request")


def test_every_fault_has_words() -> None:
    for said in FAULTS.values():
        assert len({said.fi, said.sv, said.en}) == 3
    assert FAULTS["unknown_blank"].en == "The only blank is {main_problem}."


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def faults_of(content: object) -> set[str]:
    try:
        rule_set_of(content, "mine", 1, NEVER)
    except BadDocument as bad:
        return {fault.code for fault in bad.faults} or {"a refusal without a fault"}
    return set()


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_the_reading_is_total(data: st.DataObject) -> None:
    """Whatever stands anywhere in a document, the answer is a rule set or faults that have words."""
    content: Any = {
        name: value
        for name, value in copy.deepcopy(HEINOLA).items()
        if name in ("problem_groups", "settings", "rules", "examples")
    }
    content["rules"] = content["rules"][:4]
    parent, here = content, data.draw(st.sampled_from(sorted(content)))
    while isinstance(parent[here], dict | list) and parent[here] and data.draw(st.booleans()):
        parent = parent[here]
        here = data.draw(st.sampled_from(sorted(parent) if isinstance(parent, dict) else range(len(parent))))
    parent[here] = data.draw(ANYTHING)
    assert faults_of(content) <= FAULTS.keys()
