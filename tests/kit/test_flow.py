"""The table of a state machine: what it allows, what it refuses, and what it says to whoever may not."""

from __future__ import annotations

from enum import StrEnum

import pytest

from app.kit.flow import Flow, IllegalMove, Verb
from app.kit.i18n import Text, speaking
from app.kit.problems import Problem


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    LOCKED = "locked"


class May(StrEnum):
    PUSH = "door:push"
    LOCK = "door:lock"


FLOW = Flow(
    Door,
    {
        "shut": Verb(frozenset({Door.OPEN}), Door.SHUT, May.PUSH),
        "open": Verb(frozenset({Door.SHUT}), Door.OPEN, May.PUSH),
        "lock": Verb(frozenset({Door.SHUT}), Door.LOCKED, May.LOCK, "keeper"),
        "paint": Verb(frozenset({Door.OPEN, Door.SHUT}), None, May.PUSH, "keeper"),
    },
)


class Wet(Problem):
    status, code = 409, "wet"
    detail = Text("Maali on märkää.", "Färgen är våt.", "The paint is wet.")


class Somebody:
    def __init__(self, *permissions: May) -> None:
        self.permissions = permissions

    def may(self, permission: object) -> bool:
        return permission in self.permissions


def test_a_move_goes_where_the_table_says() -> None:
    assert FLOW.move(Door.OPEN, "shut") is Door.SHUT
    assert FLOW.move(Door.SHUT, "lock") is Door.LOCKED
    assert FLOW.move(Door.SHUT, "paint") is Door.SHUT, "a verb without a target stays"


@pytest.mark.parametrize("state", Door)
@pytest.mark.parametrize("verb", FLOW.verbs)
def test_every_state_and_verb_is_a_move_or_a_refusal_that_lists_the_moves(state: Door, verb: str) -> None:
    possible = [name for name, found in FLOW.verbs.items() if state in found.source]
    if verb in possible:
        FLOW.check(state, verb)
        return
    with pytest.raises(IllegalMove) as refused:
        FLOW.move(state, verb)
    body = refused.value.body("en", "request")
    assert (body["status"], body["code"]) == (409, "illegal_move")
    assert (body["state"], body["allowed"]) == (state.value, possible)
    assert all(name in body["detail"] for name in possible)


def test_an_unknown_verb_is_our_own_mistake() -> None:
    with pytest.raises(KeyError):
        FLOW.move(Door.OPEN, "teleport")


def test_actions_are_total_over_the_callers_side() -> None:
    everything = Somebody(*May)
    for state in Door:
        assert [a.action for a in FLOW.actions(state, everything, sides={"keeper"})] == list(FLOW.verbs)
        assert [a.action for a in FLOW.actions(state, everything, sides=set())] == ["shut", "open"]


def test_what_is_allowed_has_no_reason_and_what_is_not_has_one() -> None:
    found = {a.action: a for a in FLOW.actions(Door.SHUT, Somebody(May.PUSH), sides={"keeper"})}
    assert found["open"].allowed
    assert (found["open"].because, found["open"].remedy) == (None, None)
    assert {name: a.because for name, a in found.items() if not a.allowed} == {
        "shut": "illegal_move",
        "lock": "missing_permission",
    }
    assert all(a.remedy for a in found.values() if not a.allowed)


def test_the_guard_is_asked_only_about_what_would_be_possible() -> None:
    asked: list[str] = []

    def wet(verb: str) -> Problem | None:
        asked.append(verb)
        return Wet() if verb == "open" else None

    found = {a.action: a for a in FLOW.actions(Door.SHUT, Somebody(May.PUSH), wet, sides={"keeper"})}
    assert asked == ["open", "paint"]
    assert (found["open"].allowed, found["open"].because) == (False, "wet")
    assert found["paint"].allowed


@pytest.mark.parametrize(("language", "remedy"), [("fi", "Maali"), ("sv", "Färgen"), ("en", "The paint")])
def test_the_remedy_is_in_the_language_of_the_caller(language: str, remedy: str) -> None:
    token = speaking.set(language)  # type: ignore[arg-type]
    try:
        found = FLOW.actions(Door.SHUT, Somebody(*May), lambda _: Wet(), sides=set())
    finally:
        speaking.reset(token)
    assert str({a.action: a for a in found}["open"].remedy).startswith(remedy)
