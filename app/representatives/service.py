"""Recording a mandate, ending it, and asking by name whether somebody may act for a client."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.trail import used
from app.clients.service import hides
from app.kit.clock import civil_date
from app.kit.codesets import codeset
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Conflict, Forbidden, Invalid, NotFound, Problem
from app.outbox.events import append
from app.people.actor import Actor
from app.representatives import queries
from app.representatives.models import FLOW, MandateState, Representative
from app.representatives.schemas import RepresentativeCreate, RepresentativeRead, RepresentativeUpdate

CONSENT = "give_consent"


class MandateEnded(Conflict):
    """It was ended, its last day has passed, or it was recorded in error."""

    code = "mandate_ended"
    title = Text("Valtuutus on päättynyt", "Fullmakten har upphört", "The mandate has ended")
    detail = Text(
        "Kysy asiakkaalta itseltään, tai kirjaa uusi valtuutus.",
        "Fråga klienten själv, eller anteckna en ny fullmakt.",
        "Ask the client in person, or record a new mandate.",
    )


class MandateNotYet(Conflict):
    """`validFrom` is its first day."""

    code = "mandate_not_yet"
    title = Text("Valtuutus ei ole vielä voimassa", "Fullmakten gäller inte ännu", "The mandate does not begin yet")
    detail = Text(
        "Valtuutus on voimassa {valid_from} alkaen.",
        "Fullmakten gäller från och med {valid_from}.",
        "The mandate is in force from {valid_from} on.",
    )


class MandateLacksScope(Conflict):
    """`scope` was needed; `scopes` are those the mandate suffices for."""

    code = "mandate_lacks_scope"
    title = Text("Valtuutus ei riitä tähän", "Fullmakten räcker inte till detta", "The mandate does not cover this")
    detail = Text(
        "Tarvitaan {scope}. Valtuutus kattaa: {scopes}.",
        "Det behövs {scope}. Fullmakten omfattar: {scopes}.",
        "It takes {scope}. The mandate covers: {scopes}.",
    )


# What `acting` may raise, besides `NotFound`.
MANDATES: tuple[type[Problem], ...] = (MandateEnded, MandateNotYet, MandateLacksScope)


class MandatePeriod(Invalid):
    code = "mandate_period"
    detail = Text(
        "Valtuutuksen viimeinen päivä on ennen ensimmäistä tai mennyt.",
        "Fullmaktens sista dag är före den första eller har passerat.",
        "The last day of the mandate is before its first, or has passed.",
    )


class ConsentNeedsWriting(Invalid):
    """This kind of mandate does not suffice for giving consent."""

    code = "consent_needs_writing"
    detail = Text(
        "Tämänlainen valtuutus ei riitä lupien antamiseen. Pyydä kirjallinen valtuutus.",
        "En sådan fullmakt räcker inte för att ge tillstånd. Be om en skriftlig fullmakt.",
        "Such a mandate does not suffice for giving consent. Ask for it in writing.",
    )


class MandateNotByClient(Forbidden):
    code = "mandate_not_by_client"
    detail = Text(
        "Tätä valtuutusta et ole antanut itse, joten et voi päättää sitä. Kysy työntekijältäsi.",
        "Du har inte själv gett denna fullmakt och kan inte avsluta den. Fråga din kontaktperson.",
        "You did not give this mandate yourself, so you cannot end it. Ask your worker.",
    )


async def acting(
    session: AsyncSession, client_id: UUID, representative_id: UUID, scope: str, at: datetime
) -> Representative:
    """The representative, who may do this for the client now; held in force until the transaction ends, and logged.

    `scope` is a code of `mandate_scope`. Raises `NotFound` for another client's, `MandateEnded`, `MandateNotYet`,
    `MandateLacksScope`.
    """
    found = await queries.of_client(session, client_id, representative_id)
    if found is None:
        raise NotFound()
    if refused := falls_short(found, scope, at):
        raise refused
    await used(session, "representatives", [(found.id, client_id)], action="act_for_client", fields=[scope])
    return found


def falls_short(found: Representative, scope: str, at: datetime) -> Problem | None:
    """Why this mandate does not suffice now."""
    on = civil_date(at)
    if not found.in_force(on):
        if found.state is MandateState.RECORDED and on < found.valid_from:
            return MandateNotYet(valid_from=found.valid_from.isoformat())
        return MandateEnded()
    if scope not in found.covers:
        return MandateLacksScope(scope=scope, scopes=sorted(found.covers) or ["-"])
    return None


async def mandate_refusal(
    session: AsyncSession, client_id: UUID, representative_id: UUID, scope: str, at: datetime
) -> Problem | None:
    """What `acting` would raise, for `allowedActions`: nothing is locked and nobody has acted."""
    found = await queries.of_client(session, client_id, representative_id, lock=False)
    return NotFound() if found is None else falls_short(found, scope, at)


def refuse(problem: type[Invalid], field: str) -> Invalid:
    return problem(errors=[{"pointer": f"/body/{field}", "code": problem.code, "detail": problem.detail}])


async def record(
    session: AsyncSession, actor: Actor, client_id: UUID, given: RepresentativeCreate, at: datetime
) -> Representative:
    """A mandate that the recording professional saw or heard. Raises `MandatePeriod`, `ConsentNeedsWriting`."""
    today = civil_date(at)
    begins = given.valid_from or today
    if given.valid_to is not None and given.valid_to < max(begins, today):
        raise refuse(MandatePeriod, "validTo")
    if CONSENT in given.scopes and not codeset("mandate_kind")[given.mandate].facts["givesConsent"]:
        raise refuse(ConsentNeedsWriting, "scopes")
    row = Representative(
        id=own_id(given.id, at),
        client_id=client_id,
        name=given.name,
        relation=given.relation,
        mandate=given.mandate,
        scopes=sorted(set(given.scopes)),
        valid_from=begins,
        valid_to=given.valid_to,
        phone=given.phone,
        email=given.email,
        language=given.language,
        evidence=given.evidence,
        evidence_seen_at=at,
        evidence_seen_by_id=actor.person_id,
    )
    session.add(row)
    append(session, "representative.recorded", row, client=client_id)
    await session.flush()
    return row


async def update(session: AsyncSession, row: Representative, given: RepresentativeUpdate) -> None:
    FLOW.check(row.state, "update")
    given.apply_to(row)
    append(session, "representative.updated", row, client=row.client_id)
    await session.flush()


async def end(session: AsyncSession, actor: Actor, row: Representative, reason: str, at: datetime) -> None:
    """From now on; what was done on it stays. A client ends what they gave themself. Raises `MandateNotByClient`."""
    if actor.client_id is not None and not row.by_client:
        raise MandateNotByClient()
    row.end(reason, at)
    append(session, "representative.ended", row, client=row.client_id)
    await session.flush()


async def mark_entered_in_error(session: AsyncSession, row: Representative, reason: str) -> None:
    row.mark_entered_in_error(reason)
    append(session, "representative.entered_in_error", row, client=row.client_id)
    await session.flush()


def show(actor: Actor, row: Representative, protected: bool, at: datetime) -> RepresentativeRead:
    """As this caller may see it. `protected`: the client's identity is."""
    own = actor.client_id is not None
    hidden = hides(actor, protected)

    def guard(verb: str) -> Problem | None:
        return MandateNotByClient() if verb == "end" and own and not row.by_client else None

    fields = {name: getattr(row, name) for name in RepresentativeRead.model_fields if hasattr(row, name)}
    if hidden:
        fields |= dict.fromkeys(("phone", "email"))
    fields |= {"covers": sorted(row.covers), "in_force": row.in_force(civil_date(at)), "contact_hidden": hidden}
    return RepresentativeRead(
        **fields, allowed_actions=FLOW.actions(row.state, actor, guard, sides=set() if own else {"team"})
    )
