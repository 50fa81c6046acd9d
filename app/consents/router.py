"""Addresses of consents: what the client permits, to whom, for what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response

from app.audit.trail import used
from app.clients.queries import visible_clients
from app.consents import asking, changing, reading, service
from app.consents.consequences import Touched
from app.consents.evidence import EvidenceMismatch, EvidenceUnknown
from app.consents.information import texts, warned_until
from app.consents.making import InformationNotGiven, ReceiverUnknown
from app.consents.models import Consent
from app.consents.queries import in_state, lock_client, visible_consents
from app.consents.refusals import ConsentEnded, ConsentVerified, InformationNoted, VerifiedHowMissing
from app.consents.schemas import (
    ConsentAnswer,
    ConsentChanged,
    ConsentCreate,
    ConsentMarkError,
    ConsentPage,
    ConsentQuestion,
    ConsentRead,
    ConsentReplace,
    ConsentVerify,
    ConsentWithdraw,
    InformationTextList,
    InformationTextRead,
    WithdrawalPreview,
)  # fmt: skip
from app.kit.clock import Now, by_now
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.kit.schemas import WordsRead
from app.people.actor import Actor, needs
from app.representatives.service import MANDATES
from app.security.permissions import Permission as P

router = room("Consents")
Reader = Annotated[Actor, needs(P.CONSENT_READ)]
Writer = Annotated[Actor, needs(P.CONSENT_WRITE)]
TERMS = (
    service.PermissionTermsInvalid, service.RecipientUnknown, InformationNotGiven, ReceiverUnknown, EvidenceUnknown,
    EvidenceMismatch,
)  # fmt: skip
Which = Literal["in_force", "expiring", "not_begun", "ended", "to_verify", "prohibitions"]
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)


@router.post(
    "/clients/{client_id}/consents",
    status_code=201,
    responses=problems(MissingPermission, NotFound, *TERMS, Forbidden, *MANDATES),
)
async def record_consent(
    actor: Writer, session: Session, at: Now, once: OnceOnly, client_id: UUID, given: ConsentCreate
) -> ConsentChanged:
    """Record a permission, refusal or prohibition of the client, said by them or by their representative. What a no
    stops is in `consequences`."""

    async def work() -> ConsentChanged:
        client = await one(session, visible_clients(actor), client_id)
        consent, touched = await service.record(session, actor, client.id, client.area_id, given, at)
        return await reading.changed(session, actor, consent, touched, by_now(session.info, at))

    return await once.run(ConsentChanged, work)


@router.post(
    "/clients/{client_id}/consents/check", responses=problems(MissingPermission, NotFound, service.RecipientUnknown)
)
async def check_consent(
    actor: Reader, session: Session, at: Now, client_id: UUID, given: ConsentQuestion
) -> ConsentAnswer:
    """May this be told? Why, on which permission, what is missing and what would help. Changes nothing, so it takes no
    Idempotency-Key."""
    client = await one(session, visible_clients(actor), client_id)
    answer = await asking.answer(session, actor, client.id, client.area_id, given, at)
    await used(session, "consents", [(answer.consent_id, client_id)], action="search", fields=["permitted"])
    return answer


@router.get("/information-texts", responses=problems(MissingPermission))
async def list_information_texts(_: Reader) -> InformationTextList:
    """What a client is told before a permission, or before consent to a pilot: every version, in three languages."""
    return InformationTextList(
        items=[
            InformationTextRead(
                code=one.code,
                version=one.version,
                valid_to=one.valid_to,
                kinds=sorted(one.kinds),
                source=one.source,
                text=WordsRead(**one.text.as_dict()),
            )
            for one in texts()
        ]
    )


@router.get("/clients/{client_id}/consents", responses=problems(MissingPermission, NotFound, BadCursor))
async def list_consents(
    actor: Reader,
    session: Session,
    at: Now,
    paging: Paged,
    client_id: UUID,
    state: Annotated[Which | None, Query(description="Only those that are so now. Absent: all.")] = None,
) -> ConsentPage:
    """All of the client's consents, ended ones too, the newest first."""
    await one(session, visible_clients(actor), client_id)
    rows = visible_consents(actor).where(Consent.client_id == client_id)
    if state is not None:
        rows = rows.where(in_state(state, at, warned_until(at)))
    found, after, count = await paging.run(session, rows, Consent.id, caller=actor.login_id)
    await used(session, "consents", [(c.id, client_id) for c in found])
    return ConsentPage(items=await reading.read(session, actor, found, at), next_cursor=after, count=count)


