"""Filling a form, by whomever: which answers are kept, and sending the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.clients.identity import scan
from app.kit.clock import civil_date
from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid
from app.outbox.events import append
from app.preinformation import queries, rules
from app.preinformation.forms import pinned
from app.preinformation.models import FLOW, FormAnswers, Preinformation
from app.preinformation.schemas import AnswerGiven
from app.referrals.content import CodeInText


class AnswerInvalid(Invalid):
    """`errors` point at each answer that does not fit its item, with its own code; the answer is not repeated."""

    code = "answer_invalid"
    title = Text("Vastaus ei sovi kohtaan", "Svaret passar inte punkten", "An answer does not fit its item")
    detail = Text(
        "Korjaa luetellut vastaukset. Muita ei tallennettu.",
        "Rätta de uppräknade svaren. De andra sparades inte.",
        "Mend the answers listed. The others were not saved either.",
    )


class FormIncomplete(Conflict):
    """`missing` are the link ids of required items without an answer."""

    code = "form_incomplete"
    title = Text("Pakollisia vastauksia puuttuu", "Obligatoriska svar saknas", "Required answers are missing")
    detail = Text(
        "Vastaa vielä näihin ja lähetä uudelleen: {missing}.",
        "Svara ännu på dessa och skicka igen: {missing}.",
        "Answer these and send it again: {missing}.",
    )


def merged(
    form: rules.Form, before: Mapping[str, rules.Value], given: Iterable[AnswerGiven], at: datetime
) -> dict[str, rules.Value]:
    """The answers with the new ones in. Raises `AnswerInvalid` naming each that does not fit, and `CodeInText`."""
    after, faults, seen = dict(before), [], set()
    for number, answer in enumerate(given):
        pointer = f"/body/answers/{number}"
        if any(scan(text) for text in (answer.link_id, answer.text, answer.code, *(answer.codes or ())) if text):
            raise CodeInText(errors=[{"pointer": pointer, "code": CodeInText.code, "detail": CodeInText.detail}])
        members = answer.model_dump(exclude={"link_id"}, exclude_none=True)
        try:
            if answer.link_id in seen:
                raise rules.Fault("answered_twice")
            seen.add(answer.link_id)
            value = rules.value_of(form, answer.link_id, members, civil_date(at))
        except rules.Fault as fault:
            faults.append({"pointer": pointer, "code": fault.code, "detail": rules.FAULTS[fault.code]})
            continue
        if value is None:
            after.pop(answer.link_id, None)
        else:
            after[answer.link_id] = value
    if faults:
        raise AnswerInvalid(errors=faults)
    return after


async def keep(session: AsyncSession, row: Preinformation, answers: Mapping[str, rules.Value]) -> None:
    kept = await queries.answers_of(session, row.id)
    if kept is None:
        session.add(FormAnswers(form_id=row.id, client_id=row.client_id, answers=dict(answers)))
    elif kept.answers != answers:
        kept.answers = dict(answers)
    await session.flush()


async def given_so_far(session: AsyncSession, row: Preinformation) -> dict[str, rules.Value]:
    kept = await queries.answers_of(session, row.id)
    return dict(kept.answers) if kept else {}


async def save(
    session: AsyncSession, row: Preinformation, given: Iterable[AnswerGiven], mode: str, at: datetime
) -> None:
    """Keep these answers. The version moves also when nothing of the row itself changed."""
    FLOW.check(row.state, "save")
    answers = merged(pinned(row.form, row.form_version), await given_so_far(session, row), given, at)
    await keep(session, row, answers)
    row.save(mode, at)
    row.touch()
    await session.flush()


async def submit(
    session: AsyncSession,
    row: Preinformation,
    given: Iterable[AnswerGiven],
    mode: str,
    by: UUID | None,
    responsible: UUID | None,
    at: datetime,
) -> None:
    """Send it; what is no longer asked is left out. Tells the path's responsible worker. Raises `FormIncomplete`."""
    FLOW.check(row.state, "submit")
    form = pinned(row.form, row.form_version)
    answers = merged(form, await given_so_far(session, row), given, at)
    lacking = rules.missing(form, answers)
    if lacking:
        raise FormIncomplete(missing=lacking)
    await keep(session, row, rules.kept(form, answers))
    row.submit(mode, by, at)
    append(
        session,
        "preinformation.submitted",
        row,
        client=row.client_id,
        team=row.team_id,
        mode=mode,
        responsible_person_id=str(responsible) if responsible else None,
    )
    await session.flush()
