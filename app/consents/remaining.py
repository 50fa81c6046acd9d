"""What the client permits before and after the end of one consent: what a consequence asks the rule with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import queries
from app.consents.consequences import CHANGE, NOES
from app.consents.models import Consent, ConsentState
from app.consents.rules import Ruling, Terms, rule
from app.consents.service import terms_of


@dataclass(frozen=True)
class Change:
    """The client's terms with and without what is ending (or what a no overrides). Pure once it is made."""

    before: tuple[Terms, ...]
    after: tuple[Terms, ...]

    def now(self, recipient: UUID, data_classes: frozenset[str], purpose: str) -> Ruling:
        """What the rule says once it has ended."""
        return rule(self.after, recipient, data_classes, purpose)

    def stops(self, recipient: UUID, data_classes: frozenset[str], purpose: str) -> bool:
        """It was permitted, and is no longer."""
        was = rule(self.before, recipient, data_classes, purpose)
        return was.permitted and not self.now(recipient, data_classes, purpose).permitted


def change(others: list[Terms], one: Terms, *, said_no: bool) -> Change:
    """`others` stand whatever becomes of `one`: a permission that ends, or a no that begins."""
    with_it = (one, *others)
    return Change(tuple(others), with_it) if said_no else Change(with_it, tuple(others))


async def change_by(session: AsyncSession, consent: Consent, at: datetime) -> Change:
    """The same whether the consent has ended already or is about to: so a preview tells what the effect does."""
    known: dict[UUID, Change] = session.info.setdefault(CHANGE, {})
    if consent.id in known:
        return known[consent.id]
    area = await queries.area_of(session, consent.client_id)
    others = [terms_of(c, area) for c in await queries.standing(session, consent.client_id, at, lock=False)]
    others = [terms for terms in others if terms.id != consent.id]
    known[consent.id] = change(others, terms_of(consent, area), said_no=consent.kind in NOES)
    return known[consent.id]


def to_be_asked(consent: Consent) -> bool:
    """Whether the client may be asked again: time ran out, or the record was wrong. A no is not asked again."""
    taken_back = consent.state is ConsentState.WITHDRAWN or consent.withdrawn_at is not None
    return consent.kind not in NOES and not taken_back
