"""The receiver's side of a sending: match the person, record the permission, and name the first owner."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.models import Client
from app.clients.service import Presented, match_or_make, read_code
from app.consents import consequences
from app.consents import queries as consent_queries
from app.consents import service as consents
from app.consents.making import make
from app.consents.models import ConsentKind
from app.consents.rules import Terms
from app.consents.schemas import ConsentTerms
from app.kit.clock import by_now
from app.kit.db import Receiving
from app.kit.ids import new_id
from app.outbox.events import append
from app.people.actor import Actor
from app.referrals import history, queries
from app.referrals.bases import sent, whose_word
from app.referrals.completeness import Completeness, keep
from app.referrals.content import person_of
from app.referrals.content_schemas import ReferralContent
from app.referrals.models import Referral, ReferralState
from app.routing import service as routing
from app.routing.decide import Outcome
from app.routing.facts import AssessmentKind, Facts
from app.routing.keeping import Asked
from app.routing.models import RoutingDecision
from app.teams.models import Team
from app.work import queries as work_queries
from app.work import service as work

FULL = "capacity_full"


async def receive(
    session: AsyncSession, actor: Actor, referral: Referral, content: ReferralContent, found: Completeness, at: datetime
) -> None:
    """The receiver's part. What it finds out about the person stays on its side.

    The team named when it was made, or the one that asked for more, gets it; else the one that covers the
    municipality. One that the client withdrew meanwhile is handled alike, so that the sender sees the same: it has an
    owner until the sender has the notice, and goes no further.
    """
    withdrawn, again = referral.state is ReferralState.WITHDRAWN, referral.submitted_at is not None
    team = await receiving_team(session, referral)
    before = session.info.get("basis")
    session.info["basis"] = "referral_received"
    async with Receiving(session, team=team.id if team else None, area=referral.area_id):
        if referral.client_id is None:
            person = content.client
            code = person_of(session, referral).get("identity_code")
            presented = Presented(
                code=read_code(session, code, person.identity_use, at) if code else None,
                use=person.identity_use,
                **person.model_dump(exclude={"identity_code", "identity_use"}),
            )
            client = await match_or_make(session, referral.area_id, presented, new_id())
            referral.client_id = client.id
        client_id = referral.client_id
        keep(referral, found, at)
        referral.submit(at)
        referral.team_id = team.id if team else None
        side = "client" if actor.client_id is not None else "sender"
        history.note(session, referral, "resubmitted" if again else "submitted", at, side=side, by=actor.person_id)
        if team is not None:
            await work.involve(session, client_id, team.id, at)
        stated: Terms | None = None
        if content.permission is not None and not withdrawn and await says_more(session, referral, content.permission):
            consent = make(
                actor,
                client_id,
                ConsentKind.PERMISSION,
                content.permission,
                by_now(session.info, at),
                verification=whose_word(actor, referral),
                stated_by=referral.sender_organisation_id,
            )
            session.add(consent)
            await session.flush()
            referral.consent_id, stated = consent.id, consents.terms_of(consent, referral.area_id)
            await consequences.follow(session, consent, at, referral.area_id)
        await sent(session, actor, referral, at, stated)
        await session.flush()
        await triage(session, actor, referral, at, team)
        append(
            session,
            "referral.received",
            referral,
            client=client_id,
            team=None if withdrawn else referral.team_id,
            organisation=referral.sender_organisation_id,
        )
    if before is None:
        session.info.pop("basis", None)


async def receiving_team(session: AsyncSession, referral: Referral) -> Team | None:
    if referral.team_id is not None:
        return await queries.team_of_area(session, referral.team_id, referral.area_id)
    return await queries.covering_team(session, referral.area_id, referral.municipality)


async def says_more(session: AsyncSession, referral: Referral, given: ConsentTerms) -> bool:
    """Whether the sender states a permission that is not recorded from this referral yet.

    Sent again unchanged, it is the old one, withdrawn or not. Changed after the client withdrew it, it counts only
    when the client was informed after that. The sender is not told: a refusal here would tell of the withdrawal.
    """
    if referral.consent_id is None:
        return True
    before = await consent_queries.recorded(session, referral.consent_id)
    if (
        set(before.recipient_ids) == set(given.recipient_ids)
        and set(before.data_classes) == set(given.data_classes)
        and set(before.purposes) == set(given.purposes)
        and before.valid_until == given.valid_until
        and before.information_given_at == given.information_given_at
    ):
        return False
    ended = await consent_queries.last_refusal(session, before.client_id, before.withdrawn_at)
    return ended is None or (given.information_given_at is not None and given.information_given_at > ended)


async def triage(
    session: AsyncSession, actor: Actor, referral: Referral, at: datetime, team: Team | None = None
) -> None:
    """Its first owner: the nurse for the unemployed of the covering (or the named) team, or a queue with an alarm. When
    everybody is full it waits (C-23); an urgent one stays received, on the waiting list with an alarm."""
    assert referral.client_id is not None
    facts = await triage_facts(session, referral)
    asked = Asked(referral.client_id, referral.area_id, "referral", referral.id, facts, team)
    decision, _ = await routing.route(session, actor, asked, at)
    wait_when_full(session, referral, decision, at)


def wait_when_full(session: AsyncSession, referral: Referral, decision: RoutingDecision, at: datetime) -> bool:
    """Whether it begins to wait: everybody is full, and it is not urgent."""
    if decision.outcome != Outcome.WAITLISTED or "all_full" not in decision.because or referral.urgent:
        return False
    referral.begin_to_wait(FULL, at)
    if referral.state is ReferralState.WAITLISTED:
        history.note(session, referral, "waitlisted", at, side="rules", reason=FULL)
    return True


async def triage_facts(session: AsyncSession, referral: Referral) -> Facts:
    """The facts of its first owner today: whom the client must not get, and who declined it, are among them."""
    assert referral.client_id is not None
    client = await queries.client_of(session, referral.client_id)
    item = await work_queries.work_of(session, referral.id, AssessmentKind.REFERRAL_TRIAGE.value)
    return facts_of(referral, client, item.declined_by if item else ())


def facts_of(referral: Referral, client: Client, declined_by: Iterable[UUID]) -> Facts:
    return Facts(
        assessment=AssessmentKind.REFERRAL_TRIAGE,
        municipality=referral.municipality,
        urgent=referral.urgent,
        conflict_with=frozenset(map(str, client.conflict_person_ids)),
        declined_by=frozenset(map(str, declined_by)),
    )
