"""Addresses of named consultations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response

from app.audit.trail import used
from app.consents.queries import lock_client
from app.consents.service import ConsentMissing
from app.consultations import queries, reading, service
from app.consultations import refusals as r
from app.consultations.models import UNSEEN, Consultation, ConsultationState
from app.consultations.schemas import (
    ConsultationAgain,
    ConsultationAnswer,
    ConsultationAsk,
    ConsultationClose,
    ConsultationDecline,
    ConsultationMessage,
    ConsultationPage,
    ConsultationRead,
    ConsultationWithdraw,
)
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import Expected, IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import Once, OnceOnly
from app.kit.ownid import IdTaken, UnacceptableId
from app.kit.pages import BadCursor, Paged
from app.kit.problems import Forbidden, MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways.queries import worked_pathways
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P
from app.teams.health import NoHealthDataHere
from app.work.service import InConflict

router = room("Consultations")
Reader = Annotated[Actor, needs(P.CONSULTATION_READ)]
Asker = Annotated[Actor, needs(P.CONSULTATION_ASK)]
Answerer = Annotated[Actor, needs(P.CONSULTATION_ANSWER)]
CHANGES = (MissingPermission, Forbidden, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed)
ASKED = (
    r.SeatUnknown, r.ConsultsOneself, r.NotAgreed, r.AgreedInFuture, r.PartnerSeatVacant, r.QuestionNotYours,
    r.RegisterUndeclared,
)  # fmt: skip


@router.post(
    "/pathways/{pathway_id}/consultations",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, IllegalMove, ConsentMissing, CodeInText, UnacceptableId, IdTaken, InConflict,
        NoHealthDataHere, *ASKED,
    ),
)  # fmt: skip
async def ask_consultation(
    actor: Asker, session: Session, at: Now, once: OnceOnly, pathway_id: UUID, given: ConsultationAsk
) -> ConsultationRead:
    """Ask whoever sits on a seat about the client (C-55), in another team too (C-37): they see the question, and
    nothing more of the client."""

    async def work() -> ConsultationRead:
        pathway = await one(session, worked_pathways(actor), pathway_id)
        return await reading.consultation(session, actor, await service.ask(session, actor, pathway, given, at))

    return await once.run(ConsultationRead, work)


@router.get("/consultations", responses=problems(MissingPermission, BadCursor))
async def list_consultations(
    actor: Reader,
    session: Session,
    paging: Paged,
    box: Annotated[
        Literal["asked_of_me", "asked_by_me"] | None, Query(description="Of my seats, or those I asked.")
    ] = None,
    pathway_id: Annotated[UUID | None, Query(alias="pathwayId")] = None,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
    state: ConsultationState | None = None,
) -> ConsultationPage:
    """Asked of my seats, and of my teams' clients (or mine); the latest first."""
    rows = queries.listed(actor, box, pathway_id, state, client_id)
    found, after, count = await paging.run(
        session, rows, Consultation.created_at, Consultation.id, caller=actor.login_id
    )
    await used(session, "consultations", [(row.id, row.client_id) for row in found], action="search")
    return ConsultationPage(items=await reading.summaries(session, actor, found), next_cursor=after, count=count)


@router.get("/consultations/{consultation_id}", responses=problems(MissingPermission, NotFound))
async def get_consultation(
    actor: Reader, session: Session, consultation_id: UUID, response: Response
) -> ConsultationRead:
    """One: the question, the answer, what was written after it, and what may be done with it now."""
    row = await one(session, queries.visible_consultations(actor), consultation_id)
    await used(session, "consultations", [(row.id, row.client_id)])
    stamp(response, row.version)
    return await reading.consultation(session, actor, row)


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    consultation_id: UUID,
    side: str,
    do: Callable[[Consultation], Awaitable[None]],
    *,
    discloses: bool = False,
) -> ConsultationRead:
    """One verb of the side that asks or that answers, once, on the version the caller knew."""

    async def find() -> Consultation:
        rows = queries.visible_consultations(actor)
        row = await one(session, rows, consultation_id)
        if side not in await reading.sides_of(session, actor, row):
            raise Forbidden()
        if discloses:
            await lock_client(session, row.client_id, to_change=False)
        await queries.lock_path(session, row.pathway_id)
        row = await one(session, rows, consultation_id, lock=True)
        if side == "consulted" and row.state in UNSEEN:
            raise NotFound()  # it was taken back meanwhile
        return row

    return await once.change(
        ConsultationRead, find, expected, lambda row: reading.consultation(session, actor, row), do, ask_again=True
    )


