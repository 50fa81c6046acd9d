"""Where a referral comes from: in whose name, of whom, and what it was agreed in. Every source of domain 1.3 (C-08)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients import service as clients
from app.clients.models import Client
from app.clients.queries import visible_clients
from app.consents.queries import unknown_organisations
from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.problems import Forbidden, Invalid, NotFound, camel
from app.kit.queries import one
from app.people.actor import Actor, Held
from app.people.periods import at_field
from app.referrals.content_schemas import MeetingHeld, PersonGiven
from app.referrals.schemas import ReferralCreate
from app.representatives.service import acting
from app.security.permissions import Permission, permissions_of

# As what the area's own people refer, by the role they do it in; a partner's source stands with its organisation.
# The code set has no source for therapists and governing roles: they are `other`, with the area as sender.
SOURCES: dict[str, tuple[str, ...]] = {
    "self": ("client",),
    "nurse": ("unemployed_health_nurse", "memory_nurse", "own_care_team", "typ_nurse"),
    "physician": (
        "physician_mental_substance_neuro", "physician_msk_somatic", "work_ability_physician",
        "rehab_unit_chief_physician",
    ),
    "coordinator": ("work_ability_coordinator",),
    "social_services_working_age": ("social_counsellor", "social_worker", "health_social_counsellor"),
    "mental_health": ("psychiatric_nurse", "mental_health_substance_unit"),
    "substance_services": ("substance_worker",),
    "disability_services": ("disability_services", "day_activity_instructor"),
    "occupational_health": ("occupational_physician", "occupational_nurse"),
    "employment_authority": ("employment_expert",),
    "municipal_employment_services": ("personal_employment_coach", "job_coach", "typ_professional"),
    "city_workshop": ("workshop_staff",),
    "kela": ("kela_work_ability_adviser",),
    "third_sector": ("third_sector_worker", "peer_coach", "experience_expert"),
    "other": (
        "physiotherapist", "occupational_therapist", "sports_coordinator", "service_provider", "team_lead",
        "supervisor", "responsible_worker", "referring_party", "client_developer", "convener", "dpo", "admin",
    ),
}  # fmt: skip
SOURCE_OF_ROLE: Mapping[str, str] = MappingProxyType({role: source for source, rs in SOURCES.items() for role in rs})


class NotYourOrganisation(Forbidden):
    code = "not_your_organisation"
    detail = Text(
        "Et lähetä sen organisaation puolesta.",
        "Du remitterar inte för den organisationen.",
        "You do not refer on behalf of that organisation.",
    )


class SourceNotYours(Forbidden):
    code = "source_not_yours"
    detail = Text(
        "Organisaatiosi lähettää omissa nimissään: jätä source pois.",
        "Din organisation remitterar i eget namn: lämna bort source.",
        "Your organisation refers in its own name: leave source out.",
    )


class OwnReferralOnly(Forbidden):
    """A client refers only themself: `POST /v1/referrals/own`."""

    code = "own_referral_only"
    detail = Text(
        "Omalla kirjautumisellasi voit hakeutua vain itse: POST /v1/referrals/own.",
        "Med din egen inloggning kan du bara söka dig själv: POST /v1/referrals/own.",
        "With your own login you can refer yourself only: POST /v1/referrals/own.",
    )


class PersonGivenTwice(Invalid):
    code = "person_given_twice"
    detail = Text(
        "Anna joko client tai clientId, ei molempia.",
        "Ange antingen client eller clientId, inte båda.",
        "Give either client or clientId, not both.",
    )


class PersonMissing(Invalid):
    code = "person_missing"
    detail = Text(
        "Kerro, kenestä on kyse: client tai oman tiimisi asiakkaasta clientId.",
        "Ange vem det gäller: client, eller clientId för en klient i ditt team.",
        "Say who it is about: client, or clientId for a client of your team.",
    )


class PersonIsKnown(Invalid):
    """The person was taken from the client's row: mend that row instead."""

    code = "person_is_known"
    detail = Text(
        "Henkilön tiedot tulivat asiakkaan omilta tiedoilta. Jätä client pois ja korjaa ne siellä.",
        "Personuppgifterna kom från klientens egna uppgifter. Lämna bort client och rätta dem där.",
        "The person's details came from the client's own row. Leave client out, and mend them there.",
    )


class SenderDescriptionMisplaced(Invalid):
    """Only a team writes down an unknown sender, and only with the source `other`."""

    code = "sender_description_misplaced"
    detail = Text(
        "Tuntemattoman lähettäjän kuvaa vain tiimi, ja lähde on silloin other.",
        "En okänd remittent beskrivs bara av ett team, och källan är då other.",
        "An unknown sender is described by a team only, and the source is then other.",
    )


class RepresentativeMisplaced(Invalid):
    """A representative refers a client whom the team knows, in the client's name: `clientId`, source `self`."""

    code = "representative_misplaced"
    detail = Text(
        "Edustaja toimii tunnetun asiakkaan puolesta: anna clientId, ja lähde on self.",
        "En företrädare handlar för en känd klient: ange clientId, och källan är self.",
        "A representative acts for a known client: give clientId, and the source is self.",
    )


class MeetingInFuture(Invalid):
    code = "meeting_in_future"
    detail = Text(
        "Tapaamista ei ole vielä pidetty. Tarkista päivä.",
        "Mötet har inte hållits ännu. Kontrollera dagen.",
        "The meeting has not been held yet. Check the day.",
    )


