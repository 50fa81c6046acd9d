"""One verb on one appointment: who may, in which order rows are locked, once, on the version the caller knew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from app.appointments import queries, reading, service
from app.appointments.models import Appointment
from app.appointments.schemas import AppointmentRead
from app.kit.db import Session
from app.kit.etags import Expected, PreconditionFailed, PreconditionRequired
from app.kit.flow import IllegalMove
from app.kit.once import Once
from app.kit.problems import MissingPermission, NotFound
from app.kit.queries import one
from app.pathways.models import PathClosed
from app.pathways.queries import visible_pathways
from app.people.actor import Actor, needs
from app.security.permissions import Permission as P

Reader = Annotated[Actor, needs(P.MEETING_READ)]
Writer = Annotated[Actor, needs(P.MEETING_WRITE)]
Chooser = Annotated[Actor, needs(P.APPOINTMENT_BOOK)]
CHANGES = (MissingPermission, NotFound, IllegalMove, PathClosed, PreconditionRequired, PreconditionFailed)


async def change(
    session: Session,
    actor: Actor,
    once: Once,
    expected: Expected,
    appointment_id: UUID,
    do: Callable[[Appointment], Awaitable[None]],
) -> AppointmentRead:
    """The client, the path (by the team) and the appointment are locked in this order."""

    async def find() -> Appointment:
        own = actor.client_id is not None
        rows = queries.visible_appointments(actor) if own else queries.worked_appointments(actor)
        seen = await one(session, rows, appointment_id)
        await service.client_first(session, seen.client_id)
        if not own:
            await one(session, visible_pathways(actor), seen.pathway_id, lock=True)
        return await one(session, rows, appointment_id, lock=True)

    return await once.change(AppointmentRead, find, expected, lambda row: reading.show(session, actor, row), do)
