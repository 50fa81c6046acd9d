"""The policy as data (`policy.json`), read and checked once: which relations open what, and what each operation asks.

A relation is how an actor stands to a row. `register`: through it only rows of the actor's registers are seen;
`conflict`: not for somebody whom the client named as in conflict; `consent`: while the client permits the actor's
organisation. A resource lists the relations that open its rows, each with the conditions the row must meet; an
operation names a permission and a resource, and whose verb it is: `first` is asked before any row is looked for (403),
`within` hides the row from others (404), `by` refuses them (403).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

EVERYBODY, FORM_LINK, SHARE_LINK = "everybody", "form_link", "share_link"
CALENDAR_LINK = "calendar_link"
KINDS = ("client", "staff", "partner")
# How a caller can stand to a row (`relations`), what a row can be asked (`conditions`), and what else a verb can ask
# of its caller; the functions behind the names are in `app.access.relations`.
CONDITIONS = (
    "sent", "standing", "client_visible", "sending_side", "own_side_or_standing", "published", "said", "released",
    "offered",
)  # fmt: skip
SIDES = ("client", "professional", "health", "holder", "receiver", "worker", "reader", "author", "convener")


class PolicyFault(Exception):
    """The policy does not hold together: what is wrong, by name."""


@dataclass(frozen=True, slots=True)
class Relation:
    name: str
    register: bool
    conflict: bool
    consent: bool


@dataclass(frozen=True, slots=True)
class Resource:
    """`hides`: fields not shown of a protected identity but to the roles `shown_to`. `function` finds its rows."""

    name: str
    relations: Mapping[str, tuple[str, ...]]
    register: bool
    hides: tuple[str, ...]
    shown_to: frozenset[str]
    function: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """`opens`: how it is opened without a permission. `also`: a second permission it takes. `named`: the row is named
    in the body, where one that is not the caller's is a mistake of the request."""

    id: str
    resource: str
    action: str
    permission: str | None
    opens: str | None
    also: str | None
    first: tuple[str, ...]
    within: tuple[str, ...]
    by: tuple[str, ...]
    named: str | None


@dataclass(frozen=True, slots=True)
class Role:
    """A role as people usually have it: for the table, where everybody has one. `seat`: sits in a team; `minds`:
    answers for the area's unassigned queue; `audits`: reads the area's use log."""

    name: str
    kind: str
    register: str | None
    seat: bool
    minds: bool
    audits: bool


@dataclass(frozen=True, slots=True)
class Telling:
    """Where answers that are harmless alone could together tell of health: what is shown, and what is kept back."""

    name: str
    operations: tuple[str, ...]
    shown: str
    kept: str


@dataclass(frozen=True, slots=True)
class Policy:
    relations: Mapping[str, Relation]
    roles: Mapping[str, Role]
    resources: Mapping[str, Resource]
    operations: Mapping[str, Operation]
    telling: tuple[Telling, ...]

    def against(self, declared: Mapping[str, str | None]) -> None:
        """Raises `PolicyFault` unless it says of every operation there is, and of no other, the permission that its
        route asks for (None: opened without one)."""
        missing = sorted(declared.keys() - self.operations.keys())
        surplus = sorted(self.operations.keys() - declared.keys())
        if missing:
            raise PolicyFault(f"policy.json says nothing of: {', '.join(f'{n} ({declared[n]})' for n in missing)}")
        if surplus:
            raise PolicyFault(f"policy.json has operations that no route has: {', '.join(surplus)}")
        for name, permission in sorted(declared.items()):
            if self.operations[name].permission != permission:
                said = self.operations[name].permission
                raise PolicyFault(f"{name}: the route asks for {permission}, policy.json says {said}")


def read(text: str) -> Policy:
    """Raises `PolicyFault` naming what does not fit."""
    data: dict[str, dict[str, dict[str, Any]]] = json.loads(text)
    relations = {
        name: Relation(name, **{f: _flag(row, f, name) for f in ("register", "conflict", "consent")})
        for name, row in data["relations"].items()
    }
    roles = {name: _role(name, row) for name, row in data["roles"].items()}
    resources = {name: _resource(name, row, relations) for name, row in data["resources"].items()}
    operations = {name: _operation(name, row, relations, resources) for name, row in data["operations"].items()}
    telling = tuple(
        Telling(name, _known(f"telling {name}", row["operations"], operations), row["shown"], row["kept"])
        for name, row in data["telling"].items()
    )
    return Policy(relations, roles, resources, operations, telling)


@lru_cache(maxsize=1)
def policy() -> Policy:
    """The one in force. Raises `PolicyFault`."""
    return read(files("app.access").joinpath("policy.json").read_text(encoding="utf-8"))


def _known(where: str, names: Any, known: Any) -> tuple[str, ...]:
    for name in names:
        if name not in known:
            raise PolicyFault(f"{where}: unknown name {name!r}; there are {', '.join(known)}")
    return tuple(names)


def _only(where: str, row: Mapping[str, Any], *known: str) -> None:
    _known(where, row, known)


def _flag(row: Mapping[str, Any], name: str, where: str) -> bool:
    _only(f"relation {where}", row, "register", "conflict", "consent")
    return bool(row.get(name, False))


def _role(name: str, row: Mapping[str, Any]) -> Role:
    _only(f"role {name}", row, "kind", "register", "seat", "minds", "audits")
    _known(f"role {name}", [row.get("kind")], KINDS)
    seat, minds, audits = (bool(row.get(flag, False)) for flag in ("seat", "minds", "audits"))
    return Role(name, row["kind"], row.get("register"), seat, minds, audits)


def _resource(name: str, row: Mapping[str, Any], relations: Mapping[str, Relation]) -> Resource:
    where = f"resource {name}"
    _only(where, row, "function", "relations", "register", "hides", "note")
    opened = {rel: _known(f"{where}, {rel}", asks, CONDITIONS) for rel, asks in row["relations"].items()}
    _known(where, opened, relations)
    hides = row.get("hides", {})
    return Resource(
        name,
        opened,
        row.get("register", False),
        tuple(hides.get("fields", ())),
        frozenset(hides.get("shown_to", ())),
        row["function"],
        row.get("note"),
    )


def _operation(
    name: str, row: Mapping[str, Any], relations: Mapping[str, Relation], resources: Mapping[str, Resource]
) -> Operation:
    where = f"operation {name}"
    _only(where, row, "permission", "opens", "also", "resource", "action", "first", "within", "by", "named")
    if ("permission" in row) is ("opens" in row):
        raise PolicyFault(f"{where}: it is opened either by a permission or by something else")
    _known(where, [row["resource"]], resources)
    _known(where, [row["opens"]] if "opens" in row else [], (EVERYBODY, FORM_LINK, SHARE_LINK, CALENDAR_LINK))
    asked = {
        ask: _known(f"{where}, {ask}", row.get(ask, ()), (*relations, *SIDES)) for ask in ("first", "within", "by")
    }
    opens, also, named = row.get("opens"), row.get("also"), row.get("named")
    return Operation(name, row["resource"], row["action"], row.get("permission"), opens, also, named=named, **asked)