@router.get("/consents/{consent_id}", responses=problems(MissingPermission, NotFound))
async def get_consent(actor: Reader, session: Session, at: Now, consent_id: UUID, response: Response) -> ConsentRead:
    consent = await one(session, visible_consents(actor), consent_id)
    await used(session, "consents", [(consent.id, consent.client_id)])
    stamp(response, consent.version)
    return (await reading.read(session, actor, [consent], at))[0]


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    consent_id: UUID,
    at: datetime,
    do: Callable[[Consent], Awaitable[list[Touched]]],
) -> ConsentChanged:
    """One verb on one consent; the client's row is taken alone first, so that nothing is disclosed meanwhile."""

    touched: list[Touched] = []

    async def find() -> Consent:
        return await locked(session, actor, consent_id)

    async def show(consent: Consent) -> ConsentChanged:
        return await reading.changed(session, actor, consent, touched, by_now(session.info, at))

    async def follow(consent: Consent) -> None:
        touched.extend(await do(consent))

    return await once.change(ConsentChanged, find, expected, show, follow)


async def locked(session: Session, actor: Actor, consent_id: UUID) -> Consent:
    """The consent, after its client's row was taken alone."""
    consent = await one(session, visible_consents(actor), consent_id)
    await lock_client(session, consent.client_id, to_change=True)
    return await one(session, visible_consents(actor), consent_id, lock=True)


async def shown(session: Session, actor: Actor, consent: Consent, at: datetime) -> ConsentRead:
    return (await reading.read(session, actor, [consent], by_now(session.info, at)))[0]


@router.post(
    "/consents/{consent_id}/verify",
    responses=problems(
        *CHANGES,
        ConsentVerified,
        ConsentEnded,
        VerifiedHowMissing,
        InformationNotGiven,
        InformationNoted,
        service.PermissionTermsInvalid,
    ),
)
async def verify_consent(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, consent_id: UUID, given: ConsentVerify
) -> ConsentChanged:
    """What a partner stated of the client's will is the client's word: the client says so, or a professional who asked.

    Until then it holds for receiving the referral and for answering whoever stated it, and for nobody else."""
    return await change(
        session, actor, once, expected, consent_id, at,
        lambda c: changing.verify(session, actor, c, given, at),
    )  # fmt: skip


@router.post(
    "/consents/{consent_id}/replace",
    status_code=201,
    responses=problems(*CHANGES, ConsentEnded, *TERMS, Forbidden, *MANDATES),
)
async def replace_consent(
    actor: Writer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, consent_id: UUID, given: ConsentReplace
) -> ConsentChanged:
    """New terms in the place of old ones, narrower or wider, without a gap between them: a new consent, and the old
    one ends at that instant with its content as it was. Answers with the new one, and what the old
    one carried alone is in `consequences`."""

    async def work() -> ConsentChanged:
        old = await locked(session, actor, consent_id)
        await expected.check(old, lambda: shown(session, actor, old, at))
        new, touched = await changing.replace(session, actor, old, given, at)
        return await reading.changed(session, actor, new, touched, new.valid_from)

    return await once.run(ConsentChanged, work)


@router.post("/consents/{consent_id}/withdraw-preview", responses=problems(MissingPermission, NotFound, IllegalMove))
async def preview_withdrawal(actor: Reader, session: Session, at: Now, consent_id: UUID) -> WithdrawalPreview:
    """What a withdrawal would end, who would be told to cease, and what stays. It writes nothing."""
    consent = await one(session, visible_consents(actor), consent_id)
    await used(session, "consents", [(consent.id, consent.client_id)])
    return await reading.preview(session, actor, consent, at)


@router.post("/consents/{consent_id}/withdraw", responses=problems(*CHANGES, Forbidden, *MANDATES))
async def withdraw_consent(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    consent_id: UUID,
    given: ConsentWithdraw,
) -> ConsentChanged:
    """The client takes it back, or a representative for them. It works forward: nothing more leaves on it, and what
    ended at once is in `consequences`."""

    return await change(
        session, actor, once, expected, consent_id, at,
        lambda c: service.withdraw(session, actor, c, at, given.given_by_representative_id),
    )  # fmt: skip


@router.post("/consents/{consent_id}/mark-entered-in-error", responses=problems(*CHANGES))
async def mark_consent_entered_in_error(
    actor: Writer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    consent_id: UUID,
    given: ConsentMarkError,
) -> ConsentChanged:
    """It was recorded wrongly; it never counts, and stays to be seen with the reason. Professionals only."""

    if actor.client_id is not None:
        raise Forbidden()
    return await change(
        session, actor, once, expected, consent_id, at,
        lambda c: service.mark_entered_in_error(session, actor, c, given.reason, at),
    )  # fmt: skip
