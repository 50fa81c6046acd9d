"""How a response is shown: its content to its own register and the client, help to a client at once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.protecting import blot
from app.instruments.item_schemas import InstrumentOptionRead, InstrumentWordingRead, ScoreBand
from app.instruments.rules import Instrument
from app.instruments.wordings import Shelf
from app.kit.codesets import codeset
from app.kit.schemas import WordsRead
from app.people.actor import Actor
from app.preinformation.queries import service_of
from app.preinformation.schemas import FillingService
from app.representatives.links import LinkHolder
from app.responses import content, queries, rules
from app.responses.filling_schemas import AnsweringItem, AnsweringRead
from app.responses.models import FLOW, InstrumentResponse, ResponseState
from app.responses.schemas import (
    GuidanceRead,
    HelpRead,
    ResponseAnswer,
    ResponseLinkRead,
    ResponseRead,
    ResponseSummary,
    SafetyRead,
    Suggested,
)  # fmt: skip
from app.responses.service import reads, refusal

PLAIN = (
    "id", "version", "client_id", "pathway_id", "instrument", "instrument_version", "edition", "state", "mode",
    "language", "sex", "requested_at", "requested_by_id", "saved_at", "answered_on", "completed_at", "author_id",
    "representative_id", "corrects_id", "ended_reason",
)  # fmt: skip
NOTHING: dict[str, object] = {
    "answers": None, "unanswered": [], "score": None, "score_because": None, "rescaled": None, "imputed": [],
    "band": None, "caution": None, "suggests": None, "guidance": None, "safety": None, "help": None,
}  # fmt: skip


def summary(actor: Actor, row: InstrumentResponse) -> ResponseSummary:
    told = reads(actor, row)
    plain = {name: getattr(row, name) for name in ResponseSummary.model_fields if hasattr(row, name)}
    return ResponseSummary(
        **plain
        | {
            "data_register": row.register,
            "score": row.score if told else None,
            "guidance": row.guidance if actor.client_id is None or row.guidance_at else None,
            "safety_open": told and actor.client_id is None and row.safety_open,
        }
    )


def answered(row: InstrumentResponse, instrument: Instrument) -> list[ResponseAnswer]:
    """In the order of the instrument."""
    kept = row.answers or {}
    return [ResponseAnswer(item=item.code, value=kept[item.code]) for item in instrument.items if item.code in kept]


def unanswered(row: InstrumentResponse, instrument: Instrument) -> list[str]:
    """Items that everybody is asked, without an answer; nothing where only a score was given."""
    if row.answers is None and row.completed_at is not None:
        return []
    return [item.code for item in instrument.items if item.needed and item.code not in (row.answers or {})]


def band(row: InstrumentResponse, instrument: Instrument) -> ScoreBand | None:
    """As it was found on the day: the table is named by its source."""
    for table in instrument.tables:
        found = next((one for one in table.bands if one.code == row.band and table.source == row.band_source), None)
        if found is not None:
            label = WordsRead.model_validate(found.label)
            return ScoreBand(code=found.code, label=label, source=table.source, sure=table.sure)
    return None


def guidance(row: InstrumentResponse) -> GuidanceRead | None:
    if row.guidance is None:
        return None
    asked = row.guidance == "prompted" and row.state is ResponseState.COMPLETED
    return GuidanceRead.model_validate(
        {
            "decision": row.guidance,
            "targets": row.guidance_targets,
            "note": row.guidance_note,
            "agreed_with_client": row.guidance_agreed,
            "decided_at": row.guidance_at,
            "decided_by_id": row.guidance_by_id,
            "choices": [code.code for code in codeset("guidance_target")] if asked else [],
        }
    )


def safety(row: InstrumentResponse) -> SafetyRead | None:
    if not row.safety or row.safety_person_id is None:
        return None
    return SafetyRead(
        code=rules.SAFETY,
        text=WordsRead.model_validate(rules.SAFETY_NOW),
        person_id=row.safety_person_id,
        handled_at=row.safety_handled_at,
        handled_by_id=row.safety_handled_by_id,
        note=row.safety_note,
    )


async def help_of(session: AsyncSession, team_id: UUID) -> HelpRead:
    """The emergency number, the team, and the crisis line where one is set."""
    name, seat = await service_of(session, team_id)
    return HelpRead(
        text=WordsRead.model_validate(rules.HELP),
        emergency=rules.EMERGENCY,
        service=name,
        phone=seat.phone if seat else None,
        email=seat.email if seat else None,
        crisis_line=session.info["settings"].crisis_line,
    )


async def show(session: AsyncSession, actor: Actor, shelf: Shelf, row: InstrumentResponse) -> ResponseRead:
    """A team that did not ask reads, and has no verbs. A client sees no band and no prompt of the professionals."""
    own = actor.client_id is not None
    told = reads(actor, row)
    sides = {"filler"} if own else {"filler", "team"} if row.team_id in actor.teams else set()
    link = await queries.link_of(session, row.id)
    fields = {**NOTHING, **(await contents(session, own, shelf, row) if told else {})}
    found = ResponseRead.model_validate(
        {name: getattr(row, name) for name in PLAIN}
        | fields
        | {
            "data_register": row.register,
            "link": ResponseLinkRead.model_validate(link) if link else None,
            "allowed_actions": FLOW.actions(row.state, actor, lambda verb: refusal(actor, row, verb), sides=sides),
        }
    )
    await blot(session, actor, [(row.client_id, one) for one in (found.guidance, found.safety) if one], "note")
    return found


async def contents(session: AsyncSession, own: bool, shelf: Shelf, row: InstrumentResponse) -> dict[str, object]:
    instrument = content.of(shelf, row)
    found: dict[str, object] = {
        "answers": answered(row, instrument) if row.answers is not None else None,
        "unanswered": unanswered(row, instrument),
        **{name: getattr(row, name) for name in ("score", "score_because", "rescaled", "imputed")},
        "help": await help_of(session, row.team_id) if own and row.safety else None,
    }
    if own:  # what was agreed with them, and no prompt of the professionals
        return found | {"guidance": guidance(row) if row.guidance_at else None}
    further = row.instrument == "audit_c" and row.band not in (None, "low_risk")
    return found | {
        "band": band(row, instrument),
        "caution": WordsRead.model_validate(instrument.caution) if instrument.caution else None,
        "suggests": Suggested(instrument="audit", text=WordsRead.model_validate(rules.AUDIT_NEXT)) if further else None,
        "guidance": guidance(row),
        "safety": safety(row),
    }


async def show_answering(
    session: AsyncSession, holder: LinkHolder, shelf: Shelf, row: InstrumentResponse
) -> AnsweringRead:
    """To the holder of a link: nothing that says whose it is, or what the answers amount to."""
    instrument = content.of(shelf, row)
    asked = instrument.questions
    name, seat = await service_of(session, row.team_id)
    return AnsweringRead(
        version=row.version,
        state=row.state,
        service=FillingService(name=name, phone=seat.phone if seat else None, email=seat.email if seat else None),
        expires_at=holder.expires_at,
        instrument=instrument.code,
        title=WordsRead.model_validate(instrument.title),
        intro=InstrumentWordingRead.of(asked.intro) if asked else None,
        notice=asked.notice if asked else None,
        language=row.language,
        items=[
            AnsweringItem(
                code=item.code,
                number=item.number,
                text=InstrumentWordingRead.of(item.text),
                options=[InstrumentOptionRead.of(option) for option in item.options],
                min=item.low,
                max=item.high,
                needed=item.needed,
            )
            for item in instrument.items
        ],
        answers=answered(row, instrument),
        unanswered=unanswered(row, instrument),
        help=await help_of(session, row.team_id) if row.safety else None,
    )