class OrganiserUnclear(Invalid):
    code = "organiser_unclear"
    detail = Text(
        "Kerro, kuka tapaamisen järjesti: organisationId tai organisedBy, ei molempia.",
        "Ange vem som ordnade mötet: organisationId eller organisedBy, inte båda.",
        "Say who organised the meeting: organisationId or organisedBy, not both.",
    )


class OrganiserUnknown(Invalid):
    code = "organiser_unknown"
    detail = Text(
        "Järjestäjä ei ole alueen organisaatio. Kerro se sanoin: organisedBy.",
        "Arrangören är ingen organisation i området. Ange den i ord: organisedBy.",
        "The organiser is no organisation of the area. Say it in words: organisedBy.",
    )


@dataclass(frozen=True)
class Origin:
    """In whose name, and out of what. `client_id` is of a client whose row the person was taken from; `own` says that
    the client sends it alone. `team_id` names the receiver."""

    area_id: UUID
    source: str
    organisation_id: UUID | None
    person_id: UUID | None
    description: str | None = None
    client_id: UUID | None = None
    team_id: UUID | None = None
    meeting_id: UUID | None = None
    pathway_id: UUID | None = None
    step_id: UUID | None = None
    question_id: UUID | None = None
    own: bool = False
    representative_id: UUID | None = None


def membership(actor: Actor, wanted: UUID | None = None) -> Held:
    """The membership that one sends by: in the wanted organisation, in a role that refers. `NotYourOrganisation`."""
    if actor.client_id is not None:
        raise OwnReferralOnly()
    for held in actor.memberships:
        sends = Permission.REFERRAL_SEND in permissions_of(frozenset({held.role}))
        if sends and wanted in (None, held.organisation_id):
            return held
    raise NotYourOrganisation()


def source_of(held: Held) -> str:
    """The organisation's for a partner, the role's for the area's own people."""
    return SOURCE_OF_ROLE[held.role] if held.organisation_id == held.area_id else held.source or "other"


def works_in_a_team(actor: Actor, held: Held) -> bool:
    """A team writes down what others said (a call, a letter): its people may name another source."""
    return held.organisation_id == held.area_id and bool(actor.teams)


def sender_of(actor: Actor, given: ReferralCreate) -> tuple[Held, str]:
    """The membership and the source. Raises `SourceNotYours`, `SenderDescriptionMisplaced`,
    `RepresentativeMisplaced`."""
    held = membership(actor, given.sender_organisation_id)
    own, named, in_team = source_of(held), given.source, works_in_a_team(actor, held)
    if given.sender_description is not None:
        if not in_team or named not in (None, "other"):
            raise at_field(SenderDescriptionMisplaced, "senderDescription")
        return held, "other"
    if given.representative_id is not None:
        if given.client_id is None or not in_team or named not in (None, "self"):
            raise at_field(RepresentativeMisplaced, "representativeId")
        return held, "self"
    if named in (None, own):
        return held, own
    if in_team or (named == "joint_meeting" and given.meeting_held is not None):
        return held, str(named)
    raise SourceNotYours()


async def origin_of(
    session: AsyncSession, actor: Actor, given: ReferralCreate, at: datetime
) -> tuple[Origin, PersonGiven]:
    """Of a referral by an organisation's people. Raises what `sender_of` does, `PersonGivenTwice`, `PersonMissing`,
    `NotFound` for a client who is not of the caller's teams, and what `representatives.acting` does."""
    held, source = sender_of(actor, given)
    if given.client is not None and given.client_id is not None:
        raise at_field(PersonGivenTwice, "clientId")
    person = given.client
    if given.client_id is not None:
        if not works_in_a_team(actor, held):
            raise NotFound()
        client = await one(session, visible_clients(actor), given.client_id)
        if given.representative_id is not None:
            await acting(session, client.id, given.representative_id, "refer", at)
        person = await known_person(session, client)
    if person is None:
        raise at_field(PersonMissing, "client")
    nobody = source == "self" or given.sender_description is not None
    origin = Origin(
        area_id=held.area_id,
        source=source,
        organisation_id=None if nobody else held.organisation_id,
        person_id=actor.person_id,
        description=given.sender_description,
        client_id=given.client_id,
        representative_id=given.representative_id,
    )
    return origin, person


async def known_person(session: AsyncSession, client: Client, **over: Any) -> PersonGiven:
    """The person as the area knows them, for a referral that is not to be typed again (C-57)."""
    shared = PersonGiven.model_fields.keys() - {"identity_code", "identity_use"}
    fields = {name: getattr(client, name) for name in shared}
    try:
        code = await clients.reveal(session, client)
        fields |= {"identity_code": code.identity_code, "identity_use": code.use}
    except NotFound:
        pass
    fields |= {name: value for name, value in over.items() if value is not None}
    return PersonGiven.model_validate({camel(name): value for name, value in fields.items()})


async def check_meeting(session: AsyncSession, area_id: UUID, held: MeetingHeld | None, at: datetime) -> None:
    """A meeting elsewhere lies behind, and has one organiser. Raises `MeetingInFuture`, `OrganiserUnclear`,
    `OrganiserUnknown`."""
    if held is None:
        return
    if held.held_on > civil_date(at):
        raise at_field(MeetingInFuture, "meetingHeld/heldOn")
    if (held.organisation_id is None) == (held.organised_by is None):
        raise at_field(OrganiserUnclear, "meetingHeld/organisedBy")
    if held.organisation_id is not None and await unknown_organisations(session, area_id, [held.organisation_id]):
        raise at_field(OrganiserUnknown, "meetingHeld/organisationId")
