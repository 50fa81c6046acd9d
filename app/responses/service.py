"""Recording a response, asking the client for one, filling it, correcting it, and what follows it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.access.matrix import cell
from app.instruments.refusals import ItemsNotKept
from app.instruments.rules import Instrument
from app.instruments.use_refusals import ModeUnfit
from app.instruments.wordings import Shelf
from app.kit.clock import civil_date
from app.kit.i18n import LANGUAGES
from app.kit.ownid import own_id
from app.kit.problems import Problem
from app.outbox.events import append
from app.pathways.models import PATHWAY_FLOW, Pathway
from app.people.actor import Actor
from app.people.periods import at_field
from app.referrals.content import refuse_codes
from app.responses import content, links, queries, refusals, rules
from app.responses.models import FLOW, InstrumentResponse
from app.responses.schemas import (
    GuidanceAnswer,
    ResponseContent,
    ResponseCorrect,
    ResponseRecord,
    ResponseRequest,
    ResponseSave,
    ResponseSubmit,
    SafetyHandle,
)  # fmt: skip
from app.teams.health import keep_health_out

OF_CONTENT = frozenset({"save", "submit", "make_link", "correct", "mark_entered_in_error"})
ERASING = frozenset({"correct", "mark_entered_in_error"})


def reads(actor: Actor, row: InstrumentResponse) -> bool:
    """Whether the content is for this caller: the client; of an own register who reads it; of work ability who reads
    those scores (domain 5.3), and whoever asked or recorded it."""
    if actor.client_id is not None:
        return True
    if row.register != "operational":
        return row.register in actor.context.registers
    mine = actor.person_id in (row.author_id, row.requested_by_id)
    return row.instrument not in rules.COMMON or mine or cell("was_score", actor.roles, actor.context.registers) == "Y"


def refusal(actor: Actor, row: InstrumentResponse, verb: str) -> Problem | None:
    """Why this caller may not do it now, the state apart."""
    if verb in OF_CONTENT and not reads(actor, row):
        return refusals.InstrumentNotYours()
    if verb == "correct" and row.author_id is None:
        return refusals.ClientsOwnAnswers()
    if verb in ERASING and row.safety_open:
        return refusals.SafetyUnseen()
    if verb == "answer_guidance" and row.guidance_at is not None:
        return refusals.GuidanceAnswered()
    if verb == "handle_safety":
        return refusals.SafetyHandled() if row.safety_handled_at else None if row.safety else refusals.NoSafetySign()
    return None


def check(actor: Actor, row: InstrumentResponse, verb: str) -> None:
    FLOW.check(row.state, verb)
    if problem := refusal(actor, row, verb):
        raise problem


async def register_of(session: AsyncSession, actor: Actor, pathway: Pathway, instrument: str) -> str:
    """In whose register it is answered. Raises `IllegalMove`, `InstrumentNotYours`, `NoHealthDataHere`."""
    PATHWAY_FLOW.check(pathway.state, "request_assessment")
    register = rules.register_of(instrument, actor.context.registers)
    if register is None:
        raise refusals.InstrumentNotYours()
    await keep_health_out(session, pathway.team_id, register)
    return register


def begun(
    actor: Actor, pathway: Pathway, instrument: Instrument, register: str, given: ResponseContent
) -> InstrumentResponse:
    return InstrumentResponse(
        client_id=pathway.client_id,
        pathway_id=pathway.id,
        team_id=pathway.team_id,
        instrument=instrument.code,
        instrument_version=instrument.version,
        edition=given.edition,
        register=register,
        language=given.language,
        sex=given.sex,
    )


async def record(
    session: AsyncSession, actor: Actor, shelf: Shelf, pathway: Pathway, given: ResponseRecord, at: datetime
) -> InstrumentResponse:
    """A whole response; with guidance, and that a sign of danger was seen to, where they are said at once."""
    instrument = content.chosen(shelf, given.instrument, given.version)
    register = await register_of(session, actor, pathway, instrument.code)
    answers = content.checked(shelf, instrument, given, at)
    row = begun(actor, pathway, instrument, register, given)
    row.id = own_id(given.id, at)
    await written(session, actor, instrument, row, answers, given, at)
    if given.guidance is not None:
        guide(actor, row, given.guidance, at, "guidance/")
    if given.safety_handled is not None:
        see_to(actor, row, given.safety_handled, at)
    await session.flush()
    return row


async def written(
    session: AsyncSession,
    actor: Actor,
    instrument: Instrument,
    row: InstrumentResponse,
    answers: dict[str, int] | None,
    given: ResponseContent,
    at: datetime,
) -> None:
    session.add(row)
    await session.flush()
    row.answers = answers
    await content.complete(session, instrument, row, given.mode, given.answered_on, actor.person_id, at, given.score)


async def correct(
    session: AsyncSession, actor: Actor, shelf: Shelf, row: InstrumentResponse, given: ResponseCorrect, at: datetime
) -> InstrumentResponse:
    """Another row in its place; the one before stays, marked, with the reason. `safety_handled` says it of both.

    Raises `SafetyUnseen`, `OlderVersion`, `ClientsOwnAnswers`, and what `record` does.
    """
    FLOW.check(row.state, "correct")
    seen_to = given.safety_handled
    if row.safety_open and seen_to is not None:
        see_to(actor, row, seen_to, at)
        seen_to = None
    check(actor, row, "correct")
    refuse_codes(reason=given.reason)
    instrument = content.chosen(shelf, row.instrument, given.version)
    if int(instrument.version) < int(row.instrument_version):
        raise at_field(refusals.OlderVersion, "version")
    answers = content.checked(shelf, instrument, given, at)
    row.end("correct", given.reason)
    new = InstrumentResponse(
        client_id=row.client_id,
        pathway_id=row.pathway_id,
        team_id=row.team_id,
        instrument=instrument.code,
        instrument_version=instrument.version,
        edition=given.edition,
        register=row.register,
        language=given.language,
        sex=given.sex,
        requested_at=row.requested_at,
        requested_by_id=row.requested_by_id,
        corrects_id=row.id,
    )
    await written(session, actor, instrument, new, answers, given, at)
    if given.guidance is not None:
        guide(actor, new, given.guidance, at, "guidance/")
    if given.safety_handled is not None and (new.safety or seen_to is not None):
        see_to(actor, new, given.safety_handled, at)
    await session.flush()
    return new


async def request(
    session: AsyncSession, actor: Actor, shelf: Shelf, pathway: Pathway, given: ResponseRequest, at: datetime
) -> InstrumentResponse:
    """Ask the client. Raises `ItemsNotKept`, `ItemTextsOff`, and what `register_of` does."""
    instrument = content.chosen(shelf, given.instrument, None)
    register = await register_of(session, actor, pathway, instrument.code)
    if instrument.questions is None:
        raise ItemsNotKept()
    spoken = given.language or await queries.language_of(session, pathway.client_id)
    language = spoken if spoken in LANGUAGES else "en"
    if language not in instrument.questions.worded:
        raise refusals.ItemTextsOff(languages=", ".join(instrument.questions.worded) or "-")
    row = InstrumentResponse(
        id=own_id(given.id, at),
        client_id=pathway.client_id,
        pathway_id=pathway.id,
        team_id=pathway.team_id,
        instrument=instrument.code,
        instrument_version=instrument.version,
        edition=None,
        register=register,
        language=language,
        sex=given.sex,
        requested_at=at,
        requested_by_id=actor.person_id,
    )
    session.add(row)
    append(session, "response.requested", row, client=row.client_id, team=row.team_id)
    await session.flush()
    return row


async def save(
    session: AsyncSession, actor: Actor, shelf: Shelf, row: InstrumentResponse, given: ResponseSave, at: datetime
) -> None:
    check(actor, row, "save")
    content.fits(content.of(shelf, row), row, given.answers)
    row.save(at)
    await session.flush()


async def submit(
    session: AsyncSession, actor: Actor, shelf: Shelf, row: InstrumentResponse, given: ResponseSubmit, at: datetime
) -> None:
    """The client by their own login, or the team that asked, in an interview. Raises `ModeUnfit`, `ResponseEmpty`."""
    check(actor, row, "submit")
    instrument = content.of(shelf, row)
    own = actor.client_id is not None
    mode = given.mode or ("self" if own else "interview")
    if (own and mode != "self") or mode not in instrument.modes:
        raise at_field(ModeUnfit, "mode")
    content.fits(instrument, row, given.answers)
    await content.complete(session, instrument, row, mode, civil_date(at), actor.person_id, at)


def guide(actor: Actor, row: InstrumentResponse, given: GuidanceAnswer, at: datetime, within: str = "") -> None:
    """`within`: where in the body it stands. Raises `GuidanceAnswered`, `GuidanceUnclear`, `CodeInText`."""
    check(actor, row, "answer_guidance")
    refuse_codes(note=given.note)
    if (given.decision == "guided") != bool(given.targets):
        raise at_field(refusals.GuidanceUnclear, f"{within}targets")
    row.guidance, row.guidance_targets = given.decision, sorted(set(given.targets))
    row.guidance_note, row.guidance_agreed = given.note, given.agreed_with_client
    row.guidance_at, row.guidance_by_id = at, actor.person_id


def see_to(actor: Actor, row: InstrumentResponse, given: SafetyHandle, at: datetime) -> None:
    """Raises `NoSafetySign`, `SafetyHandled`, `CodeInText`."""
    check(actor, row, "handle_safety")
    refuse_codes(note=given.note)
    row.safety_handled_at, row.safety_handled_by_id, row.safety_note = at, actor.person_id, given.note


async def end(
    session: AsyncSession, actor: Actor, row: InstrumentResponse, verb: str, reason: str, at: datetime
) -> None:
    """`cancel`, or `mark_entered_in_error`; its link opens nothing any more."""
    check(actor, row, verb)
    refuse_codes(reason=reason)
    await links.revoke(session, row, at)
    row.end(verb, reason)
    append(session, "response.ended", row, client=row.client_id, team=row.team_id)
    await session.flush()
