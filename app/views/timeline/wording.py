"""An entry as a sentence in the reader's language: to the team about the client, to the client about themself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.kit.codesets import called, called_in
from app.kit.i18n import Text, speaking
from app.people.actor import Actor
from app.teams.telling import TELLING_SEATS

SOMEBODY = Text("Palvelu", "Servicen", "The service")


@lru_cache(maxsize=1)
def sentences() -> Mapping[str, Mapping[str, Text]]:
    """By kind, and by audience: `team` or `client`. Raises `KeyError` for a file that is not whole."""
    raw: dict[str, dict[str, dict[str, str]]] = json.loads(
        Path(__file__).with_name("sentences.json").read_text("utf-8")
    )
    return {kind: {to: Text(**by[to]) for to in ("team", "client")} for kind, by in raw.items()}


def named(actor: Actor, person: tuple[str, str | None]) -> str:
    """Somebody by role and name; a seat that tells what the client is treated for is named to the health register and
    the client alone."""
    name, role = person
    if role is None or (role in TELLING_SEATS and not actor.health_professional and actor.client_id is None):
        return name
    label = called("role", role)
    return f"{label[:1].upper()}{label[1:]} {name}"


def sentence(
    actor: Actor,
    kind: str,
    who: tuple[str, str | None] | None,
    code: tuple[Any, Sequence[str]] | None,
    more: tuple[Any, Sequence[str]] | None,
) -> str:
    """`code` and `more` are a code and the sets that may have it."""
    audience = "client" if actor.client_id is not None else "team"
    return (
        sentences()[kind][audience]
        .pick(speaking.get())
        .format(
            who=named(actor, who) if who else SOMEBODY.pick(speaking.get()),
            code=called_in(code[1], code[0]) if code and code[0] else "–",
            more=called_in(more[1], more[0]) if more and more[0] else "–",
        )
    )
