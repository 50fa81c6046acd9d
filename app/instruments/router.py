"""Addresses: instruments as data, their items and bands, and what answers amount to."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from app.instruments import refusals, rules, service
from app.instruments.item_schemas import AnswersScore, AnswersScored
from app.instruments.schemas import InstrumentList, InstrumentRead, MeasureRead
from app.instruments.shown import Shown
from app.kit.problems import MissingPermission, NotFound
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P

router = room("Instruments")
Anyone = Annotated[Actor, needs(P.ME_READ)]
Code = Annotated[str, Path(pattern=r"^[a-z0-9_]{1,40}$", examples=["phq9"])]
Version = Annotated[str, Path(pattern=r"^[0-9]{1,6}$", examples=["2"])]


@router.get("/instruments", responses=problems(MissingPermission))
async def list_instruments(actor: Anyone, shelf: Shown) -> InstrumentList:
    """Every instrument in its newest version, the one to offer first at the top (C-40): range, items, bands and where
    they come from; and how body mass index and blood pressure are classed."""
    data = dict(rules.measures())
    return InstrumentList(
        items=[InstrumentRead.of(instrument) for instrument in service.offered(shelf)],
        measures=[MeasureRead.of(code, data) for code in ("bmi", "bp")],
    )


@router.get("/instruments/{instrument_code}/{instrument_version}", responses=problems(MissingPermission, NotFound))
async def get_instrument(
    actor: Anyone, shelf: Shown, instrument_code: Code, instrument_version: Version
) -> InstrumentRead:
    """One version of one instrument, an older one too: a kept score names the version that it was taken with."""
    return InstrumentRead.of(service.known(shelf, instrument_code, instrument_version))


@router.post(
    "/instruments/{instrument_code}/{instrument_version}/score",
    responses=problems(
        MissingPermission, NotFound, refusals.AnswersUnfit, refusals.EditionUnfit, refusals.ScoringUnknown,
        refusals.ItemsNotKept, refusals.ScoringUnavailable,
    ),
)  # fmt: skip
async def score_answers(
    actor: Anyone, shelf: Shown, instrument_code: Code, instrument_version: Version, given: AnswersScore
) -> AnswersScored:
    """What answers amount to. Nothing is kept, and it is of nobody. Missing items by the instrument's own rule."""
    return service.scored(service.known(shelf, instrument_code, instrument_version), given)
