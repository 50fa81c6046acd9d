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
    """One consent in force, as far as the rule looks at it. `said_at` orders what the client said.

    `unverified_for`: recipients who cannot be told on it yet. What a partner states of the client's will holds for
    the area that receives it and for the partner itself; for anybody else a professional asks the client first.
    """

    id: UUID
    version: int
    kind: str
    recipients: frozenset[UUID]
    data_classes: frozenset[str]
    purposes: frozenset[str]
    said_at: datetime
    unverified_for: frozenset[UUID] = frozenset()

    def about(self, recipient: UUID) -> bool:
        """Whether this no is said of the recipient; without recipients it is said of everybody."""
        return not self.recipients or recipient in self.recipients


@dataclass(frozen=True)
class Ruling:
    """`basis` is the permission relied on; without one, `prohibited` or the classes that nothing covers.

    `refused`: the client's last word to this recipient about it is a refusal. `unverified`: a permission that would
    do, were it not only stated.
    """

    basis: Terms | None
    prohibited: bool
    missing: frozenset[str]
    refused: bool = False
    unverified: Terms | None = None

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
    lifted, unverified = False, None
    for one in consents:
        if one.kind != "permission" or recipient not in one.recipients or purpose not in one.purposes:
            continue
        if refused_at is not None and one.said_at <= refused_at:
            continue
        lifted = True
        missing = data_classes - one.data_classes
        if recipient in one.unverified_for:
            unverified = unverified or (one if not missing else None)
            continue
        if not missing:
            return Ruling(one, False, frozenset())
        best = min(best, missing, key=len)
    return Ruling(None, False, best, refused_at is not None and not lifted, unverified)


def reason(ruling: Ruling, asked: frozenset[str], *, may_know: bool) -> str:
    """Why, as a code of `consent_ruling`. To who may not know of a no it reads as a permission that is not there: a
    prohibition is never a hint (domain 5.4)."""
    if ruling.permitted:
        return "permitted"
    if may_know and (ruling.prohibited or ruling.refused):
        return "prohibited" if ruling.prohibited else "refused"
    if ruling.prohibited or ruling.refused:
        return "no_permission"
    if ruling.unverified is not None:
        return "not_verified"
    return "classes_not_covered" if ruling.missing != asked else "no_permission"
