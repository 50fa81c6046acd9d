"""What differs between two set-ups. Pure."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.blueprints.rules import SetUp, Step, differences

LIMITS = st.fixed_dictionaries({"max_open": st.none() | st.integers(0, 3), "visiting_days": st.none() | st.just("x")})
SETUPS = st.builds(
    SetUp,
    fields=st.fixed_dictionaries({"template": st.sampled_from("ab"), "silent_after_days": st.integers(1, 3)}),
    seats=st.dictionaries(st.sampled_from("pqr"), LIMITS),
    rule_set=st.sampled_from(["heinola", "light"]),
    rules=st.none() | st.dictionaries(st.just("rules"), st.integers(0, 2)),
)


@given(SETUPS)
def test_nothing_differs_from_itself(made: SetUp) -> None:
    assert differences(made, made) == []


@given(SETUPS, SETUPS)
def test_what_is_carried_out_differs_no_more(here: SetUp, there: SetUp) -> None:
    """Everything but what is kept is gone when the team has what the blueprint says, and nothing was taken away."""
    found = differences(here, there)
    after = replace(
        there,
        seats={**here.seats, **there.seats},
        rules=here.rules if there.rules is None else there.rules,
    )
    left = differences(after, there)
    assert {d.change for d in left} <= {Step.KEEP}
    assert {d.name for d in left} == here.seats.keys() - there.seats.keys()
    assert {d.name for d in found if d.change is Step.KEEP} == {d.name for d in left}
    assert {d.name for d in found if d.change is Step.ADD} == there.seats.keys() - here.seats.keys()


def test_no_rules_in_the_blueprint_leave_the_rules_alone() -> None:
    here = SetUp(fields={}, seats={}, rule_set="heinola", rules={"rules": [1]})
    assert differences(here, replace(here, rules=None)) == []
    [found] = differences(here, replace(here, rules={"rules": [2]}))
    assert (found.part, found.name, found.change) == ("rules", "heinola", Step.DRAFT)
