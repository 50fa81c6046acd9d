"""Every source of the code set (domain 1.3) is somebody who signs in: it has an owner at once, and they hear back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.kit.codesets import codeset
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import act, get, ok
from tests.meetings.test_router import planned
from tests.world import World

# Who refers as it, without saying so: a partner by its organisation, the area's own by their role.
BY = {
    "employment_authority": "employment",
    "social_services_working_age": "social",
    "city_workshop": "workshop",
    "municipal_employment_services": "municipal",
    "physician": "physician_msk",
    "nurse": "nurse",
    "third_sector": "ngo",
    "coordinator": "coordinator",
    "kela": "kela",
    "occupational_health": "occupational",
    "mental_health": "psychiatry",
    "substance_services": "substance",
    "disability_services": "disability",
    "other": "parish",
}
ELSEWHERE = {"self", "joint_meeting"}
# Who is told that it ended, and no conclusion on work ability (domain 5.3: workshops, associations and the like).
NOTICED = {"workshop", "ngo", "substance", "disability", "parish"}


def test_none_is_forgotten() -> None:
    assert BY.keys() | ELSEWHERE == set(codeset("referral_source").codes)


async def answered(who: As, world: World, sent: f.Json, source: str, persona: str, join: str | None = None) -> None:
    """It has an owner, it is taken on, it ends, and whoever sent it reads the feedback and says so."""
    assert sent["source"] == source
    path = f"/v1/referrals/{sent['id']}"
    seen = await get(who("nurse"), path)
    assert (seen["owner"]["name"], seen["teamId"]) == ("Hanna Harju", str(world.team))
    _, opened = await f.accepted(who, world, sent, given={"joinPathwayId": join} if join else None)
    ok(await act(who("nurse"), f"/v1/pathways/{opened['id']}/record-outcome", {"code": "work_trial"}, opened))
    ok(await f.told(who, sent, "closure_notice" if persona in NOTICED else "conclusion"))
    mine = await get(who(persona), path)
    assert (mine["status"] if mine["view"] == "sender" else "ended", mine["feedback"]["state"]) == ("ended", "given")
    heard = (await get(who(persona), f"{path}/feedback"))["items"]
    # Social workers read the words with the client's permission only.
    wordless = persona in NOTICED | {"social"}
    assert [one["body"] for one in heard] == [None if wordless else "Half days are possible."]
    done = ok(await act(who(persona), f"{path}/acknowledge-feedback", {}, mine))
    assert done["feedback"]["acknowledgedAt"] is not None


@pytest.mark.parametrize(("source", "persona"), BY.items())
async def test_somebodys_source(who: As, world: World, source: str, persona: str) -> None:
    office = {"area", persona} & world.organisations.keys() | {"area"}
    sent = await f.a_referral(who, world, persona, permission=f.permission(world, *sorted(office)))
    await answered(who, world, sent, source, persona)


async def test_the_clients_own(who: As, world: World) -> None:
    sent = ok(await act(who("client"), "/v1/referrals/own", {"reason": "My back hurts.", "unemploymentDays": 12}))
    await answered(who, world, sent, "self", "client")


async def test_a_joint_meeting(who: As, world: World, clock: Clock) -> None:
    terms = f.permission(world, "area", "kela")
    first = await f.a_referral(who, world, "kela", permission=terms, client=f.person(identityCode=f.AINO))
    _, path = await f.accepted(who, world, first)
    row = await planned(who, world, path, "kela", startsAt=f.at(hours=1))
    clock.at = NOON + timedelta(hours=3)
    given = {"reason": "Agreed together.", "permission": terms}
    sent = ok(await act(who("kela"), f"/v1/meetings/{row['id']}/referrals", given))
    assert sent["originMeetingId"] == row["id"]
    await answered(who, world, sent, "joint_meeting", "kela", join=path["id"])
