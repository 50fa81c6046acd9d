"""Whether something may be told to somebody: pure, from the client's consents in force.

A prohibition beats a permission (domain 5.4). A refusal takes back the permissions said before it, and a permission
said after it counts again. What no permission covers may not be told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# Whatever is told about a client tells that the client takes part.
IMPLIED = frozenset({"participation"})


@dataclass(frozen=True)
class Terms:
    """One consent in force, as far as the rule looks at it. `said_at` orders what the client said."""

    id: UUID
    version: int
    kind: str
    recipients: frozenset[UUID]
    data_classes: frozenset[str]
    purposes: frozenset[str]
    said_at: datetime

    def about(self, recipient: UUID) -> bool:
        """Whether this no is said of the recipient; without recipients it is said of everybody."""
        return not self.recipients or recipient in self.recipients


@dataclass(frozen=True)
class Ruling:
    """`basis` is the permission relied on; without one, `prohibited` or the classes that nothing covers.

    `refused`: the client's last word to this recipient about it is a refusal.
    """

    basis: Terms | None
    prohibited: bool
    missing: frozenset[str]
    refused: bool = False

    @property
    def permitted(self) -> bool:
        return self.basis is not None


def rule(consents: Iterable[Terms], recipient: UUID, data_classes: frozenset[str], purpose: str) -> Ruling:
    """May these data classes go to this recipient for this purpose? One permission must cover them all.

    A no about participation stops everything. With no data classes asked (a content-free notice) any prohibition of
    the recipient stands against it, and a refusal does not.
    """
    consents = list(consents)
    told = data_classes | IMPLIED
    nos = [one for one in consents if one.about(recipient) and (not data_classes or one.data_classes & told)]
    if any(one.kind == "prohibition" for one in nos):
        return Ruling(None, True, data_classes)
    refused_at = max((one.said_at for one in nos if one.kind == "refusal"), default=None)
    best: frozenset[str] = data_classes
    lifted = False
    for one in consents:
        if one.kind != "permission" or recipient not in one.recipients or purpose not in one.purposes:
            continue
        if refused_at is not None and one.said_at <= refused_at:
            continue
        lifted = True
        missing = data_classes - one.data_classes
        if not missing:
            return Ruling(one, False, frozenset())
        best = min(best, missing, key=len)
    return Ruling(None, False, best, refused=refused_at is not None and not lifted)
