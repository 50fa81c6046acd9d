"""A pause of a path. It always ends, the path keeps its owner and a next action, and its steps are due later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.clock import civil_date
from app.kit.codesets import require_in_force
from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid
from app.kit.workdays import next_working_day
from app.outbox.events import append
from app.pathways import queries
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.pathways.next_action import check_day
from app.pathways.step_models import PathwayHold
from app.pathways.step_refusals import DayPassed
from app.pathways.step_rules import LONGEST_HOLD, MOST_HELD, WITHIN, days_left
from app.pathways.step_schemas import HoldEnd, HoldPlace
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals.content import refuse_codes


class HoldTooLong(Invalid):
    """At most until `latest`; who needs longer looks again then."""

    code = "hold_too_long"
    detail = Text(
        "Tauko voi kestää enintään päivään {latest}. Katso tilanne silloin uudelleen.",
        "En paus kan vara högst till {latest}. Se då över läget på nytt.",
        "A hold lasts until {latest} at the most. Look again then.",
    )


class HeldTooMuch(Invalid):
    """One hold after another is no way to let a client wait: at most `most` days of any `within`, `left` of them are
    left from today."""

    code = "held_too_much"
    detail = Text(
        "Polkua voi pitää tauolla yhteensä enintään {most} päivää {within} päivän aikana. Jäljellä: {left}.",
        "En stig kan ha paus högst {most} dagar sammanlagt under {within} dagar. Kvar: {left}.",
        "A path is held for at most {most} days of any {within}. Left: {left}.",
    )


class AlreadyHeld(Conflict):
    """`until` is its last day."""

    code = "already_held"
    detail = Text(
        "Polku on jo tauolla. Lopeta tauko ensin, jos sitä muutetaan.",
        "Stigen har redan en paus. Avsluta den först om den ska ändras.",
        "The path is on hold already. End that hold first to change it.",
    )
    constraints = ("uq_pathway_holds_one_running",)


class NotHeld(Conflict):
    code = "not_held"
    detail = Text("Polku ei ole tauolla.", "Stigen har ingen paus.", "The path is not on hold.")


def running(holds: Iterable[PathwayHold], today: date) -> PathwayHold | None:
    """The hold of today. One whose last day has passed is over without anybody's doing."""
    return next((hold for hold in holds if hold.holds(today)), None)


async def put_on_hold(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: HoldPlace, at: datetime
) -> PathwayHold:
    """From today. Raises `DayPassed`, `HoldTooLong`, `AlreadyHeld`, `HeldTooMuch`, `NextActionDay`."""
    PATHWAY_FLOW.check(pathway.state, "put_on_hold")
    today = civil_date(at)
    require_in_force("hold_reason", given.reason, today)
    refuse_codes(nextAction=given.next_action)
    if given.until_on < today:
        raise at_field(DayPassed, "untilOn")
    latest = today + timedelta(days=LONGEST_HOLD)
    if given.until_on > latest:
        pointer = {"pointer": "/body/untilOn", "code": HoldTooLong.code, "detail": HoldTooLong.detail}
        raise HoldTooLong(errors=[pointer], latest=latest.isoformat())
    check_day(given.next_action_on, at)
    before = await queries.holds_of(session, pathway.id)
    for hold in before:
        if hold.holds(today):
            raise AlreadyHeld(until=hold.until_on.isoformat())
        if hold.ended_on is None:  # it ran out by itself; the next one begins
            hold.end(hold.runs_from, None)
    left = days_left(before, today)
    if (given.until_on - today).days >= left:
        pointer = {"pointer": "/body/untilOn", "code": HeldTooMuch.code, "detail": HeldTooMuch.detail}
        raise HeldTooMuch(errors=[pointer], most=MOST_HELD, within=WITHIN, left=left)
    await session.flush()
    made = PathwayHold(
        pathway_id=pathway.id,
        client_id=pathway.client_id,
        from_on=today,
        until_on=given.until_on,
        reason=given.reason,
        author_id=actor.person_id,
    )
    session.add(made)
    pathway.next_action = given.next_action
    pathway.next_action_on = given.next_action_on or next_working_day(given.until_on)
    append(session, "pathway.held", pathway, client=pathway.client_id, team=pathway.team_id)
    return made


async def end_hold(session: AsyncSession, actor: Actor, pathway: Pathway, given: HoldEnd, at: datetime) -> None:
    """The path runs again from today: what was to follow the hold follows now. Raises `NotHeld`,
    `NextActionDay`."""
    PATHWAY_FLOW.check(pathway.state, "end_hold")
    refuse_codes(nextAction=given.next_action)
    today = civil_date(at)
    hold = running(await queries.holds_of(session, pathway.id), today)
    if hold is None:
        raise NotHeld()
    check_day(given.next_action_on, at)
    hold.end(today, actor.person_id)
    pathway.next_action = given.next_action or pathway.next_action
    soon = min(pathway.next_action_on, next_working_day(today))
    pathway.next_action_on = given.next_action_on or soon
    append(session, "pathway.resumed", pathway, client=pathway.client_id, team=pathway.team_id)
