"""Address of simulations: what would have been, with other rules, people or limits."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from app.kit.clock import Now
from app.kit.db import Session
from app.kit.once import OnceOnly
from app.kit.problems import MissingPermission, NotFound, Unavailable
from app.kit.queries import one
from app.kit.routes import problems, room
from app.people.actor import Actor, needs
from app.people.periods import EndsBeforeStart
from app.routing.rulesets.refusals import RuleSetMalformed
from app.security.permissions import Permission as P
from app.simulations import refusals, service
from app.simulations.schemas import SimulationCreate, SimulationRead
from app.teams.queries import managed_teams

router = room("Routing")
Lead = Annotated[Actor, needs(P.TEAM_MANAGE)]


@router.post(
    "/teams/{team_id}/simulations",
    responses=problems(
        MissingPermission, NotFound, EndsBeforeStart, Unavailable,
        refusals.NothingToSimulate, refusals.UnknownSeat, refusals.PersonNotSeated, refusals.AbsenceBeforeWindow,
        refusals.LimitMissing, refusals.NoClientsPerDay, refusals.RulesTwice, RuleSetMalformed,
    ),
)  # fmt: skip
async def simulate_team(
    actor: Lead, session: Session, at: Now, team_id: UUID, once: OnceOnly, given: SimulationCreate
) -> SimulationRead:
    """What would have been with other rules, a vacancy, an absence or another capacity, over the team's last months.

    The same work is walked through twice: under the rules and people of its time, and with the changes. Work closes
    when it really closed; what waits takes the first place that frees; a human's own choices are not repeated. A
    planned absence that lies ahead is moved back by whole weeks into the months. Nothing is changed or kept.

    Answers in seconds: one simulation at a time, another gets 503 with `Retry-After`. Numbers are of everything; single
    cases are listed only as far as the list cannot tell of health (`unlisted` counts the others).
    """

    async def work() -> SimulationRead:
        team = await one(session, managed_teams(actor), team_id)
        return await service.simulate(session, actor, team, given, at)

    return await once.run(SimulationRead, work)
