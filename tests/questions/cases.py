"""A KuumaLinja of the area, and questions in it."""

from __future__ import annotations

from typing import Any

from tests import factories as f
from tests.conftest import As
from tests.factories import Json, act, ok
from tests.world import World

HEALTH = ["unemployed_health_nurse", "psychiatric_nurse", "physiotherapist", "work_ability_coordinator"]
EXPERTS = ["physician_mental_substance_neuro", "physician_msk_somatic", "kela_work_ability_adviser"]
ASKED = "Millä etuudella toimeentulo turvataan, kun sairauspäivät täyttyivät ennen kuntoutusta?"
ANSWER = "Kuntoutusraha käy, jos kuntoutuksen myönsi Kela; muuten työmarkkinatuki."


def forum(world: World, **over: Any) -> Json:
    return {
        "kind": "kuumalinja_session", "name": "KuumaLinja", "askerRoles": HEALTH, "expertRoles": EXPERTS,
        "organisationIds": [str(world.organisations["kela"])], "convenerId": str(world.persons["coordinator"]), **over,
    }  # fmt: skip


async def a_forum(who: As, world: World, **over: Any) -> Json:
    return ok(await act(who("lead"), "/v1/forums", forum(world, **over)))


async def asks(who: As, made: Json, by: str = "nurse", **over: Any) -> Json:
    body = {"body": ASKED, "themes": ["kela_benefits"], **over}
    return ok(await act(who(by), f"/v1/forums/{made['id']}/questions", body))


async def a_session(who: As, world: World, made: Json, starts: str, **over: Any) -> Json:
    convener = str(world.persons["coordinator"])
    body = {"startsAt": starts, "place": "Teams", "convenerId": convener, **over}
    return ok(await act(who("coordinator"), f"/v1/forums/{made['id']}/sessions", body))


def here(row: Json) -> str:
    return f"/v1/forum-questions/{row['id']}"


async def seen(who: As, row: Json, by: str = "nurse") -> Json:
    return await f.get(who(by), here(row))


async def answers(who: As, row: Json, by: str = "physician_mental", body: str = ANSWER) -> Json:
    return ok(await act(who(by), f"{here(row)}/answer", {"body": body}, row))


async def proposed(who: As, row: Json, **over: Any) -> Json:
    body = {
        "title": "Sairauspäivät täyttyivät", "question": "Mistä toimeentulo?", "answer": ANSWER,
        "themes": ["kela_benefits"], "reviewOn": "2027-11-23", **over,
    }  # fmt: skip
    return ok(await act(who("physician_mental"), f"{here(row)}/library-entries", body))


async def published(who: As, row: Json, **over: Any) -> Json:
    """Proposed by one physician, agreed to by the asker, checked by the other."""
    entry = await proposed(who, row, **over)
    for by, verb in (("nurse", "agree"), ("physician_msk", "publish")):
        entry = ok(await act(who(by), f"/v1/library-entries/{entry['id']}/{verb}", {}, entry))
    return entry
