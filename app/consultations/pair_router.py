"""Addresses of pair work."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.audit.trail import used
from app.consents.service import ConsentMissing
from app.consultations import pairing, queries, reading
from app.consultations import refusals as r
from app.consultations.models import PairWork
from app.consultations.schemas import PairWorkError, PairWorkPage, PairWorkRead, PairWorkRecord
from app.kit.clock import Now
from app.kit.db import Session
from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired, stamp
from app.kit.flow import IllegalMove
from app.kit.once import OnceOnly
from app.kit.pages import BadCursor, Paged
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.pathways.queries import worked_pathways
from app.people.actor import Actor, needs
from app.referrals.content import CodeInText
from app.security.permissions import Permission as P

router = room("Consultations")
Reader = Annotated[Actor, needs(P.CONSULTATION_READ)]
Worker = Annotated[Actor, needs(P.CONSULTATION_ASK)]


@router.post(
    "/teams/{team_id}/pair-work",
    status_code=201,
    responses=problems(
        MissingPermission, NotFound, ConsentMissing, r.DoneInFuture, r.CounterpartUnknown, r.ClientNotMeant
    ),
)
async def record_pair_work(
    actor: Worker, session: Session, at: Now, once: OnceOnly, team_id: UUID, given: PairWorkRecord
) -> PairWorkRead:
    """Done together with another role or organisation (C-28): counted by counterpart, in the name of one's own team."""

    async def work() -> PairWorkRead:
        pathway = None
        if team_id not in actor.teams:
            raise NotFound()
        if given.pathway_id is not None:
            pathway = await one(session, worked_pathways(actor), given.pathway_id)
            if pathway.team_id != team_id:
                raise NotFound()
        return reading.pair_work(actor, await pairing.record(session, actor, team_id, pathway, given, at))

    return await once.run(PairWorkRead, work)


@router.get("/pair-work", responses=problems(MissingPermission, BadCursor))
async def list_pair_work(
    actor: Reader,
    session: Session,
    paging: Paged,
    team_id: Annotated[UUID | None, Query(alias="teamId")] = None,
    pathway_id: Annotated[UUID | None, Query(alias="pathwayId")] = None,
) -> PairWorkPage:
    """Of my teams, or of one path; the latest first."""
    rows = queries.listed_pair_work(actor, team_id, pathway_id)
    found, after, count = await paging.run(session, rows, PairWork.done_on, PairWork.id, caller=actor.login_id)
    await used(session, "pair_work", [(row.id, row.client_id) for row in found], action="search")
    return PairWorkPage(items=[reading.pair_work(actor, row) for row in found], next_cursor=after, count=count)


@router.get("/pair-work/{pair_work_id}", responses=problems(MissingPermission, NotFound))
async def get_pair_work(actor: Reader, session: Session, pair_work_id: UUID, response: Response) -> PairWorkRead:
    row = await one(session, queries.visible_pair_work(actor), pair_work_id)
    await used(session, "pair_work", [(row.id, row.client_id)])
    stamp(response, row.version)
    return reading.pair_work(actor, row)


@router.post(
    "/pair-work/{pair_work_id}/mark-entered-in-error",
    responses=problems(
        MissingPermission, NotFound, IllegalMove, PreconditionRequired, PreconditionFailed, CodeInText,
        r.PairWorkNotYours,
    ),
)  # fmt: skip
async def mark_pair_work_in_error(
    actor: Worker, session: Session, once: OnceOnly, expected: IfMatch, pair_work_id: UUID, given: PairWorkError
) -> PairWorkRead:
    """It was not so: kept with the reason, and not counted."""

    async def find() -> PairWork:
        return await one(session, queries.visible_pair_work(actor), pair_work_id, lock=True)

    async def show(row: PairWork) -> PairWorkRead:
        return reading.pair_work(actor, row)

    return await once.change(
        PairWorkRead, find, expected, show,
        lambda row: pairing.mark_entered_in_error(session, actor, row, given.reason),
    )  # fmt: skip
