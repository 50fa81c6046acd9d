"""How summaries, scores, times and suggestions are shown to whom."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.protecting import blot
from app.kit.codesets import called, codeset, label
from app.kit.i18n import Text, speaking
from app.outcomes import queries, rules
from app.outcomes.models import SUMMARY_FLOW, ClientSummary, ClientSummaryWords, SummaryState
from app.outcomes.schemas import PlainHint, SectionRead, SuggestedStep, Suggestions, SummaryRead
from app.outcomes.service import reads_words
from app.outcomes.timing import person_minutes
from app.pathways import queries as pathways
from app.pathways.models import Pathway, StepState
from app.pathways.outcome_models import PathwayScore
from app.pathways.outcome_schemas import ScoreList, ScoreRead
from app.pathways.scoring import short
from app.people.actor import Actor

NEEDED = Text("Tarvitaan, koska {facts}.", "Behövs, eftersom {facts}.", "Needed, because {facts}.")
ENOUGH = Text("Riittää siihen, mitä nyt tiedetään.", "Räcker för det som är känt nu.", "Enough for what is known now.")
NOT_ENOUGH = Text(
    "Ei yksin riitä siihen, mitä nyt tiedetään.", "Räcker inte ensam för det som är känt nu.",
    "Not enough alone for what is known now.",
)  # fmt: skip
WOULD = Text("Tarvittaisiin, jos {facts}.", "Skulle behövas, om {facts}.", "Would be needed if {facts}.")


def section(language: str, one: dict[str, str]) -> SectionRead:
    title = label("summary_section", one["section"]).as_dict()[language]
    return SectionRead(section=one["section"], title=title, text=one["text"])


def hints_of(sections: Sequence[SectionRead]) -> list[PlainHint]:
    return [
        PlainHint(section=one.section, code=hint.code, label=called("plain_hint", hint.code), words=hint.words)
        for one in sections
        for hint in rules.hints(one.text)
    ]


def sides(actor: Actor, summary: ClientSummary) -> set[str]:
    if actor.client_id is not None:
        return {"client"}
    return {"team"} if summary.team_id in actor.teams else set()


async def summaries(session: AsyncSession, actor: Actor, rows: Sequence[ClientSummary]) -> list[SummaryRead]:
    """With their words, for whoever reads conclusions."""
    words: dict[UUID, ClientSummaryWords] = {}
    if rows and reads_words(actor):
        words.update(await queries.words_of(session, [row.id for row in rows]))
    shown = []
    for row in rows:
        fields = {n: getattr(row, n) for n in SummaryRead.model_fields if hasattr(row, n)}
        sections = [section(row.language, one) for one in words[row.id].sections] if row.id in words else None
        await blot(session, actor, [(row.client_id, one) for one in sections or ()], "text")
        advised = row.state is SummaryState.DRAFT and actor.client_id is None and sections is not None
        shown.append(
            SummaryRead(
                **fields,
                sections=sections,
                hints=hints_of(sections) if advised and sections is not None else None,
                allowed_actions=SUMMARY_FLOW.actions(row.state, actor, sides=sides(actor, row)),
            )
        )
    return shown


async def summary(session: AsyncSession, actor: Actor, row: ClientSummary) -> SummaryRead:
    return (await summaries(session, actor, [row]))[0]


def show_score(row: PathwayScore) -> ScoreRead:
    return ScoreRead.model_validate(row)


async def scores(session: AsyncSession, pathway: Pathway) -> ScoreList:
    rows = await pathways.scores_of(session, pathway.id)
    return ScoreList(
        pathway_id=pathway.id,
        client_id=pathway.client_id,
        short=short(pathway, rows),
        items=[show_score(row) for row in rows],
    )


def joined(facts: Sequence[str]) -> str:
    return ", ".join(called("suggestion_fact", fact) for fact in facts)


def why(rung: rules.Rung) -> str:
    """The sentence of a rung, in the reader's language."""
    language = speaking.get()
    if not rung.suggested:
        return (WOULD if rung.needed_if else NOT_ENOUGH).pick(language).format(facts=joined(rung.needed_if))
    because = [NEEDED.pick(language).format(facts=joined(rung.because))] if rung.because else []
    return " ".join([*because, (ENOUGH if rung.enough else NOT_ENOUGH).pick(language)])


async def suggestions(session: AsyncSession, actor: Actor, pathway: Pathway) -> Suggestions:
    """By what the reader may know of the case."""
    expected = {
        step.kind: person_minutes(step.kind, step.expected_minutes)
        for step in await pathways.every_step(session, pathway.id)
        if step.expected_minutes is not None and step.state is not StepState.SKIPPED
    }
    shown = []
    for rung in rules.suggest(await queries.known(session, actor, pathway.id)):
        facts = codeset("support_step")[rung.step].facts
        shown.append(
            SuggestedStep(
                step=rung.step,
                label=called("support_step", rung.step),
                person_minutes=expected.get(rung.step) or person_minutes(rung.step, facts["minutes"]),
                enough=rung.enough,
                suggested=rung.suggested,
                because=list(rung.because),
                needed_if=list(rung.needed_if),
                why=why(rung),
            )
        )
    return Suggestions(pathway_id=pathway.id, client_id=pathway.client_id, steps=shown)
