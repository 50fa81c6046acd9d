"""A named consultation: asked with the client's permission, answered, declined, talked about, read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents.queries import lock_client
from app.consents.rules import Terms
from app.consultations import answering, queries, rules, telling
from app.consultations.models import FLOW, Consultation, ConsultationText, TextKind
from app.consultations.refusals import (
    AgreedInFuture,
    AnswerNotYours,
    AskerCannotRead,
    ConsultsOneself,
    NotAgreed,
    PartnerSeatVacant,
    QuestionNotYours,
    RedirectUnclear,
    RegisterUndeclared,
    SeatUnknown,
    ThreadFull,
)
from app.consultations.schemas import (
    ConsultationAnswer,
    ConsultationAsk,
    ConsultationDecline,
    ConsultationMessage,
)
from app.gaps import service as gaps
from app.kit.clock import civil_date
from app.kit.ownid import own_id
from app.outbox.events import append
from app.pathways import service as pathways
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.pathways.queries import ended
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals.content import refuse_codes
from app.teams.health import keep_health_out
from app.teams.service import PARTNER_SEATS
from app.work.service import InConflict

CONSULTATION_STEP = "physician_consultation"


def said(session: AsyncSession, kind: str, row: Consultation) -> None:
    append(session, kind, row, client=row.client_id, team=row.team_id)


async def ask(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: ConsultationAsk, at: datetime
) -> Consultation:
    """Ask a seat. Inside the area's own register a care relationship is enough, and the client has agreed; to another
    organisation, or where what is told (`dataClasses` as well as the register) lies in another register than the
    seat's, it takes a permission. A no of the client to the area stops a question to another of its teams.

    Raises `IllegalMove`, `NotAgreed`, `AgreedInFuture`, `SeatUnknown`, `ConsultsOneself`, `PartnerSeatVacant`,
    `InConflict`, `QuestionNotYours`, `RegisterUndeclared`, `NoHealthDataHere`, `ConsentMissing`, `CodeInText`,
    `UnacceptableId`.
    """
    PATHWAY_FLOW.check(pathway.state, "plan_meeting")
    today = civil_date(at)
    refuse_codes(question=given.question)
    if not given.agreed_with_client.agreed:
        raise at_field(NotAgreed, "agreedWithClient/agreed")
    if given.agreed_with_client.on > today:
        raise at_field(AgreedInFuture, "agreedWithClient/on")
    if given.data_register != "operational" and given.data_register not in actor.context.registers:
        raise QuestionNotYours(registers=sorted(actor.context.registers))
    if rules.undeclared(given.data_classes, given.data_register):
        raise at_field(RegisterUndeclared, "register")
    await keep_health_out(session, pathway.team_id, given.data_register)
    told = rules.told(given.data_classes, given.data_register)
    found = await queries.seat_of(session, given.seat_id, [actor.area_id])
    if found is None:
        raise at_field(SeatUnknown, "seatId")
    seat, team = found
    seated = await queries.seated(session, seat, actor.area_id, today)
    asked = rules.asked_of(seated, await queries.barred(session, pathway.client_id))
    assert actor.person_id is not None
    if asked is not None and asked.person_id == actor.person_id:
        raise at_field(ConsultsOneself, "seatId")
    if asked is None and seated:
        raise InConflict()
    if asked is None and seat.role in PARTNER_SEATS:
        raise PartnerSeatVacant()
    await lock_client(session, pathway.client_id, to_change=False)
    if closed := await ended(session, pathway.id, lock=True):
        raise closed
    organisation = asked.organisation_id if asked else actor.area_id
    if organisation == actor.area_id and "health" in rules.registers_told(told):
        await keep_health_out(session, team.id)
    roles = sorted(m.role for m in actor.memberships if m.organisation_id == m.area_id) or sorted(actor.roles)
    row = Consultation(
        id=own_id(given.id, at),
        client_id=pathway.client_id,
        pathway_id=pathway.id,
        team_id=pathway.team_id,
        asked_by_id=actor.person_id,
        asked_by_role=roles[0],
        seat_id=seat.id,
        seat_team_id=team.id,
        seat_role=seat.role,
        organisation_id=organisation,
        register=given.data_register,
        theme=given.theme,
        urgency=given.urgency,
        data_classes=sorted(told),
        gated=organisation != actor.area_id or rules.across(told, asked.register if asked else None),
        agreed_on=given.agreed_with_client.on,
        agreed_how=given.agreed_with_client.how,
    )
    basis = await telling.permitted(session, row, at, later=given.ask_later)
    session.add(row)
    await session.flush()
    write(session, actor, row, TextKind.QUESTION, row.register, given.question)
    await answering.open_asked(session, row, at)
    await go(session, actor, row, basis, at)
    return row


async def go(session: AsyncSession, actor: Actor, row: Consultation, basis: Terms | None, at: datetime) -> None:
    """To the seat, or to wait for the client's permission."""
    if basis is not None:
        await telling.tell(session, actor, row, basis, at)
    elif not row.gated:
        row.ask(None, at)
        await answering.open_work(session, row, at)
        said(session, "consultation.asked", row)
    else:
        await gaps.open_gaps(session, telling.lacking_of(row), row.team_id, row.asked_by_id, "missing", at)
        said(session, "consultation.waits", row)
    await session.flush()


