"""What of an invitation its reader sees: the organiser what was given and answered, the seat whom it is about."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.service import read_code
from app.kit.crypto import Vault
from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid, camel
from app.kit.queries import one
from app.meetings import queries
from app.meetings.invitation_models import MeetingInvitation
from app.meetings.invitation_schemas import InvitationRead, InvitationSummary
from app.meetings.models import INVITATION_FLOW
from app.meetings.moving import MeetingInThePast
from app.meetings.referring import MeetingNotHeld
from app.people.actor import Actor
from app.referrals.content_schemas import PersonGiven
from app.referrals.schemas import PersonShown

SEALED = {"table": "meeting_invitations", "column": "presented"}


class InvitationFollowed(Conflict):
    """What came of it is recorded once."""

    code = "invitation_followed"
    detail = Text(
        "Tapaamisen seuraus on jo kirjattu.",
        "Vad mötet ledde till är redan antecknat.",
        "What came of the meeting is recorded already.",
    )


def seal(session: AsyncSession, id: UUID, person: PersonGiven, at: datetime) -> bytes:
    """The person as given, encrypted. Raises the identity code problems."""
    vault: Vault = session.info["vault"]
    data = person.model_dump(mode="json")
    if person.identity_code is not None:
        try:
            code = read_code(session, person.identity_code, person.identity_use, at)
        except Invalid as problem:
            problem.errors = [{**error, "pointer": "/body/client/identityCode"} for error in problem.errors]
            raise
        data |= {"identity_code": code.value, "masked": code.masked}
    return vault.seal(json.dumps(data), **SEALED, row=id)


def person_of(session: AsyncSession, row: MeetingInvitation) -> PersonGiven | None:
    if row.presented is None:
        return None
    vault: Vault = session.info["vault"]
    data = json.loads(vault.open_text(row.presented, **SEALED, row=row.id))
    data.pop("masked", None)
    return PersonGiven.model_validate({camel(name): value for name, value in data.items()})


def person_shown(session: AsyncSession, row: MeetingInvitation) -> PersonShown | None:
    """The code masked."""
    if row.presented is None:
        return None
    vault: Vault = session.info["vault"]
    data = json.loads(vault.open_text(row.presented, **SEALED, row=row.id))
    names = PersonShown.model_fields.keys() - {"identity_code_masked"}
    return PersonShown(identity_code_masked=data.get("masked"), **{name: data.get(name) for name in names})


def holds(actor: Actor, row: MeetingInvitation) -> bool:
    return row.seat_id in {seat.seat_id for seat in actor.seats}


def sides(actor: Actor, row: MeetingInvitation) -> set[str]:
    """`team`: whoever is on the seat; `sender`: the organiser's house."""
    found = {"team"} if holds(actor, row) else set()
    return found | ({"sender"} if row.sender_organisation_id in actor.organisations else set())


async def show(session: AsyncSession, actor: Actor, row: MeetingInvitation) -> InvitationRead:
    """The organiser sees what the organiser gave, and the answer."""
    mine = sides(actor, row)
    house, sender = await queries.names_of_inviter(session, row)
    fields = {name: getattr(row, name) for name in InvitationRead.model_fields if hasattr(row, name)}
    if row.team_id not in actor.teams:
        fields |= {"followed": None, "referral_id": None}
    return InvitationRead(
        **fields,
        sender_organisation=house,
        sender_person=sender,
        client=person_shown(session, row) if mine else None,
        allowed_actions=INVITATION_FLOW.actions(
            row.state, actor, lambda verb: refused(row, verb, actor.at), sides=mine
        ),
    )


def refused(row: MeetingInvitation, verb: str, at: datetime) -> Conflict | Invalid | None:
    """Why a verb that its state allows is refused. Pure."""
    if verb in ("follow", "refer"):
        return MeetingNotHeld() if row.starts_at > at else InvitationFollowed() if row.followed is not None else None
    past = row.proposed_starts_at if verb == "agree" else row.starts_at if verb == "accept" else None
    return MeetingInThePast() if past is not None and past < at else None


async def summaries(session: AsyncSession, rows: list[MeetingInvitation]) -> list[InvitationSummary]:
    names = await queries.names_of_houses(session, {row.sender_organisation_id for row in rows})
    return [
        InvitationSummary(
            **{name: getattr(row, name) for name in InvitationSummary.model_fields if hasattr(row, name)},
            sender_organisation=names[row.sender_organisation_id],
        )
        for row in rows
    ]


async def found(session: AsyncSession, actor: Actor, id: UUID, *, lock: bool = False) -> MeetingInvitation:
    return await one(session, queries.visible_invitations(actor), id, lock=lock)
