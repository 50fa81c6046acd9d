"""How consents are shown, and what followed from the end of one, in the words of the reader; nothing the reader may
not see otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.protecting import blot
from app.consents import consequences, queries, service
from app.consents.consequences import Touched
from app.consents.models import FLOW, Consent
from app.consents.schemas import ConsentChanged, ConsentRead, ConsequenceRead, StaysRead, WithdrawalPreview
from app.kit.codesets import called, codeset
from app.kit.i18n import speaking
from app.people.actor import Actor

KINDS = "consent_consequence"


def shown_to(actor: Actor, touched: Iterable[Touched]) -> list[Touched]:
    """The client sees everything; others what is in no register or in one of theirs."""
    mine = {"operational", *actor.context.registers}
    return [one for one in touched if actor.client_id is not None or one.register in mine]


async def told(session: AsyncSession, actor: Actor, touched: Iterable[Touched]) -> list[ConsequenceRead]:
    found = shown_to(actor, touched)
    names = await queries.organisation_names(session, {one.recipient_id for one in found if one.recipient_id})
    kinds = codeset(KINDS)
    return [
        ConsequenceRead(
            kind=one.kind,
            label=called(KINDS, one.kind),
            effect=kinds[one.kind].facts["effect"] if one.kind in kinds else "stops",
            subject_type=one.subject_type,
            subject_id=one.subject_id,
            recipient_id=one.recipient_id,
            recipient=names.get(one.recipient_id) if one.recipient_id else None,
            data_classes=sorted(one.data_classes),
            at=one.at,
        )
        for one in found
    ]


async def preview(session: AsyncSession, actor: Actor, consent: Consent, at: datetime) -> WithdrawalPreview:
    """Raises `IllegalMove` for one that cannot be withdrawn any more."""
    FLOW.check(consent.state, "withdraw")
    language = speaking.get()
    return WithdrawalPreview(
        consent_id=consent.id,
        consequences=await told(session, actor, await consequences.preview(session, consent, at)),
        stays=[StaysRead(code=one.code, label=one.label.pick(language)) for one in codeset("consent_stays")],
    )


async def changed(
    session: AsyncSession, actor: Actor, consent: Consent, touched: list[Touched], at: datetime
) -> ConsentChanged:
    (shown,) = await read(session, actor, [consent], at)
    return ConsentChanged(**shown.model_dump(), consequences=await told(session, actor, touched))


async def read(session: AsyncSession, actor: Actor, consents: Sequence[Consent], at: datetime) -> list[ConsentRead]:
    """As they stand at that moment; of a protected client without the contact details that somebody wrote in."""
    shown = [(consent.client_id, service.show(actor, consent, at)) for consent in consents]
    await blot(session, actor, shown, "evidence_note", "error_reason")
    return [row for _, row in shown]
