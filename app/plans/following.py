"""The follow-up plan: agreed, agreed anew, kept or not, and coming again (C-18)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import codeset
from app.kit.i18n import Text
from app.kit.ownid import own_id
from app.kit.problems import Invalid
from app.outbox.events import append
from app.pathways.models import PATHWAY_FLOW, Pathway, PathwayState
from app.people.actor import Actor
from app.people.periods import at_field
from app.plans import queries, rules
from app.plans.models import FOLLOW_UP_FLOW, FollowUp
from app.plans.schemas import FollowUpCreate, FollowUpUpdate
from app.plans.service import happened, say
from app.referrals.content import refuse_codes


class BadRepeat(Invalid):
    code = "bad_repeat"
    detail = Text(
        "Toistuvalla seurannalla on sekä väli viikkoina että viimeinen päivä, joka ei ole ennen ensimmäistä.",
        "En upprepad uppföljning har både ett intervall i veckor och en sista dag som inte är före den första.",
        "What repeats has both an interval in weeks and a last day that is not before the first.",
    )


class DueInThePast(Invalid):
    code = "due_in_the_past"
    detail = Text("Päivä on mennyt.", "Dagen har passerat.", "The day has passed.")


class UnknownParty(Invalid):
    code = "unknown_party"
    detail = Text(
        "Henkilöä tai organisaatiota ei ole alueen verkostossa.",
        "Personen eller organisationen finns inte i områdets nätverk.",
        "There is no such person or organisation in the area's network.",
    )


REPEATED = (
    "pathway_id", "client_id", "team_id", "party", "person_id", "organisation_id", "step_kind", "what", "channel",
    "place", "every_weeks", "until_on", "agreed_with_client", "agreed_on", "author_id",
)  # fmt: skip


def check_dates(due_on: date, every_weeks: int | None, until_on: date | None, at: datetime) -> None:
    """Raises `DueInThePast`, `BadRepeat`."""
    if due_on < civil_date(at):
        raise at_field(DueInThePast, "dueOn")
    if (every_weeks is None) != (until_on is None) or (until_on is not None and until_on < due_on):
        raise at_field(BadRepeat, "untilOn")


async def check_party(
    session: AsyncSession, actor: Actor, person_id: UUID | None, organisation_id: UUID | None
) -> None:
    """Raises `UnknownParty`, pointing at the field."""
    known = await queries.known_parties(session, actor.area_id, person_id, organisation_id)
    for field, id in (("personId", person_id), ("organisationId", organisation_id)):
        if id is not None and id not in known:
            raise at_field(UnknownParty, field)


async def agree(session: AsyncSession, actor: Actor, pathway: Pathway, given: FollowUpCreate, at: datetime) -> FollowUp:
    """Raises `DueInThePast`, `BadRepeat`, `NotYet`, `UnknownParty`, `IllegalMove`."""
    PATHWAY_FLOW.check(pathway.state, "agree_follow_up")
    refuse_codes(what=given.what, place=given.place)
    check_dates(given.due_on, given.every_weeks, given.until_on, at)
    agreed_on = happened(given.agreed_on, at, "agreedOn")
    await check_party(session, actor, given.person_id, given.organisation_id)
    row = FollowUp(
        **given.model_dump(exclude={"id", "agreed_on"}),
        id=own_id(given.id, at),
        pathway_id=pathway.id,
        client_id=pathway.client_id,
        team_id=pathway.team_id,
        agreed_on=agreed_on,
        author_id=actor.person_id,
    )
    session.add(row)
    append(session, "follow_up.agreed", row, client=row.client_id, team=row.team_id, party=row.party)
    await session.flush()
    return row


async def update(session: AsyncSession, actor: Actor, row: FollowUp, given: FollowUpUpdate, at: datetime) -> None:
    """Agreed anew. Raises `DueInThePast`, `BadRepeat`, `UnknownParty`, `IllegalMove`."""
    FOLLOW_UP_FLOW.check(row.state, "update")
    sent = given.model_dump()
    refuse_codes(what=sent.get("what"), place=sent.get("place"))
    await check_party(session, actor, sent.get("person_id"), sent.get("organisation_id"))
    if sent.keys() & {"due_on", "every_weeks", "until_on"}:
        due_on, weeks, until = (sent.get(n, getattr(row, n)) for n in ("due_on", "every_weeks", "until_on"))
        check_dates(due_on, weeks, until, at)
    given.apply_to(row)
    await session.flush()


async def end(
    session: AsyncSession,
    actor: Actor,
    pathway: Pathway,
    row: FollowUp,
    verb: str,
    at: datetime,
    *,
    ended_on: date | None = None,
    reason: str | None = None,
    result: str | None = None,
) -> None:
    """`complete`, `miss` or `cancel`. What was done or missed and repeats gets its next occurrence while the path is
    active; a cancelled one ends the series. Raises `NotYet`, `OtherRegister`, `IllegalMove`."""
    refuse_codes(result=result)
    row.end(verb, happened(ended_on, at, "endedOn"), actor.person_id, at, reason)
    register = codeset("follow_up_party")[row.party].facts["register"]
    say(session, actor, row.pathway_id, row.client_id, row, register, result)
    following = rules.next_due(row.due_on, row.every_weeks, row.until_on, civil_date(at))
    if verb != "cancel" and following is not None and pathway.state is PathwayState.ACTIVE:
        session.add(FollowUp(**{n: getattr(row, n) for n in REPEATED}, due_on=following, previous_id=row.id))
    append(session, f"follow_up.{row.state.value}", row, client=row.client_id, team=row.team_id, party=row.party)
    await session.flush()
