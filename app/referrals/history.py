"""The history of a referral: a line from every verb, and each line as a sentence. A sender reads none of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.codesets import called
from app.kit.i18n import Text, speaking
from app.referrals import queries
from app.referrals.history_models import ReferralEvent
from app.referrals.models import Referral
from app.referrals.road_schemas import ReferralEventRead
from app.routing.queries import names_of

# Which code set the reason of a line is of; the others have none.
REASONS = {
    "returned": "return_reason",
    "rejected": "rejection_reason",
    "redirected": "redirect_reason",
    "waitlisted": "waiting_reason",
    "rechecked": "recheck_result",
    "prioritised": "priority_reason",
}


def note(
    session: AsyncSession,
    referral: Referral,
    kind: str,
    at: datetime,
    *,
    side: str = "receiver",
    by: UUID | None = None,
    from_team: UUID | None = None,
    to_team: UUID | None = None,
    reason: str | None = None,
    how: str | None = None,
    words: str | None = None,
    priority: str | None = None,
    next_on: date | None = None,
) -> None:
    """Add a line. A draft has no history yet: nobody but its writer has it. Written as the receiver or the client."""
    if referral.client_id is None:
        return
    session.add(
        ReferralEvent(
            referral_id=referral.id,
            client_id=referral.client_id,
            at=at,
            kind=kind,
            side=side,
            by_id=by,
            from_team_id=from_team,
            to_team_id=to_team,
            reason=reason,
            how=how,
            words=words,
            priority=priority,
            next_on=next_on,
        )
    )


async def show(
    session: AsyncSession, events: Sequence[ReferralEvent], *, concealed: bool = False
) -> list[ReferralEventRead]:
    """The lines with names, in the reader's language; two statements whatever their number. `concealed`: the teams
    would tell where the client lives."""
    people = await names_of(session, [event.by_id for event in events])
    teams = await queries.team_names(session, [id for e in events for id in (e.from_team_id, e.to_team_id)])
    left_out = ("from_team_id", "to_team_id") if concealed else ()
    return [
        ReferralEventRead(
            **{name: None if name in left_out else getattr(event, name) for name in COPIED},
            kind_label=called("referral_event", event.kind),
            by=people.get(event.by_id) if event.by_id else None,
            from_team=None if concealed else teams.get(event.from_team_id) if event.from_team_id else None,
            to_team=None if concealed else teams.get(event.to_team_id) if event.to_team_id else None,
            sentence=sentence(event, people, teams, concealed=concealed),
        )
        for event in events
    ]


COPIED = ("at", "kind", "side", "by_id", "from_team_id", "to_team_id", "reason", "how", "words", "priority", "next_on")


def sentence(event: ReferralEvent, people: dict[UUID, str], teams: dict[UUID, str], *, concealed: bool) -> str:
    language = speaking.get()
    queue = "–" if concealed else AREA_QUEUE.pick(language)
    teams = {} if concealed else teams
    text = BY_RULES if event.side == "rules" else SENTENCES[event.kind]
    reasons = REASONS.get(event.kind)
    return text.pick(language).format(
        who=people.get(event.by_id, "") if event.by_id else SIDES[event.side].pick(language),
        reason=called(reasons, event.reason) if reasons and event.reason else "",
        how=called("recheck_how", event.how) if event.how else "",
        priority=called("urgency", event.priority) if event.priority else "",
        left=teams.get(event.from_team_id, "–") if event.from_team_id else queue,
        got=teams.get(event.to_team_id, "–") if event.to_team_id else queue,
    )


SIDES = {
    "sender": Text("Lähettäjä", "Remittenten", "The sender"),
    "receiver": Text("Vastaanottaja", "Mottagaren", "The receiver"),
    "client": Text("Asiakas", "Klienten", "The client"),
    "rules": Text("Ohjaussäännöt", "Styrningsreglerna", "The routing rules"),
}
AREA_QUEUE = Text("alueen jono", "områdets kö", "the area's queue")
BY_RULES = Text(
    "Lähete asetettiin jonoon: {reason}.",
    "Remissen ställdes i kö: {reason}.",
    "It was put on the waiting list: {reason}.",
)
SENTENCES = {
    "submitted": Text(
        "{who} lähetti lähetteen.",
        "{who} skickade remissen.",
        "{who} sent the referral.",
    ),
    "resubmitted": Text(
        "{who} täydensi lähetteen ja lähetti sen uudelleen.",
        "{who} kompletterade remissen och skickade den på nytt.",
        "{who} completed the referral and sent it again.",
    ),
    "returned": Text(
        "{who} palautti lähetteen täydennettäväksi: {reason}.",
        "{who} returnerade remissen för komplettering: {reason}.",
        "{who} returned the referral for information: {reason}.",
    ),
    "redirected": Text(
        "{who} ohjasi lähetteen eteenpäin: {left} → {got}. Syy: {reason}.",
        "{who} styrde remissen vidare: {left} → {got}. Orsak: {reason}.",
        "{who} redirected the referral: {left} → {got}. Reason: {reason}.",
    ),
    "waitlisted": Text(
        "{who} asetti lähetteen jonoon: {reason}.",
        "{who} ställde remissen i kö: {reason}.",
        "{who} put the referral on the waiting list: {reason}.",
    ),
    "rechecked": Text(
        "{who} tarkisti palveluntarpeen ({how}): {reason}.",
        "{who} kontrollerade servicebehovet ({how}): {reason}.",
        "{who} checked the need again ({how}): {reason}.",
    ),
    "prioritised": Text(
        "{who} määritti kiireellisyyden: {priority} ({reason}).",
        "{who} bedömde brådskan: {priority} ({reason}).",
        "{who} set the priority: {priority} ({reason}).",
    ),
    "accepted": Text(
        "{who} otti lähetteen vastaan, ja polku alkoi.",
        "{who} tog emot remissen, och en stig började.",
        "{who} accepted the referral, and a path started.",
    ),
    "joined": Text(
        "{who} liitti lähetteen asiakkaan käynnissä olevaan polkuun.",
        "{who} fogade remissen till klientens pågående stig.",
        "{who} joined the referral to the client's running path.",
    ),
    "rejected": Text(
        "{who} hylkäsi lähetteen: {reason}.",
        "{who} avslog remissen: {reason}.",
        "{who} rejected the referral: {reason}.",
    ),
    "cancelled": Text(
        "{who} peruutti lähetteen.",
        "{who} återtog remissen.",
        "{who} took the referral back.",
    ),
    "withdrawn": Text(
        "{who} perui lähetteen.",
        "{who} drog tillbaka remissen.",
        "{who} withdrew the referral.",
    ),
    "entered_in_error": Text(
        "{who} merkitsi lähetteen virheelliseksi.",
        "{who} markerade remissen som felaktig.",
        "{who} marked the referral as entered in error.",
    ),
    "ended": Text(
        "{who} päätti lähetteen.",
        "{who} avslutade remissen.",
        "{who} ended the referral.",
    ),
}
