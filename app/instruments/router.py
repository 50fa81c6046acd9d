"""Addresses: instruments as data, and their bands."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

from app.instruments import rules
from app.instruments.schemas import InstrumentList, InstrumentRead, MeasureRead
from app.kit.problems import MissingPermission
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P

router = room("Instruments")


@lru_cache(maxsize=1)
def listed() -> InstrumentList:
    data = dict(rules.measures())
    return InstrumentList(
        items=[InstrumentRead.of(instrument) for instrument in rules.instruments().values()],
        measures=[MeasureRead.of(code, data) for code in ("bmi", "bp")],
    )


@router.get("/instruments", responses=problems(MissingPermission))
async def list_instruments(actor: Annotated[Actor, needs(P.ME_READ)]) -> InstrumentList:
    """Every instrument that a health check may use, with its range, its bands and where they come from; and how body
    mass index and blood pressure are classed. No item texts."""
    return listed()
