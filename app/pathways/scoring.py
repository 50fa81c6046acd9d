"""The work ability score of a coordination episode: asked at the start and at the end, and its change (C-27)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.matrix import cell
from app.kit.i18n import Text
from app.kit.problems import Conflict, Forbidden, Invalid
from app.outbox.events import append
from app.pathways import queries
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.pathways.outcome_models import PathwayScore
from app.pathways.outcome_schemas import ScoreRecord, ScoresShort
from app.pathways.recording import InErrorAlready, assessed
from app.people.actor import Actor
from app.people.periods import at_field


class ScoreOrReason(Invalid):
    """A score with how it was asked; or why there is none, at the start or at the end."""

    code = "score_or_reason"
    detail = Text(
        "Anna joko pisteet ja miten ne kysyttiin, tai syy, miksi niitä ei ole (alku- tai loppupisteille).",
        "Ge antingen poängen och hur de frågades, eller orsaken till att de saknas (för start- eller slutpoäng).",
        "Give either the score and how it was asked, or why there is none (of the start or the end).",
    )


class ScoreNotYours(Forbidden):
    """Read and recorded by health professionals and the coordinator (domain 5.3)."""

    code = "score_not_yours"
    detail = Text(
        "Työkykypistemäärän kirjaa terveydenhuollon ammattilainen tai työkykykoordinaattori.",
        "Poängen för arbetsförmåga antecknas av en yrkesperson inom vården eller koordinatorn.",
        "The work ability score is recorded by a health professional or the coordinator.",
    )


class StartScoreMissing(Conflict):
    """The episode asks for it before or within the first step (C-27)."""

    code = "start_score_missing"
    detail = Text(
        "Kysy ensin työkykypistemäärä (0–10) ja kirjaa se alkupisteenä, tai syy, miksi sitä ei ole.",
        "Fråga först poängen för arbetsförmåga (0–10) och anteckna den som startpoäng, eller orsaken att den saknas.",
        "First ask the work ability score (0–10) and record it as the start score, or why there is none.",
    )


ONE_OFF = "one_off_consultation"


def reads_scores(actor: Actor) -> bool:
    """What social care reads with permission it reads of the conclusion (`/conclusions`), not here."""
    return cell("was_score", actor.roles, actor.context.registers) == "Y"


async def record(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: ScoreRecord, at: datetime
) -> PathwayScore:
    """The row of the moment given. Raises `PathClosed`, `ScoreNotYours`, `ScoreOrReason`, `AssessedInTheFuture`."""
    PATHWAY_FLOW.check(pathway.state, "record_score")
    if not reads_scores(actor):
        raise ScoreNotYours()
    asked = given.score is not None
    if asked != (given.asked_how is not None) or asked == (given.missing_because is not None):
        raise at_field(ScoreOrReason, "score")
    if not asked and given.moment == "during":
        raise at_field(ScoreOrReason, "missingBecause")
    asked_on = assessed(given.asked_on, at, "askedOn")
    rows = [
        PathwayScore(
            pathway_id=pathway.id,
            client_id=pathway.client_id,
            moment=moment,
            score=given.score,
            missing_because=given.missing_because,
            asked_how=given.asked_how,
            asked_on=asked_on,
            recorded_by_id=actor.person_id,
        )
        for moment in moments(given)
    ]
    session.add_all(rows)
    append(session, "pathway.score_recorded", pathway, client=pathway.client_id, team=pathway.team_id)
    await session.flush()
    return rows[0]


def moments(given: ScoreRecord) -> list[str]:
    """A consultation that happens once needs neither score (C-27): said at the start, it is said of the end too."""
    once = given.moment == "start" and given.missing_because == ONE_OFF
    return ["start", "end"] if once else [given.moment]


async def mark_in_error(session: AsyncSession, actor: Actor, row: PathwayScore, reason: str, at: datetime) -> None:
    """That it was a consultation that happens once was said of the end along with the start (`moments`): where the
    start was wrong, so was that of the end. Raises `InErrorAlready`."""
    if row.entered_in_error_at is not None:
        raise InErrorAlready()
    row.mark_in_error(reason, actor.person_id, at)
    if row.moment == "start" and row.missing_because == ONE_OFF:
        for other in await queries.scores_of(session, row.pathway_id):
            if (other.moment, other.missing_because) == ("end", ONE_OFF) and other.entered_in_error_at is None:
                other.mark_in_error(reason, actor.person_id, at)
    await session.flush()


async def require_start(session: AsyncSession, pathway: Pathway) -> None:
    """Before a step is ticked. Work that is done elsewhere, an assessment or a meeting, is done all the same and
    completes its step; the start score stays asked, may still be recorded, and no step is ticked before it is.
    Raises `StartScoreMissing`."""
    if await lacks_start(session, pathway):
        raise StartScoreMissing()


async def lacks_start(session: AsyncSession, pathway: Pathway) -> bool:
    """Whether the path asks for a start score and has neither it nor why there is none."""
    return pathway.asks_scores and not await queries.score_stands(session, pathway.id, "start")


async def shown_on(session: AsyncSession, actor: Actor, pathway: Pathway) -> ScoresShort | None:
    """On the path itself, where it asks them, to who reads them."""
    if not pathway.asks_scores or not reads_scores(actor):
        return None
    return short(pathway, await queries.scores_of(session, pathway.id))


def short(pathway: Pathway, rows: list[PathwayScore]) -> ScoresShort:
    """The newest of each moment that stands, and the change between them."""
    standing = {row.moment: row for row in sorted(rows, key=lambda row: row.id) if row.entered_in_error_at is None}
    start, end = standing.get("start"), standing.get("end")
    first, last = (row.score if row else None for row in (start, end))
    return ScoresShort(
        asked=pathway.asks_scores,
        start=first,
        start_missing_because=start.missing_because if start else None,
        end=last,
        end_missing_because=end.missing_because if end else None,
        change=last - first if first is not None and last is not None else None,
    )
