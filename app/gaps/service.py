"""A gap is opened when something is refused for want of a permission, or when one ran out; asked about; and closed, by
itself when the client permits what it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.queries import visible_clients
from app.consents import queries as consent_queries
from app.consents import service as consents
from app.consents.consequences import Lacking, when_given
from app.consents.models import Consent, ConsentKind
from app.consents.rules import rule
from app.consents.schemas import ConsentCreate
from app.consents.service import terms_of
from app.gaps import queries, words
from app.gaps.models import FLOW, GAP, ConsentGap
from app.gaps.schemas import GapAsk, GapClose, GapRead
from app.kit.i18n import Language, Text, speaking
from app.kit.problems import Invalid
from app.kit.queries import one
from app.outbox.events import append
from app.people.actor import Actor
from app.security.permissions import Permission
from app.work import service as work


class AskedInFuture(Invalid):
    code = "asked_in_future"
    detail = Text(
        "Kysyminen kirjataan vasta kun asiakkaalta on kysytty.",
        "Frågan antecknas först när klienten har blivit tillfrågad.",
        "That the client was asked is recorded once it has happened.",
    )


class RefusalNotSaid(Invalid):
    """`refusal` goes with `client_refused` only."""

    code = "refusal_not_said"
    detail = Text(
        "Kieltäytyminen kirjataan vain, kun asiakas on kieltäytynyt (client_refused).",
        "En vägran antecknas bara när klienten har vägrat (client_refused).",
        "A refusal is recorded only when the client has refused (client_refused).",
    )


def at(pointer: str, problem: type[Invalid]) -> Invalid:
    return problem(errors=[{"pointer": pointer, "code": problem.code, "detail": problem.detail}])


async def open_gaps(
    session: AsyncSession, lacking: Lacking, team_id: UUID, holder_id: UUID, because: str, when: datetime
) -> list[ConsentGap]:
    """One for each recipient; one that is open already is found, not made again. The work is with `holder_id`, and
    takes no place on a seat."""
    classes, found = sorted(lacking.data_classes), []
    # The client's row first, as everybody does; whoever has it alone already has it.
    await consent_queries.lock_client(session, lacking.client_id, to_change=False)
    await queries.hold_gaps(session, lacking.client_id)
    actor: Actor | None = session.info.get("actor")
    for recipient in lacking.recipient_ids:
        rows = queries.same(lacking.client_id, team_id, recipient, lacking.purpose, classes)
        gap = await queries.first(session, rows)
        if gap is None:
            gap = ConsentGap(
                client_id=lacking.client_id,
                team_id=team_id,
                recipient_id=recipient,
                purpose=lacking.purpose,
                data_classes=classes,
                pathway_id=lacking.pathway_id,
                opened_because=because,
                opened_at=when,
                opened_by_id=actor.person_id if actor else None,
            )
            session.add(gap)
            await session.flush()
            await work.open_for(
                session,
                kind=GAP,
                client_id=gap.client_id,
                area_id=await consent_queries.area_of(session, gap.client_id),
                team_id=team_id,
                subject_type=GAP,
                subject_id=gap.id,
                holder_id=holder_id,
                at=when,
            )
            append(session, "consent_gap.opened", gap, client=gap.client_id, team=team_id)
        found.append(gap)
    await session.flush()
    return found


async def keep(
    session: AsyncSession, actor: Actor, lacking: Lacking, when: datetime, language: Language
) -> dict[str, Any]:
    """What a refusal for want of a permission leaves behind, and what its answer says of it; nothing of a client whom
    the caller does not see, or for a caller who cannot ask. Raises `NotFound`."""
    if actor.person_id is None or not actor.may(Permission.CONSENT_WRITE) or not lacking.data_classes:
        return {}
    await one(session, visible_clients(actor), lacking.client_id)
    team = lacking.team_id or await queries.caring_team(session, actor.teams, lacking.client_id)
    if team is None or team not in actor.teams:
        return {}
    holder = await queries.responsible_for(session, lacking.pathway_id) if lacking.pathway_id else None
    gaps = await open_gaps(session, lacking, team, holder or actor.person_id, "missing", when)
    names = await consent_queries.organisation_names(session, set(lacking.recipient_ids))
    recipients = [names.get(id, "") for id in lacking.recipient_ids]
    return {
        "gap_id": str(gaps[0].id),
        "remedy": words.remedy(recipients, lacking.data_classes, lacking.purpose, language),
        "actions": [
            {"action": "ask", "gapId": str(gap.id), "recipientId": str(gap.recipient_id), "method": "POST",
             "href": f"/v1/consent-gaps/{gap.id}/ask"}
            for gap in gaps
        ]
        # What the client then says is recorded here, and closes the gap by itself.
        + [{"action": "record_consent", "method": "POST", "href": f"/v1/clients/{lacking.client_id}/consents"}],
    }  # fmt: skip


async def ended(session: AsyncSession, lacking: Lacking, when: datetime) -> None:
    """A permission ran out under work that rested on it: the client is asked, by whoever answers for the work."""
    holder = lacking.holder_id
    if holder is None and lacking.pathway_id is not None:
        holder = await queries.responsible_for(session, lacking.pathway_id)
    if holder is not None and lacking.team_id is not None:
        await open_gaps(session, lacking, lacking.team_id, holder, "ended", when)


async def ask(session: AsyncSession, actor: Actor, gap: ConsentGap, given: GapAsk, when: datetime) -> None:
    """Raises `AskedInFuture`, `IllegalMove`."""
    if given.at is not None and given.at > when:
        raise at("/body/at", AskedInFuture)
    gap.ask(given.how, actor.person_id, given.at or when)
    append(session, "consent_gap.asked", gap, client=gap.client_id, team=gap.team_id)
    await session.flush()


async def close(session: AsyncSession, actor: Actor, gap: ConsentGap, given: GapClose, when: datetime) -> None:
    """A refusal is recorded only where the client really refused; then nobody asks again.

    Raises `RefusalNotSaid`, `IllegalMove`, and what `consents.record` raises.
    """
    FLOW.check(gap.state, "close")
    if given.refusal is not None and given.reason != "client_refused":
        raise at("/body/refusal", RefusalNotSaid)
    refusal: Consent | None = None
    if given.refusal is not None:
        said = ConsentCreate.model_validate(
            {
                "kind": ConsentKind.REFUSAL.value,
                "recipientIds": [str(gap.recipient_id)],
                "dataClasses": gap.data_classes,
                "purposes": [gap.purpose],
                "howGiven": given.refusal.how_given,
                "evidenceNote": given.refusal.evidence_note,
                "givenByRepresentativeId": given.refusal.given_by_representative_id
                and str(given.refusal.given_by_representative_id),
            }
        )
        area = await consent_queries.area_of(session, gap.client_id)
        refusal, _ = await consents.record(session, actor, gap.client_id, area, said, when)
    await shut(session, gap, given.reason, refusal.id if refusal else None, actor.person_id, when)


async def shut(
    session: AsyncSession, gap: ConsentGap, because: str, consent_id: UUID | None, by: UUID | None, when: datetime
) -> None:
    gap.close(because, consent_id, by, when)
    await work.finish(session, gap.id, GAP, when)
    append(session, "consent_gap.closed", gap, client=gap.client_id, team=gap.team_id)
    await session.flush()


async def mend(session: AsyncSession, consent: Consent, when: datetime) -> None:
    """What the client permits now closes every gap that it covers, of whichever team."""
    gaps = await queries.unclosed(session, consent.client_id)
    if not gaps:
        return
    terms = [terms_of(c) for c in await consent_queries.standing(session, consent.client_id, when, lock=False)]
    actor: Actor | None = session.info.get("actor")
    for gap in gaps:
        basis = rule(terms, gap.recipient_id, frozenset(gap.data_classes), gap.purpose).basis
        if basis is not None:
            await shut(session, gap, "permitted", basis.id, actor.person_id if actor else None, when)


when_given("gaps", mend)


async def path_ended(session: AsyncSession, actor: Actor, pathway_id: UUID, when: datetime) -> None:
    """What was to be asked of the client for a path that has ended is asked no more."""
    for gap in await queries.unclosed_on(session, pathway_id):
        await shut(session, gap, "not_needed", None, actor.person_id, when)


async def show(session: AsyncSession, actor: Actor, gaps: list[ConsentGap]) -> list[GapRead]:
    names = await consent_queries.organisation_names(session, {gap.recipient_id for gap in gaps})
    return [shown(actor, gap, names.get(gap.recipient_id, "")) for gap in gaps]


def shown(actor: Actor, gap: ConsentGap, recipient: str) -> GapRead:
    fields = {name: getattr(gap, name) for name in GapRead.model_fields if hasattr(gap, name)}
    sides = {"team"} if gap.team_id in actor.teams else set()
    return GapRead(
        **fields,
        recipient=recipient,
        remedy=words.remedy([recipient], gap.data_classes, gap.purpose, speaking.get()),
        allowed_actions=FLOW.actions(gap.state, actor, sides=sides),
    )