@router.post(
    "/consultations/{consultation_id}/answer",
    responses=problems(*CHANGES, CodeInText, NoHealthDataHere, r.AnswerNotYours, r.AskerCannotRead),
)
async def answer_consultation(
    actor: Answerer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, consultation_id: UUID,
    given: ConsultationAnswer,
) -> ConsultationRead:  # fmt: skip
    """By whoever sits on the seat today. A physician's answer does the path's consultation with a physician."""
    return await change(
        session, actor, once, expected, consultation_id, "consulted",
        lambda row: service.answer(session, actor, row, given, at),
    )  # fmt: skip


@router.post("/consultations/{consultation_id}/decline", responses=problems(*CHANGES, r.RedirectUnclear, r.SeatUnknown))
async def decline_consultation(
    actor: Answerer, session: Session, at: Now, once: OnceOnly, expected: IfMatch, consultation_id: UUID,
    given: ConsultationDecline,
) -> ConsultationRead:  # fmt: skip
    """Not here: why, and where else. Whoever asked decides what next."""
    return await change(
        session, actor, once, expected, consultation_id, "consulted",
        lambda row: service.decline(session, actor, row, given, at),
    )  # fmt: skip


@router.post("/consultations/{consultation_id}/reply", responses=problems(*CHANGES, CodeInText, r.ThreadFull))
async def reply_in_consultation(
    actor: Answerer, session: Session, once: OnceOnly, expected: IfMatch, consultation_id: UUID,
    given: ConsultationMessage,
) -> ConsultationRead:  # fmt: skip
    """A line of the consulted: to ask back, or to add."""
    return await change(
        session, actor, once, expected, consultation_id, "consulted",
        lambda row: service.message(session, actor, row, given, "consulted", actor.at),
    )  # fmt: skip


@router.post(
    "/consultations/{consultation_id}/follow-up", responses=problems(*CHANGES, CodeInText, r.ThreadFull, ConsentMissing)
)
async def follow_up_consultation(
    actor: Asker, session: Session, once: OnceOnly, expected: IfMatch, consultation_id: UUID,
    given: ConsultationMessage,
) -> ConsultationRead:  # fmt: skip
    """A line of whoever asked: to remind, or to ask on."""
    return await change(
        session, actor, once, expected, consultation_id, "asker",
        lambda row: service.message(session, actor, row, given, "asker", actor.at), discloses=True,
    )  # fmt: skip


@router.post("/consultations/{consultation_id}/ask-again", responses=problems(*CHANGES, ConsentMissing))
async def ask_consultation_again(
    actor: Asker, session: Session, at: Now, once: OnceOnly, expected: IfMatch, consultation_id: UUID,
    given: ConsultationAgain,
) -> ConsultationRead:  # fmt: skip
    """After its permission ended, or while it waits for one: the client permits it now."""
    return await change(
        session, actor, once, expected, consultation_id, "asker",
        lambda row: service.ask_again(session, actor, row, at), discloses=True,
    )  # fmt: skip


@router.post("/consultations/{consultation_id}/close", responses=problems(*CHANGES))
async def close_consultation(
    actor: Asker, session: Session, at: Now, once: OnceOnly, expected: IfMatch, consultation_id: UUID,
    given: ConsultationClose,
) -> ConsultationRead:  # fmt: skip
    """The answer, or that there is none, was read."""
    return await change(
        session, actor, once, expected, consultation_id, "asker", lambda row: service.close(session, actor, row, at)
    )


@router.post("/consultations/{consultation_id}/withdraw", responses=problems(*CHANGES))
async def withdraw_consultation(
    actor: Asker, session: Session, at: Now, once: OnceOnly, expected: IfMatch, consultation_id: UUID,
    given: ConsultationWithdraw,
) -> ConsultationRead:  # fmt: skip
    """Taken back before an answer: the seat sees it no more."""
    return await change(
        session, actor, once, expected, consultation_id, "asker",
        lambda row: service.withdraw(session, actor, row, given.reason, at),
    )  # fmt: skip
