"""What an overall statement rests on: references to what others of the path found, each with the role it came from
(C-17). A reader is shown those of registers that they read, and nobody is told of the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.assessments import kind_refusals as refusals
from app.assessments import kinds, queries
from app.assessments.models import Assessment, AssessmentState
from app.assessments.refusals import at as wrong
from app.assessments.schemas import ContributionRead, StatementWarningRead
from app.audit.trail import used
from app.instruments.schemas import TextRead
from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.people.actor import Actor
from app.responses.models import InstrumentResponse, ResponseState

PLACE = "/body/overall/contributions"
HELD, CONVENER = "held", "convener"
WARNINGS: dict[str, Text] = {
    "contributions_of_one_role": Text(
        "Kokonaisarvio ei nojaa vähintään kahden eri roolin työhön: toimintakyky ei selviä yhden vastaanotolla.",
        "Helhetsbedömningen vilar inte på minst två olika rollers arbete: förmågan framgår inte hos en enda.",
        "The statement does not rest on at least two different roles: nobody sees the whole alone.",
    ),
    "contribution_in_error": Text(
        "Jokin, mihin kokonaisarvio viittaa, on merkitty virheelliseksi: tarkista ja korjaa.",
        "Något som helhetsbedömningen hänvisar till är markerat som felaktigt: granska och rätta.",
        "Something that the statement cites was entered in error: check it, and amend.",
    ),
}


async def resolved(
    session: AsyncSession, actor: Actor, assessment: Assessment, given: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Each with the role and the register it came from. Raises `CitationTwice`, `CitationUnknown`,
    `CitationNotCompleted`, `CitationInError`."""
    ids = [UUID(one["id"]) for one in given]
    if len(set(ids)) < len(ids):
        raise wrong(refusals.CitationTwice, [PLACE])
    path = assessment.pathway_id
    written = {row.id: row for row in await queries.cited(session, actor, path, ids) if row.id != assessment.id}
    meetings = await queries.cited_meetings(session, path, of_kind(given, "meeting"))
    answers = await answered(session, actor, path, of_kind(given, "response"))
    found: list[dict[str, Any]] = []
    role: str | None
    for number, (one, id) in enumerate(zip(given, ids, strict=True)):
        place = [f"{PLACE}/{number}"]
        if one["kind"] == "meeting":
            if id not in meetings:
                raise wrong(refusals.CitationUnknown, place)
            if meetings[id][0] != HELD:
                raise wrong(refusals.CitationNotCompleted, place)
            role, register = CONVENER, kinds.OPERATIONAL
        elif one["kind"] == "response":
            if id not in answers:
                raise wrong(refusals.CitationUnknown, place)
            response = answers[id]
            if response.state is ResponseState.ENTERED_IN_ERROR:
                raise wrong(refusals.CitationInError, place)
            if response.state is not ResponseState.COMPLETED:
                raise wrong(refusals.CitationNotCompleted, place)
            role, register = await role_of(session, response), response.register
        else:
            if id not in written:
                raise wrong(refusals.CitationUnknown, place)
            row = written[id]
            if row.state is AssessmentState.ENTERED_IN_ERROR:
                raise wrong(refusals.CitationInError, place)
            if row.state is not AssessmentState.COMPLETED:
                raise wrong(refusals.CitationNotCompleted, place)
            role, register = row.author_role, row.register
        found.append({"kind": one["kind"], "id": one["id"], "role": role, "register": register})
    return found


def of_kind(given: Sequence[Mapping[str, Any]], kind: str) -> list[UUID]:
    return [UUID(one["id"]) for one in given if one["kind"] == kind]


async def answered(
    session: AsyncSession, actor: Actor, pathway_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, InstrumentResponse]:
    """Of these the answered instruments that the caller sees; each goes to the use log."""
    found = await queries.cited_responses(session, actor, pathway_id, ids) if ids else {}
    await used(session, "instrument_responses", [(row.id, row.client_id) for row in found.values()], fields=["state"])
    return found


async def role_of(session: AsyncSession, response: InstrumentResponse) -> str | None:
    """As what its author answered it, by the seat held that day; None for what the client filled alone."""
    if response.author_id is None or response.completed_at is None:
        return None
    on = civil_date(response.completed_at)
    roles, seats = await queries.roles_on(session, response.author_id, response.team_id, on)
    return kinds.author_role(roles, seats, kinds.OPERATIONAL)


def readable(actor: Actor) -> Collection[str] | None:
    """Which registers the caller reads; None is all, of their own."""
    return None if actor.client_id is not None else (kinds.OPERATIONAL, *actor.context.registers)


def content_for(registers: Collection[str] | None, content: Mapping[str, Any]) -> dict[str, Any]:
    """The content without the citations that are not for a reader of these registers."""
    cited = content.get("contributions")
    if not cited or registers is None:
        return dict(content)
    return {**content, "contributions": [one for one in cited if one["register"] in registers]}


async def shown(
    session: AsyncSession, actor: Actor, assessment: Assessment
) -> tuple[list[ContributionRead], list[StatementWarningRead]]:
    """The contributions that the reader may see, as they stand today, and what is to be noticed of them all."""
    if kinds.content_of(assessment.kind) != "overall" or assessment.completed_at is None:
        return [], []
    cited = assessment.content.get("contributions") or []
    ids = [UUID(one["id"]) for one in cited]
    written = {row.id: row for row in await queries.cited(session, actor, assessment.pathway_id, ids)} if ids else {}
    met = of_kind(cited, "meeting")
    meetings = await queries.cited_meetings(session, assessment.pathway_id, met) if met else {}
    answers = await answered(session, actor, assessment.pathway_id, of_kind(cited, "response"))
    in_error = {str(id) for id, row in written.items() if row.state is AssessmentState.ENTERED_IN_ERROR}
    in_error |= {str(id) for id, row in answers.items() if row.state is ResponseState.ENTERED_IN_ERROR}
    seen = []
    for one in content_for(readable(actor), assessment.content).get("contributions") or []:
        id = UUID(one["id"])
        row, response = written.get(id), answers.get(id)
        # What was entered in error may be somebody else's: the client is not shown it.
        if (row is None and response is None and id not in meetings) or (
            actor.client_id is not None and one["id"] in in_error
        ):
            continue
        done = row or response
        moment = done.completed_at if done else meetings[id][1]
        seen.append(
            ContributionRead(
                kind=one["kind"],
                id=id,
                role=one["role"],
                assessment_kind=row.kind if row else None,
                instrument=response.instrument if response else None,
                on=civil_date(moment) if moment else None,
                in_error=one["id"] in in_error,
            )
        )
    codes = []
    if kinds.one_sided(one["role"] for one in cited if one["id"] not in in_error):
        codes.append("contributions_of_one_role")
    if in_error and actor.client_id is None:
        codes.append("contribution_in_error")
    return seen, [StatementWarningRead(code=code, text=TextRead.of(WARNINGS[code])) for code in codes]
