"""Addresses of scores over time: a client's own, instrument by instrument, and as a curve."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response

from app.audit.trail import used
from app.clients.queries import visible_clients
from app.instruments import curve
from app.instruments import rules as instruments
from app.instruments.shown import Shown
from app.kit.db import Session
from app.kit.i18n import Language, speaking
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.responses import changes
from app.responses.change_schemas import InstrumentChangeList
from app.responses.models import InstrumentResponse
from app.security.permissions import Permission as P

router = room("Responses")
Reader = Annotated[Actor, needs(P.RESPONSE_READ)]
Code = Annotated[str, Path(pattern=r"^[a-z0-9_]{1,40}$", examples=["phq9"])]
Asked = Annotated[Language | None, Query(description="Instead of Accept-Language.")]
SVG = "image/svg+xml"
# As of a picture of a path: nothing in it loads anything.
HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Cache-Control": "no-store"}


class Curve(Response):
    media_type = SVG


def of_rows(client_id: UUID, rows: list[InstrumentResponse]) -> list[tuple[UUID | None, UUID | None]]:
    """What is logged as read; that there is nothing is read too."""
    return [(row.id, client_id) for row in rows] or [(None, client_id)]


@router.get("/clients/{client_id}/instrument-changes", responses=problems(MissingPermission, NotFound))
async def list_instrument_changes(
    actor: Reader, session: Session, shelf: Shown, client_id: UUID
) -> InstrumentChangeList:
    """Scores over time, instrument by instrument, and the first against the last of the same version and edition: what
    changed, and no claim that it means something. A client reads their own, without bands."""
    client = await one(session, visible_clients(actor), client_id)
    rows = await changes.scored(session, actor, client.id)
    await used(session, "instrument_responses", of_rows(client.id, rows), action="search")
    return changes.listed(actor, shelf, rows)


@router.get(
    "/clients/{client_id}/instrument-changes/{instrument_code}/curve",
    response_class=Curve,
    responses={
        **problems(MissingPermission, NotFound),
        200: {"description": "The curve.", "content": {SVG: {"schema": {"type": "string"}}}},
    },
)
async def get_instrument_curve(
    actor: Reader, session: Session, shelf: Shown, client_id: UUID, instrument_code: Code, lang: Asked = None
) -> Response:
    """The scores of one instrument as a small picture; every day and score in it is text, and no name."""
    found = instruments.newest(instrument_code, shelf)
    client = await one(session, visible_clients(actor), client_id)
    if found is None:
        raise NotFound()
    rows = await changes.scored(session, actor, client.id, instrument_code)
    await used(session, "instrument_responses", of_rows(client.id, rows))
    language = lang or speaking.get()
    points = [changes.point(row, told=actor.client_id is None) for row in rows]
    headers = {**HEADERS, "Content-Language": language, "Vary": "Accept-Language, Authorization"}
    return Curve(curve.curve(found, points, language), headers=headers)
