"""Parts of the agenda and of the notes: who may write one, as which data, and for whom of those invited."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.consents import service as consents
from app.consents.consequences import Lacking
from app.consents.service import ConsentMissing
from app.kit.i18n import Text
from app.kit.problems import Forbidden, Invalid, Problem
from app.meetings import queries
from app.meetings.inviting import PURPOSE
from app.meetings.models import Meeting, MeetingNotePart
from app.meetings.part_models import MeetingAgendaPart
from app.meetings.part_schemas import AgendaPartGiven, NotePart, Shown
from app.meetings.rules import CLASSES, class_of, told
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals.content import refuse_codes
from app.teams.health import keep_health_out


class PartTwice(Invalid):
    code = "part_twice"
    detail = Text(
        "Samasta rekisteristä on enintään yksi osa.",
        "Av ett register finns högst en del.",
        "There is at most one part of a register.",
    )


class PartNotYours(Forbidden):
    """`registers` are those you may write in."""

    code = "part_not_yours"
    detail = Text(
        "Et voi kirjoittaa tähän rekisteriin. Voit kirjoittaa näihin: {registers}.",
        "Du kan inte skriva i detta register. Du kan skriva i: {registers}.",
        "You cannot write in this register. You can in: {registers}.",
    )


def not_yours(actor: Actor, field: str) -> PartNotYours:
    """Everybody who works for the team writes operational parts."""
    errors = [{"pointer": f"/body/{field}", "code": PartNotYours.code, "detail": PartNotYours.detail}]
    return PartNotYours(errors=errors, registers=sorted({"operational", *actor.context.registers} - {"none"}))


class PartClassUnfit(Invalid):
    """`dataClasses` are those that a part of the register may be."""

    code = "part_class_unfit"
    detail = Text(
        "Tämän rekisterin osa ei ole tätä tietoluokkaa: {data_classes}.",
        "En del av detta register är inte av denna dataklass: {data_classes}.",
        "A part of this register is not of this data class: {data_classes}.",
    )


class PresenterUnknown(Invalid):
    code = "presenter_unknown"
    detail = Text(
        "Esittelijä on kokoonkutsuja tai kutsuttu.",
        "Föredragande är sammankallaren eller en inbjuden.",
        "Who presents a part is the convener or somebody invited.",
    )


class RecipientNotInvited(Invalid):
    code = "recipient_not_invited"
    detail = Text(
        "Kutsu kumppani ensin (invite): osan voi osoittaa vain kutsutulle yhteistyökumppanille.",
        "Bjud in partnern först (invite): en del kan riktas bara till en inbjuden samarbetspartner.",
        "Invite the partner first (invite): a part is addressed only to partners who are invited.",
    )


class ParticipantNotPermitted(ConsentMissing):
    """The client permits no such data to these partners for meetings. Nothing was written, and what can be asked of the
    client is kept as work: the fields are those of `consent_missing`."""

    code = "participant_not_permitted"
    title = Text("Osallistuja ei saa tätä tietoa", "Deltagaren får inte denna uppgift", "Not for this participant")
    detail = Text(
        "Asiakkaan lupa ei kata tätä osaa näille osallistujille. Pyydä lupa, tai jätä osa heiltä pois.",
        "Klientens tillstånd omfattar inte denna del för dessa deltagare. Be om tillstånd, eller lämna dem utan delen.",
        "The client's permission does not cover this part for these participants. Ask for it, or leave them out of it.",
    )


async def check(
    session: AsyncSession,
    actor: Actor,
    meeting: Meeting,
    team_id: UUID,
    part: Shown,
    register: str,
    partners: Collection[UUID],
    pointer: str,
    at: datetime,
    *,
    notes: bool,
) -> str:
    """The data class of a part that may be written. `partners`: who is invited of other organisations.

    Raises `PartNotYours`, `NoHealthDataHere`, `PartClassUnfit`, `RecipientNotInvited`, `ParticipantNotPermitted`.
    """
    if register not in ("operational", *actor.context.registers):
        raise not_yours(actor, f"{pointer}/register")
    await keep_health_out(session, team_id, register)
    data_class = class_of(register, part.data_class)
    if data_class is None:
        problem = at_field(PartClassUnfit, f"{pointer}/dataClass")
        problem.extra["data_classes"] = list(CLASSES[register])
        raise problem
    if set(part.for_organisation_ids or ()) - set(partners):
        raise at_field(RecipientNotInvited, f"{pointer}/forOrganisationIds")
    classes = told(data_class, notes=notes)
    without = [
        organisation
        for organisation in part.for_organisation_ids or ()
        if not (await consents.ask(session, meeting.client_id, organisation, classes, PURPOSE, at)).permitted
    ]
    if without:
        raise await not_permitted(session, meeting, team_id, without, classes, at)
    return data_class


async def not_permitted(
    session: AsyncSession,
    meeting: Meeting,
    team_id: UUID,
    partners: Collection[UUID],
    classes: frozenset[str],
    at: datetime,
) -> ParticipantNotPermitted:
    """What to ask the client for, unless the client has said no."""
    rulings = {one: await consents.ask(session, meeting.client_id, one, classes, PURPOSE, at) for one in partners}
    no = sorted(one for one, ruling in rulings.items() if ruling.prohibited or ruling.refused)
    asked = tuple(sorted(set(partners) - set(no)))
    lacking = Lacking(meeting.client_id, asked, classes, PURPOSE, team_id, meeting.pathway_id, meeting.convener_id)
    return ParticipantNotPermitted(
        recipients=sorted(map(str, partners)),
        data_classes=sorted(classes),
        purpose=PURPOSE,
        refused=[str(one) for one in no],
        lacking=lacking if asked else None,
    )


async def add_agenda(
    session: AsyncSession,
    actor: Actor,
    meeting: Meeting,
    team_id: UUID,
    given: Sequence[AgendaPartGiven],
    at: datetime,
) -> None:
    """Raises what `check` does, and `PresenterUnknown`."""
    rows = await queries.invitations(session, meeting.id)
    people = {meeting.convener_id, *(row.person_id for row in rows)}
    partners = {row.organisation_id for row in rows} - {actor.area_id}
    for number, part in enumerate(given):
        pointer = f"agendaParts/{number}"
        refuse_codes(**{f"{pointer}/title": part.title})
        if part.presenter_id is not None and part.presenter_id not in people:
            raise at_field(PresenterUnknown, f"{pointer}/presenterId")
        data_class = await check(
            session, actor, meeting, team_id, part, part.data_register, partners, pointer, at, notes=False
        )
        session.add(
            MeetingAgendaPart(
                meeting_id=meeting.id,
                client_id=meeting.client_id,
                position=number,
                title=part.title,
                register=part.data_register,
                data_class=data_class,
                presenter_id=part.presenter_id,
                minutes=part.minutes,
                for_organisation_ids=part.for_organisation_ids,
            )
        )
    await session.flush()


async def add_notes(
    session: AsyncSession, actor: Actor, meeting: Meeting, team_id: UUID, given: Sequence[NotePart], at: datetime
) -> None:
    """Raises `PartTwice`, and what `check` does."""
    registers = [part.data_register for part in given]
    if len(set(registers)) < len(registers):
        raise at_field(PartTwice, "noteParts")
    rows = await queries.invitations(session, meeting.id)
    partners = {row.organisation_id for row in rows} - {actor.area_id}
    for number, part in enumerate(given):
        pointer = f"noteParts/{number}"
        refuse_codes(**{f"{pointer}/body": part.body})
        data_class = await check(
            session, actor, meeting, team_id, part, part.data_register, partners, pointer, at, notes=True
        )
        session.add(
            MeetingNotePart(
                meeting_id=meeting.id,
                client_id=meeting.client_id,
                register=part.data_register,
                body=part.body,
                author_id=actor.person_id,
                data_class=data_class,
                for_organisation_ids=part.for_organisation_ids,
            )
        )
    await session.flush()


REFUSALS: tuple[type[Problem], ...] = (
    PartNotYours,
    PartClassUnfit,
    RecipientNotInvited,
    ParticipantNotPermitted,
)
