"""Addresses of referrals: preflight, sending, the inbox, and the receiver's answer short of acceptance."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.audit.trail import used
from app.clients.service import read_code
from app.consents.service import PermissionTermsInvalid, RecipientUnknown
from app.kit.clock import Now
from app.kit.codesets import CodeNotInForce
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import Forbidden, MissingPermission, NotFound, Problem
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.referrals import answering, queries, reading, sending, service, sources
from app.referrals.bases import StatutoryBasisUnfit
from app.referrals.content import CodeInText, ReferralIncomplete
from app.referrals.models import FLOW, Referral
from app.referrals.queries import visible_referrals
from app.referrals.road_schemas import ReferralRedirect
from app.referrals.schemas import (
    PreflightResult,
    ReferralCreate,
    ReferralEnd,
    ReferralMarkError,
    ReferralPage,
    ReferralRead,
    ReferralReject,
    ReferralReturn,
    ReferralSearch,
    ReferralsFound,
    ReferralStatus,
    ReferralUpdate,
)  # fmt: skip
from app.representatives.service import MANDATES
from app.security.permissions import Permission as P

router = room("Referrals", "/referrals")
Sender = Annotated[Actor, needs(P.REFERRAL_SEND)]
Reader = Annotated[Actor, needs(P.REFERRAL_READ)]
Decider = Annotated[Actor, needs(P.REFERRAL_DECIDE)]
Withdrawer = Annotated[Actor, needs(P.REFERRAL_WITHDRAW)]
GIVEN: tuple[type[Problem], ...] = (
    MissingPermission, NotFound, sources.NotYourOrganisation, sources.SourceNotYours, sources.OwnReferralOnly,
    sources.PersonGivenTwice, sources.PersonMissing, sources.SenderDescriptionMisplaced, sources.MeetingInFuture,
    sources.OrganiserUnclear, sources.OrganiserUnknown, sources.RepresentativeMisplaced, *MANDATES, CodeInText,
    PermissionTermsInvalid, RecipientUnknown, StatutoryBasisUnfit, CodeNotInForce,
)  # fmt: skip
MENDED = (
    PermissionTermsInvalid, RecipientUnknown, StatutoryBasisUnfit, CodeNotInForce, sources.PersonIsKnown,
    sources.MeetingInFuture, sources.OrganiserUnclear, sources.OrganiserUnknown,
)  # fmt: skip
CHANGES = (MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)


@router.post("/preflight", responses=problems(*GIVEN))
async def preflight_referral(actor: Sender, session: Session, at: Now, given: ReferralCreate) -> PreflightResult:
    """What is missing, your own open referrals of the person, who would take it, and by when. Nothing is written."""
    return await sending.preflight(session, actor, given, at)


@router.post("", status_code=201, responses=problems(*GIVEN, ReferralIncomplete, sending.AlreadyReferred))
async def create_referral(
    actor: Sender, session: Session, at: Now, once: OnceOnly, given: ReferralCreate
) -> ReferralRead:
    """Send a referral (or keep it as a draft). It lands with its first owner in the same moment."""

    async def work() -> ReferralRead:
        return await reading.show(session, actor, await sending.create(session, actor, given, at))

    return await once.run(ReferralRead, work)


@router.get("", responses=problems(MissingPermission, BadCursor))
async def list_referrals(
    actor: Reader,
    session: Session,
    paging: Paged,
    status: Annotated[ReferralStatus | None, Query(description="As it is shown to you.")] = None,
    client_id: Annotated[UUID | None, Query(alias="clientId", description="For teams.")] = None,
) -> ReferralPage:
    """What I sent, and what came to my teams; the newest first."""
    rows = visible_referrals(actor)
    if status is not None:
        rows = queries.with_status(rows, actor, status)
    if client_id is not None:
        rows = rows.where(queries.received_by(actor), Referral.client_id == client_id)
    found, after, count = await paging.run(session, rows, Referral.id, caller=actor.login_id)
    await used(session, "referrals", [(r.id, r.client_id) for r in found], action="search")
    return ReferralPage(items=await reading.summaries(session, actor, found), next_cursor=after, count=count)


@router.post("/search", responses=problems(MissingPermission, sources.OwnReferralOnly))
async def search_referrals(actor: Sender, session: Session, at: Now, given: ReferralSearch) -> ReferralsFound:
    """Your own organisation's open referrals of a person, by the whole identity code."""
    if actor.client_id is not None:
        raise sources.OwnReferralOnly()
    code = read_code(session, given.identity_code, "official", at)
    found = await queries.own_open(session, actor, session.info["vault"].index(code.value))
    await used(session, "referrals", [(r.id, r.client_id) for r in found] or [(None, None)], action="search")
    return ReferralsFound(items=await reading.summaries(session, actor, found))