def write(session: AsyncSession, actor: Actor, row: Consultation, kind: TextKind, register: str, body: str) -> None:
    assert actor.person_id is not None
    session.add(
        ConsultationText(
            consultation_id=row.id,
            client_id=row.client_id,
            kind=kind,
            register=register,
            body=body,
            author_id=actor.person_id,
        )
    )


def role_of(actor: Actor, row: Consultation) -> str:
    """The role in which somebody on the seat answers: that of the seat, or their own of that organisation."""
    mine = sorted(m.role for m in actor.memberships if m.organisation_id == row.organisation_id)
    return row.seat_role if row.seat_role in mine or not mine else mine[0]


async def answer(
    session: AsyncSession, actor: Actor, row: Consultation, given: ConsultationAnswer, at: datetime
) -> None:
    """Raises `IllegalMove`, `AnswerNotYours`, `AskerCannotRead`, `NoHealthDataHere`, `CodeInText`."""
    FLOW.check(row.state, "answer")
    refuse_codes(answer=given.answer)
    register = given.data_register
    if register != "operational" and register not in actor.context.registers:
        raise AnswerNotYours(registers=sorted(actor.context.registers))
    readers = await queries.registers_of(session, row.asked_by_id, civil_date(at))
    if not rules.readable(register, readers):
        raise AskerCannotRead(registers=sorted(readers - {"none", "operational"}))
    await keep_health_out(session, row.team_id, register)
    assert actor.person_id is not None
    row.answer(actor.person_id, role_of(actor, row), given.minutes, at)
    write(session, actor, row, TextKind.ANSWER, register, given.answer)
    await answering.close_work(session, row, at)
    said(session, "consultation.answered", row)
    await session.flush()
    await complete_step(session, actor, row, at)


async def complete_step(session: AsyncSession, actor: Actor, row: Consultation, at: datetime) -> None:
    """A physician's answer is the path's consultation with a physician. Who answers from another team does not see the
    path: then it is done when the answer was read."""
    if row.answered_by_role in rules.PHYSICIANS:
        await pathways.complete_step_of(session, actor, row.pathway_id, CONSULTATION_STEP, at)
        await session.flush()


async def decline(
    session: AsyncSession, actor: Actor, row: Consultation, given: ConsultationDecline, at: datetime
) -> None:
    """Raises `IllegalMove`, `RedirectUnclear`, `SeatUnknown`."""
    FLOW.check(row.state, "decline")
    if (given.reason == "another_seat_answers") is not (given.suggested_seat_id is not None):
        raise at_field(RedirectUnclear, "suggestedSeatId")
    if given.suggested_seat_id is not None:
        if given.suggested_seat_id == row.seat_id:
            raise at_field(RedirectUnclear, "suggestedSeatId")
        if await queries.seat_of(session, given.suggested_seat_id, actor.areas) is None:
            raise at_field(SeatUnknown, "suggestedSeatId")
    row.decline(given.reason, given.suggested_seat_id)
    await answering.close_work(session, row, at)
    said(session, "consultation.declined", row)
    await session.flush()


async def message(
    session: AsyncSession, actor: Actor, row: Consultation, given: ConsultationMessage, side: str, at: datetime
) -> None:
    """One more line, in the register of the question. Raises `IllegalMove`, `ThreadFull`, `CodeInText`, and of the
    asker `ConsentMissing` once the permission has ended: the seat would not see it."""
    verb, kind = ("follow_up", TextKind.ASKER_MESSAGE) if side == "asker" else ("reply", TextKind.CONSULTED_MESSAGE)
    FLOW.check(row.state, verb)
    refuse_codes(body=given.body)
    basis = None
    if side == "asker":
        basis = await telling.permitted(session, row, at, later=False)
    if await queries.written(session, row.id) >= rules.MOST_MESSAGES:
        raise ThreadFull()
    if basis is not None:
        # Told anew, on the permission of this day: a row of its own in the client's list of disclosures.
        await telling.disclosed(session, actor, row, basis, at)
    write(session, actor, row, kind, row.register, given.body)
    row.touch()
    said(session, "consultation.message", row)
    await session.flush()


async def ask_again(session: AsyncSession, actor: Actor, row: Consultation, at: datetime) -> None:
    """The permission as of now. Raises `IllegalMove`, `ConsentMissing`."""
    FLOW.check(row.state, "ask_again")
    basis = await telling.permitted(session, row, at, later=False)
    await go(session, actor, row, basis, at)


async def close(session: AsyncSession, actor: Actor, row: Consultation, at: datetime) -> None:
    """It was read. Raises `IllegalMove`."""
    assert actor.person_id is not None
    row.close(actor.person_id, at)
    await answering.close_asked(session, row, at)
    said(session, "consultation.closed", row)
    await session.flush()
    await complete_step(session, actor, row, at)


async def withdraw(session: AsyncSession, actor: Actor, row: Consultation, reason: str, at: datetime) -> None:
    """Raises `IllegalMove`."""
    assert actor.person_id is not None
    row.withdraw(actor.person_id, reason, at)
    await answering.close_work(session, row, at)
    await answering.close_asked(session, row, at)
    said(session, "consultation.withdrawn", row)
    await session.flush()
