"""Closing a path: refused while something is owed, and the reasons said before they are met."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.gaps import service as gaps
from app.kit.clock import civil_date
from app.kit.codesets import codeset, require_in_force
from app.kit.i18n import Language, Text
from app.kit.problems import Conflict, Invalid
from app.outbox.events import append
from app.pathways import outcomes, queries
from app.pathways.models import PATHWAY_FLOW, Pathway, StepState
from app.pathways.schemas import OutcomeRecord
from app.pathways.step_schemas import PathwayDiscontinue
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals import history
from app.referrals import queries as referrals
from app.referrals.models import Referral, ReferralState
from app.work import queries as work_queries
from app.work import service as work
from app.work.models import PATHWAY


class FeedbackOwed(Conflict):
    """Feedback to a referrer is neither given nor waived: `referrals` (C-12). The database refuses it too."""

    code = "feedback_owed"
    title = Text("Palaute on antamatta", "Återkoppling saknas", "Feedback is owed")
    detail = Text(
        "Anna ensin palaute lähettäjälle luvan rajoissa, tai sisällötön päättymisilmoitus.",
        "Ge först återkoppling till remittenten inom tillståndet, eller ett meddelande utan innehåll.",
        "First give the referrer feedback within the permission, or a notice without content.",
    )
    constraints = ("feedback_owed",)
    outcome_first = Text(
        "Kirjaa ensin lopputulos (record-outcome): vasta sitten voi antaa lopullisen palautteen. Anna se ja lopeta.",
        "Anteckna först resultatet (record-outcome): först då kan slutlig återkoppling ges. Ge den och avsluta sedan.",
        "First record the outcome (record-outcome): only then final feedback can be given. Give it, then end the path.",
    )

    def __init__(self, *, referrals: Sequence[str] = (), outcome: bool = True) -> None:
        super().__init__(referrals=list(referrals))
        self.outcome = outcome

    def explain(self, language: Language) -> str:
        return super().explain(language) if self.outcome else self.outcome_first.pick(language)


class OutcomeMissing(Conflict):
    code = "outcome_missing"
    detail = Text(
        "Kirjaa ensin, mihin polku johti.",
        "Anteckna först vad stigen ledde till.",
        "First record what the path led to.",
    )


class EndScoreMissing(Conflict):
    """The path asks the work ability score at its end too (C-27). The database refuses it as well."""

    code = "end_score_missing"
    detail = Text(
        "Kysy ensin työkykypistemäärä (0–10) ja kirjaa se loppupisteenä, tai syy, miksi sitä ei ole.",
        "Fråga först poängen för arbetsförmåga (0–10) och anteckna den som slutpoäng, eller orsaken att den saknas.",
        "First ask the work ability score (0–10) and record it as the end score, or why there is none.",
    )
    constraints = ("end_score_missing",)


class SummaryNotOffered(Conflict):
    """The database's last word: no path closes without the client's own summary. Closing offers it by itself."""

    code = "summary_not_offered"
    detail = Text(
        "Asiakkaalle ei ole tarjottu omaa yhteenvetoa. Tee se ja tarjoa se ensin.",
        "Klienten har inte erbjudits en egen sammanfattning. Gör den och erbjud den först.",
        "The client has been offered no summary of their own. Draft and offer it first.",
    )
    constraints = ("summary_not_offered",)


# What other rooms do when a path closes, in the same transaction, before its state changes.
Closing = Callable[[AsyncSession, Actor, Pathway, datetime], Awaitable[None]]
BEFORE_CLOSING: list[Closing] = []


async def prepare(session: AsyncSession, actor: Actor, pathway: Pathway, at: datetime) -> None:
    """What has to be done however a path ends."""
    for one in BEFORE_CLOSING:
        await one(session, actor, pathway, at)


class WorkOpen(Conflict):
    """Something that must not be lost is still open: `kinds`. Assessments; a sign of danger in the answers to an
    instrument that nobody has seen to; an answered consultation that nobody has read; a meeting whose time has come,
    neither held nor called off."""

    code = "work_open"
    detail = Text(
        "Polulla on vielä kesken: {kinds}. Tee valmiiksi, hoida tai peru ne ensin.",
        "På stigen är ännu öppet: {kinds}. Slutför, sköt eller avbryt det först.",
        "Still open on the path: {kinds}. Complete, see to or cancel it first.",
    )


COMES_TO_NOTHING = (
    ReferralState.REJECTED,
    ReferralState.CANCELLED,
    ReferralState.ENTERED_IN_ERROR,
)


class OnwardOpen(Conflict):
    """Referrals onward are not answered yet: `referrals`. Say who reads what comes back: `onwardFeedbackTo`."""

    code = "onward_open"
    detail = Text(
        "Toinen tiimi ei ole vielä vastannut. Kerro, kuka saa sen palautteen: onwardFeedbackTo.",
        "Ett annat team har inte svarat ännu. Ange vem som får dess återkoppling: onwardFeedbackTo.",
        "Another team has not answered yet. Say who gets its feedback: onwardFeedbackTo.",
    )


async def open_onward(session: AsyncSession, sent: list[Referral]) -> list[str]:
    """Referrals onward that can still come back with feedback."""
    if not sent:
        return []
    finals = await referrals.final_feedback(session, [r.id for r in sent])
    return [str(r.id) for r in sent if r.id not in finals and r.state not in COMES_TO_NOTHING]


class NotADiscontinuation(Invalid):
    """The reason is not one of a path that ended before it was done. Those are the codes with `discontinues`."""

    code = "not_a_discontinuation"
    detail = Text(
        "Tämä syy ei ole keskeytys. Päätä polku (close).",
        "Denna orsak är inget avbrott. Avsluta stigen (close).",
        "This reason is no discontinuation. Close the path instead (close).",
    )


REFUSED = (FeedbackOwed, OutcomeMissing, WorkOpen, EndScoreMissing, SummaryNotOffered, OnwardOpen)


async def sent_onward(session: AsyncSession, pathway: Pathway, read_by: str | None) -> list[Referral]:
    """Whose answers nobody is named for yet."""
    return [] if read_by is not None else await queries.onward_of(session, pathway.id)


async def closing_refusal(
    session: AsyncSession, pathway: Pathway, onward: list[Referral], *, outcome: bool = True, led: bool = True
) -> Conflict | None:
    """Why the path cannot be closed now, or None. `onward`: what was sent onward, unless it is said who reads it.
    `outcome`: it takes one that is recorded. `led`: one is."""
    if outcome and not await queries.outcomes_of(session, pathway.id):
        return OutcomeMissing()
    answered = await referrals.of_pathway(session, pathway.id)
    finals = await referrals.final_feedback(session, [r.id for r in answered])
    owing = [
        str(r.id)
        for r in answered
        if r.id not in finals and r.state not in (ReferralState.CANCELLED, ReferralState.ENTERED_IN_ERROR)
    ]
    if owing:
        return FeedbackOwed(referrals=owing, outcome=led)
    items = await work_queries.open_of_client_team(session, pathway.client_id, pathway.team_id, "assessment")
    kinds = {item.kind for item in items} | set(await queries.waits(session, pathway.id))
    if kinds:
        return WorkOpen(kinds=sorted(kinds))
    if pathway.asks_scores and not await queries.score_stands(session, pathway.id, "end"):
        return EndScoreMissing()
    if waiting := await open_onward(session, onward):
        return OnwardOpen(referrals=waiting)
    return None


async def discontinue(
    session: AsyncSession, actor: Actor, pathway: Pathway, given: PathwayDiscontinue, at: datetime
) -> None:
    """It ended before it was done. Without an outcome, the one that the reason says is recorded with it, or the one
    given; of the path's end a referrer reads nothing else than of any other. Where a referrer waits for feedback it is
    recorded first: final feedback tells of it.

    Raises `NotADiscontinuation`, `OutcomeMissing`, and what `close` does.
    """
    PATHWAY_FLOW.check(pathway.state, "discontinue")
    facts = codeset("closing_reason")[given.reason].facts
    if not facts.get("discontinues"):
        raise at_field(NotADiscontinuation, "reason")
    fitting = facts.get("outcome") or given.outcome
    if fitting is not None and not await queries.outcomes_of(session, pathway.id):
        sent = await sent_onward(session, pathway, given.onward_feedback_to)
        refusal = await closing_refusal(session, pathway, sent, outcome=False, led=False)
        if refusal is not None:
            raise refusal
        await outcomes.record_outcome(session, actor, pathway, OutcomeRecord(code=fitting), at)
    await close(session, actor, pathway, given.reason, at, given.onward_feedback_to)


async def close(
    session: AsyncSession,
    actor: Actor,
    pathway: Pathway,
    reason: str,
    at: datetime,
    onward_feedback_to: str | None = None,
) -> None:
    """End the path and its referrals, and what was to be asked of the client for it.

    Raises what `closing_refusal` answers: one of `REFUSED`.
    """
    PATHWAY_FLOW.check(pathway.state, "close")
    require_in_force("closing_reason", reason, civil_date(at))
    answered = await referrals.of_pathway(session, pathway.id, lock=True)
    sent = await sent_onward(session, pathway, onward_feedback_to)
    refusal = await closing_refusal(session, pathway, sent)
    if refusal is not None:
        raise refusal
    for referral in answered:
        if referral.close(at):
            history.note(session, referral, "ended", at, by=actor.person_id)
    for step in await queries.steps_of(session, actor, pathway.id):
        if step.state is StepState.PLANNED:
            step.skip("not_needed", actor.person_id, at)
    await prepare(session, actor, pathway, at)
    pathway.close(reason, at)
    pathway.onward_feedback_to = onward_feedback_to
    await work.finish(session, pathway.id, PATHWAY, at)
    await gaps.path_ended(session, actor, pathway.id, at)
    append(session, "pathway.closed", pathway, client=pathway.client_id, team=pathway.team_id)
    await session.flush()
