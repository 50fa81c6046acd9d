"""Asking for old records, reminding, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.attachments.service import own_register
from app.clients.protecting import blot
from app.consents import service as consents
from app.consents.service import ConsentMissing
from app.kit.clock import civil_date
from app.kit.codesets import codeset
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Invalid
from app.outbox.events import append
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.people.actor import Actor
from app.records import queries, rules
from app.records.models import FLOW, OPEN, RecordRequest
from app.records.schemas import RecordRequestArrival, RecordRequestCreate, RecordRequestRead, RecordRequestSummary
from app.referrals.content import refuse_codes
from app.teams.health import keep_health_out

TOLD = frozenset({"participation"})
PURPOSE = "work_ability_assessment"
ANYBODY = UUID(int=0)  # no organisation: a holder who is only words, about whom a no to everybody still counts


class HolderUnclear(Invalid):
    code = "holder_unclear"
    detail = Text(
        "Nimeä yksi säilyttäjä: joko holderOrganisationId tai holderName.",
        "Ange en innehavare: antingen holderOrganisationId eller holderName.",
        "Name one holder: either holderOrganisationId or holderName.",
    )


class HolderUnknown(Invalid):
    code = "holder_unknown"
    detail = Text(
        "Säilyttäjä ei ole alueen organisaatio. Kirjoita se sanoin: holderName.",
        "Innehavaren är inte en organisation i området. Skriv den med ord: holderName.",
        "The holder is no organisation that works with the area. Write it in words: holderName.",
    )


class DateNotPossible(Invalid):
    """What is due is not due before today, and what has arrived did not arrive after it or before it was asked."""

    code = "date_not_possible"
    detail = Text(
        "Eräpäivä on aikaisintaan tänään, ja saapumispäivä pyynnön ja tämän päivän välillä.",
        "Sista dagen är tidigast i dag, och ankomstdagen mellan begäran och i dag.",
        "A due date is today at the earliest, and an arrival between the request and today.",
    )


class AttachmentUnfit(Invalid):
    """Each must be a document of the same path, with its content, that you may read."""

    code = "attachment_unfit"
    detail = Text(
        "Liitä saman polun asiakirjoja, joiden sisältö on jo lähetetty.",
        "Foga handlingar av samma stig vars innehåll redan har sänts.",
        "Name documents of the same path whose content has been sent.",
    )


def refusal(problem: type[Invalid], field: str) -> Invalid:
    return problem(errors=[{"pointer": f"/body/{field}", "code": problem.code, "detail": problem.detail}])


def due(given: date | None, today: date) -> date:
    """Raises `DateNotPossible`."""
    if given is not None and given < today:
        raise refusal(DateNotPossible, "dueOn")
    return given or rules.default_due(today)


async def ask(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: RecordRequestCreate, at: datetime
) -> RecordRequest:
    """Write down that it was asked. Raises `ConsentMissing` where asking would tell what may not be told."""
    PATHWAY_FLOW.check(pathway.state, "update")
    refuse_codes(holderName=given.holder_name, note=given.note)
    if (given.holder_organisation_id is None) == (given.holder_name is None):
        raise refusal(HolderUnclear, "holderName")
    register = own_register(actor, given.data_register)
    await keep_health_out(session, pathway.team_id, register)
    holder = given.holder_organisation_id
    if holder is not None and not await queries.area_organisation(session, actor.area_id, holder):
        raise refusal(HolderUnknown, "holderOrganisationId")
    request = RecordRequest(
        id=own_id(given.id, at),
        client_id=pathway.client_id,
        pathway_id=pathway.id,
        team_id=pathway.team_id,
        what=given.what,
        register=register,
        holder_organisation_id=holder,
        holder_name=given.holder_name,
        channel=given.channel,
        basis=given.basis,
        note=given.note,
        requested_by_id=actor.person_id,
        requested_at=at,
        due_on=due(given.due_on, civil_date(at)),
    )
    session.add(request)
    await session.flush()
    await tell(session, actor, request, at)
    happened(session, "record_request.made", request)
    await session.flush()
    return request


async def tell(session: AsyncSession, actor: Actor, request: RecordRequest, at: datetime) -> None:
    """Whoever is asked learns that the person is a client: that is told on the client's permission or on a statute,
    and never against a prohibition. A holder in words has no permission to look up; a no to everybody counts."""
    asks, holder = codeset("record_basis")[request.basis].facts["asks"], request.holder_organisation_id
    if asks == "nothing" or holder == actor.area_id:
        return
    ruling = await consents.ask(session, request.client_id, holder or ANYBODY, TOLD, PURPOSE, at)
    needed = asks == "permission"
    if ruling.prohibited or (needed and ruling.refused) or (needed and holder is not None and not ruling.permitted):
        if holder is None:
            raise ConsentMissing(recipients=[], data_classes=sorted(TOLD), purpose=PURPOSE)
        raise consents.lacking(
            request.client_id, ruling, holder, TOLD, PURPOSE,
            team_id=request.team_id, pathway_id=request.pathway_id, missing=TOLD,
        )  # fmt: skip
    if holder is None:
        return
    disclosure = await consents.disclose(
        session,
        actor,
        client_id=request.client_id,
        recipient_id=holder,
        data_classes=TOLD,
        purpose=PURPOSE,
        basis=ruling.basis if needed else None,
        subject_type="record_requests",
        subject_id=request.id,
        at=at,
        statute=None if needed else "statutory_right_to_information",
    )
    request.disclosure_id = disclosure.id


async def remind(
    session: AsyncSession, actor: Actor, request: RecordRequest, due_on: date | None, at: datetime
) -> None:
    """Asked once more, which tells once more."""
    FLOW.check(request.state, "remind")
    new_due = due(due_on, civil_date(at))
    await tell(session, actor, request, at)
    request.remind(new_due, at)
    happened(session, "record_request.reminded", request)
    await session.flush()


async def arrived(
    session: AsyncSession, actor: Actor, request: RecordRequest, given: RecordRequestArrival, at: datetime
) -> None:
    FLOW.check(request.state, "record_arrival")
    today = civil_date(at)
    on = given.arrived_on or today
    if not civil_date(request.requested_at) <= on <= today:
        raise refusal(DateNotPossible, "arrivedOn")
    ids = list(dict.fromkeys(given.attachment_ids))
    if await queries.unfit_attachments(session, actor, request.pathway_id, ids):
        raise refusal(AttachmentUnfit, "attachmentIds")
    request.end("record_arrival", actor.person_id, at)
    request.arrived_on, request.attachment_ids = on, ids
    happened(session, "record_request.arrived", request)
    await session.flush()


async def not_available(
    session: AsyncSession, actor: Actor, request: RecordRequest, because: str, at: datetime
) -> None:
    FLOW.check(request.state, "mark_not_available")
    request.end("mark_not_available", actor.person_id, at)
    request.not_available_because = because
    happened(session, "record_request.not_available", request)
    await session.flush()


async def cancel(session: AsyncSession, actor: Actor, request: RecordRequest, reason: str, at: datetime) -> None:
    FLOW.check(request.state, "cancel")
    refuse_codes(reason=reason)
    request.end("cancel", actor.person_id, at)
    request.ended_reason = reason
    happened(session, "record_request.cancelled", request)
    await session.flush()


def happened(session: AsyncSession, kind: str, request: RecordRequest) -> None:
    told = request.disclosure_id if kind in ("record_request.made", "record_request.reminded") else None
    append(session, kind, request, client=request.client_id, team=request.team_id, disclosure=told)


def is_overdue(actor: Actor, request: RecordRequest) -> bool:
    return rules.is_overdue(request.state in OPEN, request.due_on, civil_date(actor.at))


async def show(session: AsyncSession, actor: Actor, request: RecordRequest) -> RecordRequestRead:
    fields = {n: getattr(request, n) for n in RecordRequestRead.model_fields if hasattr(request, n)}
    sides = {"team"} if request.team_id in actor.teams else set()
    shown = RecordRequestRead(
        **fields,
        register=request.register,
        overdue=is_overdue(actor, request),
        allowed_actions=FLOW.actions(request.state, actor, sides=sides),
    )
    await blot(session, actor, [(request.client_id, shown)], "holder_name", "note", "ended_reason")
    return shown


async def summaries(
    session: AsyncSession, actor: Actor, requests: Sequence[RecordRequest]
) -> list[RecordRequestSummary]:
    """Rows of a list, in one statement more."""
    shown = [(request.client_id, summary(actor, request)) for request in requests]
    await blot(session, actor, shown, "holder_name")
    return [row for _, row in shown]


def summary(actor: Actor, request: RecordRequest) -> RecordRequestSummary:
    fields = {n: getattr(request, n) for n in RecordRequestSummary.model_fields if hasattr(request, n)}
    return RecordRequestSummary(**fields, register=request.register, overdue=is_overdue(actor, request))