@router.get("/{referral_id}", responses=problems(MissingPermission, NotFound))
async def get_referral(actor: Reader, session: Session, referral_id: UUID, response: Response) -> ReferralRead:
    referral = await one(session, visible_referrals(actor), referral_id)
    await used(session, "referrals", [(referral.id, referral.client_id)])
    stamp(response, referral.version)
    return await reading.show(session, actor, referral)


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    referral_id: UUID,
    verb: str,
    do: Callable[[Referral], Awaitable[None]],
) -> ReferralRead:
    """One verb on one referral: its side, its state, the version the caller knew; then done, once."""

    async def find() -> Referral:
        referral = await one(session, visible_referrals(actor), referral_id, lock=True)
        if FLOW.verbs[verb].side not in reading.sides(actor, referral):
            raise Forbidden()
        return referral

    async def checked(referral: Referral) -> None:
        finals = await queries.final_feedback(session, [referral.id])
        state = reading.state_for(actor, referral, finals.get(referral.id))
        FLOW.check(state, verb, reading.sides(actor, referral))
        await do(referral)

    return await once.change(ReferralRead, find, expected, lambda r: reading.show(session, actor, r), checked)


@router.patch("/{referral_id}", responses=problems(*CHANGES, CodeInText, *MENDED))
async def update_referral(
    actor: Sender,
    session: Session,
    at: Now,
    expected: IfMatch,
    referral_id: UUID,
    given: ReferralUpdate,
    response: Response,
) -> ReferralRead:
    """Mend a draft, or a referral returned for information; then submit it."""
    referral = await one(session, visible_referrals(actor), referral_id, lock=True)
    if "sender" not in reading.sides(actor, referral):
        raise Forbidden()
    await expected.check(referral, lambda: reading.show(session, actor, referral))
    await service.update(session, actor, referral, given, at)
    stamp(response, referral.version)
    return await reading.show(session, actor, referral)


@router.post(
    "/{referral_id}/submit",
    responses=problems(*CHANGES, ReferralIncomplete, StatutoryBasisUnfit, CodeNotInForce, *MANDATES),
)
async def submit_referral(
    actor: Sender, session: Session, at: Now, once: OnceOnly, expected: IfMatch, referral_id: UUID
) -> ReferralRead:
    """Send a draft, or send again what was returned."""
    return await change(
        session, actor, once, expected, referral_id, "submit", lambda r: service.submit_written(session, actor, r, at)
    )


@router.post("/{referral_id}/cancel", responses=problems(*CHANGES))
async def cancel_referral(
    actor: Sender, session: Session, at: Now, once: OnceOnly, expected: IfMatch, referral_id: UUID, given: ReferralEnd
) -> ReferralRead:
    """The sender takes it back, before it is taken on."""
    return await change(
        session,
        actor,
        once,
        expected,
        referral_id,
        "cancel",
        lambda r: answering.end(session, actor, r, "cancel", given.reason, at),
    )


@router.post("/{referral_id}/mark-entered-in-error", responses=problems(*CHANGES))
async def mark_referral_entered_in_error(
    actor: Sender,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    referral_id: UUID,
    given: ReferralMarkError,
) -> ReferralRead:
    """It should never have been written; it stays to be seen as such."""
    verb = "mark_entered_in_error"
    return await change(
        session,
        actor,
        once,
        expected,
        referral_id,
        verb,
        lambda r: answering.end(session, actor, r, verb, given.reason, at),
    )


@router.post("/{referral_id}/redirect", responses=problems(*CHANGES, answering.UnknownTeam, CodeInText, CodeNotInForce))
async def redirect_referral(
    actor: Decider,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    referral_id: UUID,
    given: ReferralRedirect,
) -> ReferralRead:
    """To another team of the area, for a coded reason: it gets its first owner there at once. The history keeps the
    chain."""
    return await change(
        session, actor, once, expected, referral_id, "redirect",
        lambda r: answering.redirect(session, actor, r, given, at),
    )  # fmt: skip


@router.post("/{referral_id}/return", responses=problems(*CHANGES, CodeInText, CodeNotInForce))
async def return_referral(
    actor: Decider,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    referral_id: UUID,
    given: ReferralReturn,
) -> ReferralRead:
    """Back to the sender with a coded reason and advice; they complete it and submit again."""
    return await change(
        session, actor, once, expected, referral_id, "return_for_info",
        lambda r: answering.return_for_info(session, actor, r, given.reason, given.advice, at),
    )  # fmt: skip


@router.post("/{referral_id}/reject", responses=problems(*CHANGES, CodeInText, CodeNotInForce))
async def reject_referral(
    actor: Decider,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    referral_id: UUID,
    given: ReferralReject,
) -> ReferralRead:
    """Not taken on: a coded reason, and advice where to turn. The sender gets this answer at once."""
    return await change(
        session, actor, once, expected, referral_id, "reject",
        lambda r: answering.reject(session, actor, r, given.reason, given.advice, at),
    )  # fmt: skip


@router.post("/{referral_id}/withdraw", responses=problems(*CHANGES))
async def withdraw_referral(
    actor: Withdrawer,
    session: Session,
    at: Now,
    once: OnceOnly,
    expected: IfMatch,
    referral_id: UUID,
    given: ReferralEnd,
) -> ReferralRead:
    """The client does not want it any more. The sender cannot read that from anything."""
    return await change(
        session,
        actor,
        once,
        expected,
        referral_id,
        "withdraw",
        lambda r: answering.end(session, actor, r, "withdraw", given.reason, at),
    )
