"""Whether something may be told to somebody: pure, from the client's consents in force.

A prohibition beats a permission (domain 5.4). What no permission covers may not be told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Terms:
    """One consent in force, as far as the rule looks at it."""

    id: UUID
    version: int
    kind: str
    recipients: frozenset[UUID]
    data_classes: frozenset[str]
    purposes: frozenset[str]


@dataclass(frozen=True)
class Ruling:
    """`basis` is the permission relied on; without one, `prohibited` or the classes that nothing covers."""

    basis: Terms | None
    prohibited: bool
    missing: frozenset[str]

    @property
    def permitted(self) -> bool:
        return self.basis is not None


def rule(consents: Iterable[Terms], recipient: UUID, data_classes: frozenset[str], purpose: str) -> Ruling:
    """May these data classes go to this recipient for this purpose? One permission must cover them all.

    With no data classes asked (a content-free notice) only a prohibition of the recipient stands against it.
    """
    consents = list(consents)
    for one in consents:
        concerns_recipient = not one.recipients or recipient in one.recipients
        concerns_data = not data_classes or bool(one.data_classes & data_classes)
        if one.kind == "prohibition" and concerns_recipient and concerns_data:
            return Ruling(None, True, data_classes)
    best: frozenset[str] = data_classes
    for one in consents:
        if one.kind != "permission" or recipient not in one.recipients or purpose not in one.purposes:
            continue
        missing = data_classes - one.data_classes
        if not missing:
            return Ruling(one, False, frozenset())
        best = min(best, missing, key=len)
    return Ruling(None, False, best)
