"""Notices to cease: told in their hour, the same whatever ended it, and acknowledged by whoever received something."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.jobs.following import follow_consents, tell_to_cease
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.consents.test_consequences import rows, scene, withdrawn
from tests.factories import ABSENT, LACKS, NOBODY, STALE, TOO_LATE, UNTAGGED, act, code, get, ok
from tests.world import World

Job = Callable[[AsyncSession, Any], Awaitable[int]]
Run = Callable[[Job], Awaitable[int]]


@pytest.fixture
async def run(connection: AsyncConnection, clock: Clock) -> Run:
    """A job in the transaction of the test, as the role that jobs work as."""

    async def once(job: Job) -> int:
        await connection.execute(text("SET LOCAL ROLE NONE"))
        await connection.execute(text("SET LOCAL ROLE heinola_job"))
        async with AsyncSession(connection, join_transaction_mode="create_savepoint") as session, session.begin():
            session.info["at"] = clock.at
            done = await job(session, clock.at)
        await connection.execute(text("SET LOCAL ROLE NONE"))
        await connection.execute(text("SET LOCAL ROLE heinola_app"))
        return done

    return once


async def notices(who: As, by: str) -> list[f.Json]:
    return list((await get(who(by), "/v1/cease-notices"))["items"])


async def test_told_on_the_next_working_day_at_eight(who: As, world: World, clock: Clock, run: Run) -> None:
    made = await scene(who, world, "kela", "workshop")
    await withdrawn(who, made["given"]["kela"])
    (mine,) = await notices(who, "nurse")
    assert (mine["state"], mine["dueAt"], mine["clientId"]) == (
        "pending", "2026-11-24T06:00:00Z", made["path"]["clientId"],
    )  # fmt: skip
    assert await notices(who, "client") == [{**mine, "allowedActions": []}]
    at = f"/v1/cease-notices/{mine['id']}"
    assert await notices(who, "kela") == []
    assert code(await who("kela").get(at)) == ABSENT
    clock.at = NOON + timedelta(hours=19)
    assert await run(tell_to_cease) == 0, "not before its hour"
    clock.at = NOON + timedelta(hours=21)
    assert await run(tell_to_cease) == 1
    assert await run(tell_to_cease) == 0, "once"
    (theirs,) = await notices(who, "kela")
    assert (theirs["state"], theirs["clientId"], theirs["disclosureIds"]) == ("released", None, mine["disclosureIds"])
    assert f.action(theirs, "acknowledge")["allowed"] is True
    for persona in ("workshop", "employment", "hollola_nurse"):
        assert await notices(who, persona) == []
        assert code(await who(persona).get(at)) == ABSENT, persona
    for persona, refusal in (("", NOBODY), ("admin", LACKS), ("lead", LACKS)):
        assert code(await who(persona).get(at)) in (refusal, ABSENT), persona
    assert code(await act(who("nurse"), f"{at}/acknowledge", {}, mine)) == LACKS
    assert code(await act(who("workshop"), f"{at}/acknowledge", {}, theirs)) == ABSENT
    assert code(await act(who("kela"), f"{at}/acknowledge")) == UNTAGGED
    assert code(await act(who("kela"), f"{at}/acknowledge", {}, {"version": 9})) == STALE
    read = ok(await act(who("kela"), f"{at}/acknowledge", {}, theirs))
    assert (read["state"], read["acknowledgedAt"]) == ("acknowledged", "2026-11-24T07:00:00Z")
    assert code(await act(who("kela"), f"{at}/acknowledge", {}, read)) == TOO_LATE


@pytest.mark.parametrize("end", ["withdrawn", "prohibited", "refused", "expired", "wrong"])
async def test_the_notice_is_the_same_whatever_ended_it(
    who: As, world: World, clock: Clock, run: Run, connection: AsyncConnection, end: str
) -> None:
    made = await scene(who, world)
    terms = f.consent(world, "kela", dataClasses=["participation"], validUntil=f.at(hours=1))
    consent = ok(await act(who("nurse"), made["consents"], terms))
    again = {"participantIds": [str(world.persons["kela"])]}
    ok(await act(who("nurse"), f"/v1/meetings/{made['meeting']['id']}/invite", again, made["meeting"]))
    clock.at = NOON + timedelta(minutes=30)
    if end == "withdrawn":
        await withdrawn(who, consent)
    elif end == "wrong":
        body = {"reason": "Not said."}
        ok(await act(who("nurse"), f"/v1/consents/{consent['id']}/mark-entered-in-error", body, consent))
    elif end != "expired":
        kind = {"prohibited": "prohibition", "refused": "refusal"}[end]
        ok(await act(who("client"), made["consents"], f.prohibition(world, "kela", kind=kind)))
    clock.at = NOON + timedelta(hours=2)
    assert await run(follow_consents) == (end not in ("withdrawn", "wrong"))
    assert await run(follow_consents) == 0, "followed once"
    clock.at = NOON + timedelta(days=1)
    assert await run(tell_to_cease) == 1
    (theirs,) = await notices(who, "kela")
    del theirs["id"], theirs["disclosureIds"]
    assert theirs == {
        "version": 2, "clientId": None, "recipientOrganisationId": str(world.organisations["kela"]),
        "dueAt": "2026-11-24T06:00:00Z", "state": "released", "acknowledgedAt": None,
        "allowedActions": [{"action": "acknowledge", "allowed": True, "because": None, "remedy": None}],
    }  # fmt: skip
    told = await rows(connection, "SELECT at, data, team_id FROM outbox_events WHERE kind = 'disclosure.ceased'")
    assert told == [(clock.at, {}, None)], "told of in its hour, with nothing of why"
    assert code(await who("kela").get(f"/v1/meetings/{made['meeting']['id']}")) == ABSENT


async def test_permitted_again_before_its_hour_nothing_is_told(who: As, world: World, clock: Clock, run: Run) -> None:
    made = await scene(who, world, "kela")
    await withdrawn(who, made["given"]["kela"])
    ok(await act(who("client"), made["consents"], f.consent(world, "kela")))
    clock.at = NOON + timedelta(days=1)
    assert await run(tell_to_cease) == 1
    assert await notices(who, "kela") == []
    assert [one["state"] for one in await notices(who, "nurse")] == ["cancelled"]


async def test_the_id_does_not_tell_when_it_ended(who: As, world: World) -> None:
    made = await scene(who, world, "kela")
    await withdrawn(who, made["given"]["kela"])
    (mine,) = await notices(who, "nurse")
    assert mine["id"][14] == "4"


async def test_a_prohibition_whose_day_comes_is_followed(who: As, world: World, clock: Clock, run: Run) -> None:
    made = await scene(who, world, "kela")
    no = f.prohibition(world, "kela", dataClasses=["participation"], validFrom=f.at(hours=5))
    assert ok(await act(who("client"), made["consents"], no))["consequences"] == []
    assert await run(follow_consents) == 0
    ok(await who("kela").get(f"/v1/meetings/{made['meeting']['id']}"))
    clock.at = NOON + timedelta(hours=6)
    assert await run(follow_consents) == 1
    assert [one["state"] for one in await notices(who, "nurse")] == ["pending"]


async def test_what_ran_out_is_asked_again(who: As, world: World, clock: Clock, run: Run) -> None:
    made = await scene(who, world)
    terms = f.consent(world, "kela", dataClasses=["participation"], validUntil=f.at(hours=1))
    ok(await act(who("nurse"), made["consents"], terms))
    again = {"participantIds": [str(world.persons["kela"])]}
    ok(await act(who("nurse"), f"/v1/meetings/{made['meeting']['id']}/invite", again, made["meeting"]))
    clock.at = NOON + timedelta(hours=2)
    assert await run(follow_consents) == 1
    (gap,) = (await get(who("nurse"), "/v1/consent-gaps"))["items"]
    assert (gap["openedBecause"], gap["recipient"], gap["pathwayId"]) == ("ended", "Kela", made["path"]["id"])
    (row,) = (await get(who("nurse"), "/v1/worklist", list="mine", kind="consent_gap"))["items"]
    assert row["remedy"] == gap["remedy"]
