"""State machines as tables. One table feeds the checks, `allowedActions`, the documentation and the tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from app.kit.codesets import codeset
from app.kit.i18n import Language, Text
from app.kit.problems import MissingPermission, Problem
from app.kit.schemas import AllowedAction

S = TypeVar("S", bound=StrEnum)


class May(Protocol):
    """Whoever asks: may they do this kind of thing at all?"""

    def may(self, permission: Any) -> bool: ...


class SaysWhatIsAllowed:
    """`allowed` holds verbs, and `state`, where there is one, the state: codes for machines, words in `detail`."""

    detail: ClassVar[Text]
    extra: dict[str, Any]

    def explain(self, language: Language) -> str:
        possible = ", ".join(in_words("verb", verb, language) for verb in self.extra["allowed"])
        words = {"allowed": possible or NOTHING.pick(language)}
        if "state" in self.extra:
            words["state"] = in_words("state", self.extra["state"], language)
        return self.detail.pick(language).format(**{**self.extra, **words})


NOTHING = Text("ei mitään", "ingenting", "nothing")


def in_words(name: str, code: str, language: Language) -> str:
    """A verb or a state as people say it; a code without a label is at least readable."""
    found = codeset(name)
    return found[code].label.pick(language) if code in found else code.replace("_", " ")


class IllegalMove(SaysWhatIsAllowed, Problem):
    """The state does not allow it. `state` is the present one, `allowed` what can be done instead."""

    status, code = 409, "illegal_move"
    title = Text("Ei tässä vaiheessa", "Inte i detta skede", "Not in this state")
    detail = Text(
        "Tila on {state}. Nyt voi: {allowed}.",
        "Läget är {state}. Nu kan man: {allowed}.",
        "The state is {state}. What can be done now: {allowed}.",
    )


@dataclass(frozen=True)
class Verb(Generic[S]):
    """From which states, to which (None stays), and the permission it takes.

    `side` names whose verb it is (for instance "sender" or "receiver"); the room says who stands on which side.
    `refusal` is what it answers in another state, where that has a code of its own.
    """

    source: frozenset[S]
    target: S | None
    permission: StrEnum
    side: str = ""
    refusal: type[IllegalMove] = IllegalMove


Guard = Callable[[str], Problem | None]


class Flow(Generic[S]):
    """The verbs of one aggregate by name."""

    def __init__(self, states: type[S], verbs: Mapping[str, Verb[S]]) -> None:
        self.states, self.verbs = states, verbs

    def check(self, state: S, verb: str, sides: set[str] | None = None) -> None:
        """Raises `IllegalMove` when the state does not allow the verb."""
        if state not in self.verbs[verb].source:
            raise self.refuse(state, sides, self.verbs[verb].refusal)

    def refuse(self, state: S, sides: set[str] | None = None, kind: type[IllegalMove] = IllegalMove) -> IllegalMove:
        """What the state does allow: of the caller's sides, where they are known."""
        allowed = [
            name
            for name, verb in self.verbs.items()
            if state in verb.source and (sides is None or not verb.side or verb.side in sides)
        ]
        return kind(state=state.value, allowed=allowed)

    def move(self, state: S, verb: str) -> S:
        """The state after the verb. Raises `IllegalMove`."""
        self.check(state, verb)
        return self.verbs[verb].target or state

    def actions(self, state: S, actor: May, guard: Guard = lambda _: None, *, sides: set[str]) -> list[AllowedAction]:
        """Every verb of the caller's side, with the reason and the remedy of those refused now."""
        found = []
        for name, verb in self.verbs.items():
            if verb.side and verb.side not in sides:
                continue
            refusal: Problem | None = None
            if not actor.may(verb.permission):
                refusal = MissingPermission(permission=verb.permission.value)
            elif state not in verb.source:
                refusal = self.refuse(state, sides, verb.refusal)
            else:
                refusal = guard(name)
            found.append(AllowedAction.of(name, refusal))
        return found
