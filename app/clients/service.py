"""What can happen to a client's row, and how it is shown to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.protection import Need, conceals
from app.clients import queries
from app.clients.consequences import keep_away
from app.clients.identity import IdentityCode, parse
from app.clients.models import Client, ClientIdentifier
from app.clients.protecting import ProtectionNotYours, hidden_of
from app.clients.schemas import (
    ClientCreate,
    ClientRead,
    ClientSearch,
    ClientSummary,
    ClientUpdate,
    IdentityCodeRevealed,
)  # fmt: skip
from app.kit.clock import civil_date
from app.kit.crypto import Vault
from app.kit.db import Receiving
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Conflict, Forbidden, Invalid, NotFound
from app.outbox.events import append
from app.people.actor import Actor
from app.work import queries as work_queries
from app.work import service as work

# What a receiver of a referral does not give, and a professional who takes the client on may.
AGREED = (
    "protected", "own_care_team", "preferred_channel", "preferred_times", "interpreter_language", "leave_no_messages",
    "send_no_letters",
)  # fmt: skip


class NothingToSearch(Invalid):
    code = "nothing_to_search"
    detail = Text(
        "Anna henkilötunnus tai sukunimen alku.",
        "Ange personbeteckning eller början av efternamnet.",
        "Give an identity code, or the beginning of a family name.",
    )


class NotYourTeam(Forbidden):
    code = "not_your_team"
    detail = Text(
        "Et toimi siinä tiimissä, jonka nimesit.",
        "Du arbetar inte i det team du angav.",
        "You do not work in the team you named.",
    )


class ClientExists(Conflict):
    """Your team has this client already: `clientId`."""

    code = "client_exists"
    detail = Text(
        "Tiimilläsi on jo tämä asiakas. Käytä olemassa olevaa.",
        "Ditt team har redan klienten. Använd den befintliga.",
        "Your team has this client already. Use that one.",
    )
    constraints = ("uq_client_identifiers_area_code",)


class ClientDiffers(Conflict):
    """The code belongs to somebody of another family name in the area."""

    code = "client_differs"
    detail = Text(
        "Henkilötunnuksella on alueella toinen sukunimi. Tarkista tunnus ja nimi asiakkaalta.",
        "Personbeteckningen har ett annat efternamn i området. Kontrollera beteckningen och namnet med klienten.",
        "The area knows the code by another family name. Check code and name with the client.",
    )


class ClientInCare(Conflict):
    """Work about the client is open: a row in use is not an error to be hidden."""

    code = "client_in_care"
    detail = Text(
        "Asiakkaasta on avointa työtä. Päätä se ensin.",
        "Det finns öppet arbete om klienten. Avsluta det först.",
        "There is open work about the client. End it first.",
    )


def read_code(session: AsyncSession, text: str, use: Literal["official", "temp"], at: datetime) -> IdentityCode:
    """A code from the wire, by the rules of this installation. Raises `Invalid` subclasses, never repeating it."""
    mode = session.info["settings"].mode
    try:
        return parse(text, mode=mode, use=use, born_by=civil_date(at))
    except Invalid as problem:
        problem.errors = [{"pointer": "/body/identityCode", "code": problem.code, "detail": problem.detail}]
        raise


@dataclass(frozen=True)
class Presented:
    """A person as somebody gave them: what a match starts from."""

    code: IdentityCode | None
    use: str
    given_name: str
    family_name: str
    birth_date: date | None
    municipality: str | None
    phone: str | None
    email: str | None
    address: str | None
    language: str
    interpreter_needed: bool
    status: str


async def match_or_make(session: AsyncSession, area_id: UUID, given: Presented, id: UUID) -> Client:
    """The area's client of this code, or a new one. Only inside a receiver: the finding is not for the sender.

    A known client's row is not overwritten by what somebody else says; without a code nobody is matched.
    """
    vault: Vault = session.info["vault"]
    if given.code is not None:
        blind_index = vault.index(given.code.value)
        await queries.lock_code(session, blind_index)
        found = await queries.by_code(session, area_id, blind_index)
        if found is not None:
            return found
    client = Client(
        id=id,
        area_id=area_id,
        given_name=given.given_name,
        family_name=given.family_name,
        birth_date=given.birth_date or (given.code.birth_date if given.code else None),
        municipality=given.municipality,
        phone=given.phone,
        email=given.email,
        address=given.address,
        language=given.language,
        interpreter_needed=given.interpreter_needed,
        status=given.status,
    )
    session.add(client)
    await session.flush()
    if given.code is not None:
        identifier = ClientIdentifier(
            client_id=client.id,
            area_id=area_id,
            use=given.use,
            sealed=b"",
            blind_index=vault.index(given.code.value),
            masked=given.code.masked,
        )
        identifier.sealed = vault.seal(given.code.value, table="client_identifiers", column="sealed", row=identifier.id)
        session.add(identifier)
        await session.flush()
    return client


async def register(session: AsyncSession, actor: Actor, given: ClientCreate, at: datetime) -> Client:
    """Take a client on without a referral (for instance on the phone). Raises `NotYourTeam`, `ClientExists`."""
    seat = next((s for s in actor.seats if s.team_id == given.team_id), None)
    if given.team_id not in actor.teams or seat is None:
        raise NotYourTeam()
    code = None
    if given.identity_code is not None:
        code = read_code(session, given.identity_code, given.identity_use, at)
    presented = Presented(
        code=code,
        use=given.identity_use,
        **given.model_dump(
            include={
                "given_name", "family_name", "birth_date", "municipality", "phone", "email", "address", "language",
                "interpreter_needed", "status",
            }
        ),
    )  # fmt: skip
    id = own_id(given.id, at)
    async with Receiving(session, team=given.team_id, area=seat.area_id):
        session.info["basis"] = "registered_by_code" if code else "registered"
        client = await match_or_make(session, seat.area_id, presented, id)
        if client.family_name.casefold() != given.family_name.casefold():
            raise ClientDiffers()
        if await work_queries.involved(session, client.id, given.team_id):
            raise ClientExists(client_id=str(client.id))
        if client.id == id:
            for name in AGREED:
                setattr(client, name, getattr(given, name))
        await work.involve(session, client.id, given.team_id, at, basis="registered")
    session.info.pop("basis")
    append(session, "client.registered", client, client=client.id, team=given.team_id)
    return client


async def update(session: AsyncSession, actor: Actor, client: Client, given: ClientUpdate) -> None:
    """Work about the client that somebody newly kept away holds does not stay with them.

    Raises `ProtectionNotYours`: what is hidden from somebody is not theirs to change, nor is the protection.
    """
    hidden = hidden_of(actor, client.protected)
    if hidden and given.model_fields_set & {*hidden, "protected"}:
        raise ProtectionNotYours()
    before = frozenset(client.conflict_person_ids)
    given.apply_to(client)
    append(session, "client.updated", client, client=client.id)
    await session.flush()
    await keep_away(session, actor, client, frozenset(client.conflict_person_ids) - before)


async def mark_entered_in_error(session: AsyncSession, client: Client, reason: str) -> None:
    """The row stays; it is shown to nobody any more but the client, and its code is free for the right row.

    Raises `ClientInCare` while any work about the client is open.
    """
    if await work_queries.has_open(session, client.id):
        raise ClientInCare()
    client.entered_in_error_reason = reason
    for identifier in await queries.all_identifiers(session, client.id):
        identifier.use = "old"
    await session.flush()


def searched(session: AsyncSession, actor: Actor, given: ClientSearch, at: datetime) -> Select[Client]:
    """Clients of the caller's teams that fit; nobody else's, however exact the code. Raises `NothingToSearch`."""
    rows = queries.visible_clients(actor)
    if given.identity_code is not None:
        vault: Vault = session.info["vault"]
        try:
            code = read_code(session, given.identity_code, "official", at)
        except Invalid as problem:
            if problem.code != "identity_code_test_in_production":
                raise
            code = read_code(session, given.identity_code, "temp", at)
        rows = queries.coded(rows, vault.index(code.value))
    elif given.family_name is None:
        raise NothingToSearch()
    return queries.named(rows, given.family_name, given.birth_date)


async def reveal(session: AsyncSession, client: Client) -> IdentityCodeRevealed:
    """The whole code. Raises `NotFound` when the client has none. The caller logs it."""
    identifier = (await queries.identifiers(session, [client.id])).get(client.id)
    if identifier is None:
        raise NotFound()
    vault: Vault = session.info["vault"]
    plain = vault.open_text(identifier.sealed, table="client_identifiers", column="sealed", row=identifier.id)
    return IdentityCodeRevealed(identity_code=plain, use=identifier.use)


def hides(actor: Actor, protected: bool, need: Need = "reach") -> bool:
    """Whether the details of a client of this protection that serve this need are hidden from the caller."""
    return conceals(actor.roles, protected, need)


async def show(session: AsyncSession, actor: Actor, client: Client) -> ClientRead:
    """As this caller may see it: a protected identity hides the contact details from most."""
    identifier = (await queries.identifiers(session, [client.id])).get(client.id)
    hidden = hidden_of(actor, client.protected)
    fields = {name: getattr(client, name) for name in ClientRead.model_fields if hasattr(client, name)}
    fields |= dict.fromkeys(hidden)
    return ClientRead(
        **fields,
        identity_code_masked=identifier.masked if identifier else None,
        identity_use=identifier.use if identifier else None,
        contact_hidden=bool(hidden),
    )


async def summaries(session: AsyncSession, clients: Sequence[Client]) -> list[ClientSummary]:
    """List rows; codes masked."""
    codes = await queries.identifiers(session, [c.id for c in clients])
    return [
        ClientSummary(
            id=c.id,
            given_name=c.given_name,
            family_name=c.family_name,
            birth_date=c.birth_date,
            identity_code_masked=codes[c.id].masked if c.id in codes else None,
            protected=c.protected,
        )
        for c in clients
    ]
