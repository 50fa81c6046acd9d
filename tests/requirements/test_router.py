"""A team publishes what it needs to know; every sender reads it, and is checked by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, LACKS, NOBODY, STALE, TOO_LATE, UNTAGGED, Json, act, code, get, ok, pointer
from tests.world import World

WHY = {"fi": "Jotta tapaaminen onnistuu.", "sv": "För att mötet ska lyckas.", "en": "So that the meeting succeeds."}
BARRIERS = {"item": "barriers", "required": True, "why": WHY}


async def drafted(who: As, world: World, *items: Json, **over: Any) -> Json:
    body = {"items": list(items) or [BARRIERS], **over}
    return ok(await act(who("lead"), f"/v1/teams/{world.team}/requirements", body))


async def published(who: As, world: World, *items: Json, valid_from: str | None = None, **over: Any) -> Json:
    row = await drafted(who, world, *items, **over)
    return ok(await act(who("lead"), f"/v1/requirements/{row['id']}/publish", {"validFrom": valid_from}, row))


def social(world: World, **over: Any) -> Json:
    return f.referral(world, askedFor="social_assessment", **over)


async def test_who_may(who: As, world: World) -> None:
    here, body = f"/v1/teams/{world.team}/requirements", {"items": [BARRIERS]}
    assert code(await act(who(""), here, body)) == NOBODY
    for persona in ("nurse", "coordinator", "employment", "client", "dpo"):
        assert code(await act(who(persona), here, body)) == LACKS, persona
    row = await drafted(who, world)
    for verb in ("publish", "end"):
        assert code(await act(who("employment"), f"/v1/requirements/{row['id']}/{verb}", {}, row)) == LACKS
        assert code(await act(who("lead"), f"/v1/requirements/{row['id']}/{verb}", {})) == UNTAGGED
        assert code(await act(who("lead"), f"/v1/requirements/{row['id']}/{verb}", {}, {"version": 9})) == STALE
    # A draft is the managers'; what is published is everybody's who sends.
    for persona in ("employment", "nurse", "ngo"):
        assert code(await who(persona).get(f"/v1/requirements/{row['id']}")) == ABSENT
        assert (await get(who(persona), here))["items"] == []
    assert [r["id"] for r in (await get(who("lead"), here))["items"]] == [row["id"]]
    row = ok(await act(who("lead"), f"/v1/requirements/{row['id']}/publish", {}, row))
    for persona in ("employment", "lahti_employment", "kela", "ngo", "nurse", "hollola_nurse", "admin"):
        found = (await get(who(persona), here))["items"]
        assert [(r["number"], r["inForce"], r["validFrom"]) for r in found] == [(1, True, "2026-11-23")], persona
    assert (await get(who("ngo"), f"/v1/requirements/{row['id']}"))["allowedActions"] == []
    assert code(await who("client").get(here)) == LACKS


@pytest.mark.parametrize(
    "items",
    [
        [BARRIERS, BARRIERS],
        [{"item": "reason_length", "required": True}],
        [{"item": "contact", "required": True, "minimum": 5}],
        [{"item": "contact", "required": True, "criteria": ["client_agrees"]}],
    ],
)
async def test_what_says_nothing_is_refused(who: As, world: World, items: list[Json]) -> None:
    answer = await act(who("lead"), f"/v1/teams/{world.team}/requirements", {"items": items})
    assert (code(answer), pointer(answer)) == ((422, "bad_requirement"), f"/body/items/{len(items) - 1}")


async def test_only_the_closed_vocabulary(who: As, world: World) -> None:
    for word in ("diagnosis", "problem_area", "medication"):
        items = [{"item": word, "required": True}]
        answer = await act(who("lead"), f"/v1/teams/{world.team}/requirements", {"items": items})
        assert code(answer) == (422, "invalid_request")


async def test_one_version_at_a_time(who: As, world: World, clock: Clock) -> None:
    here = f"/v1/teams/{world.team}/requirements"
    first = await published(who, world)
    assert code(await act(who("lead"), f"/v1/requirements/{first['id']}/publish", {}, first)) == TOO_LATE
    changed = await who("lead").patch(
        f"/v1/requirements/{first['id']}", json={"source": "kela"}, headers={"If-Match": "*"}
    )
    assert code(changed) == TOO_LATE
    second = await drafted(who, world, {"item": "contact", "required": False})
    where = f"/v1/requirements/{second['id']}/publish"
    assert code(await act(who("lead"), where, {"validFrom": "2026-11-22"}, second)) == (422, "starts_in_the_past")
    assert code(await act(who("lead"), where, {}, second)) == (409, "requirements_overlap")
    second = ok(await act(who("lead"), where, {"validFrom": "2026-12-01"}, second))
    first = await get(who("employment"), f"/v1/requirements/{first['id']}")
    assert [first[name] for name in ("state", "validTo", "inForce")] == ["ended", "2026-11-30", True]
    assert (second["number"], second["inForce"]) == (2, False)
    # Another source has versions of its own.
    assert (await published(who, world, source="kela"))["number"] == 1
    in_force = {"inForce": True, "source": "employment_authority"}
    assert [r["id"] for r in (await get(who("ngo"), here, **in_force))["items"]] == [first["id"]]
    clock.at = NOON + timedelta(days=8)
    assert [r["id"] for r in (await get(who("ngo"), here, **in_force))["items"]] == [second["id"]]
    early = {"validTo": "2026-11-25"}
    row = await get(who("lead"), f"/v1/requirements/{second['id']}")
    end = f"/v1/requirements/{second['id']}/end"
    assert code(await act(who("lead"), end, early, row)) == (422, "ends_before_start")
    ended = ok(await act(who("lead"), end, {}, row))
    assert (ended["validTo"], ended["inForce"]) == ("2026-11-30", False)
    assert (await get(who("ngo"), here, **in_force))["items"] == []
    clock.at = NOON + timedelta(days=30)
    third = await published(who, world)
    clock.at = NOON + timedelta(days=40)
    refused = await act(who("lead"), f"/v1/requirements/{third['id']}/end", {"validTo": "2026-12-25"}, third)
    assert code(refused) == (422, "ends_in_the_past")


async def test_a_draft_is_mended_and_may_be_laid_aside(who: As, world: World) -> None:
    row = await drafted(who, world)
    tag = {"If-Match": f'"{row["version"]}"'}
    bad = {"items": [{"item": "reason_length", "required": True}]}
    assert code(await who("lead").patch(f"/v1/requirements/{row['id']}", json=bad, headers=tag)) == (
        422, "bad_requirement",
    )  # fmt: skip
    body = {"source": "kela", "items": [{"item": "contact", "required": False}]}
    row = ok(await who("lead").patch(f"/v1/requirements/{row['id']}", json=body, headers=tag))
    assert (row["source"], [item["item"] for item in row["items"]]) == ("kela", ["contact"])
    gone = ok(await act(who("lead"), f"/v1/requirements/{row['id']}/end", {}, row))
    assert (gone["state"], gone["validFrom"], gone["inForce"]) == ("ended", None, False)


async def test_a_sender_is_checked_by_it_before_and_when_sending(who: As, world: World) -> None:
    long = {"item": "reason_length", "required": False, "minimum": 40}
    await published(who, world, BARRIERS, long, askedFor="social_assessment")
    sender = who("employment")
    seen = ok(await act(sender, "/v1/referrals/preflight", social(world)))
    assert seen["complete"] is False
    assert seen["gaps"][0] == {
        "pointer": "/body/barriers", "code": "barriers_missing", "required": True, "remedy": WHY["en"],
    }  # fmt: skip
    assert ("reason_too_short", False) in [(gap["code"], gap["required"]) for gap in seen["gaps"]]
    refused = await act(sender, "/v1/referrals", social(world))
    assert (code(refused), refused.json()["missing"]) == ((409, "referral_incomplete"), ["barriers_missing"])
    draft = ok(await act(sender, "/v1/referrals", social(world, draft=True)))
    assert f.action(draft, "submit")["because"] == "referral_incomplete"
    assert code(await act(sender, f"/v1/referrals/{draft['id']}/submit", None, draft)) == (409, "referral_incomplete")
    whole = social(world, barriers=["barrier_skills"])
    assert ok(await act(sender, "/v1/referrals/preflight", whole))["complete"] is True
    assert ok(await act(sender, "/v1/referrals", whole))["status"] == "received"


async def test_it_stops_neither_the_statutory_check_nor_a_client_nor_another_teams_referral(
    who: As, world: World
) -> None:
    await published(who, world)
    check = ok(await act(who("employment"), "/v1/referrals/preflight", f.referral(world)))
    assert [(g["code"], g["required"]) for g in check["gaps"] if g["code"] == "barriers_missing"] == [
        ("barriers_missing", False)
    ]
    assert ok(await act(who("employment"), "/v1/referrals", f.referral(world)))["status"] == "received"
    own = social(world, source="self", permission=None)
    assert ok(await act(who("nurse"), "/v1/referrals", own))["status"] == "received"
    elsewhere = social(world, client=f.person(municipality="098"))
    assert ok(await act(who("employment"), "/v1/referrals/preflight", elsewhere))["complete"] is True
    assert code(await act(who("employment"), "/v1/referrals", social(world))) == (409, "referral_incomplete")


async def test_the_most_particular_version_counts(who: As, world: World) -> None:
    await published(who, world)
    await published(who, world, {"item": "contact", "required": True}, source="employment_authority")
    gaps = ok(await act(who("employment"), "/v1/referrals/preflight", social(world)))["gaps"]
    assert "barriers_missing" not in [gap["code"] for gap in gaps]
    kela = ok(await act(who("kela"), "/v1/referrals/preflight", social(world)))
    assert "barriers_missing" in [gap["code"] for gap in kela["gaps"]]


async def test_completeness_is_kept_as_first_sent(who: As, world: World, connection: AsyncConnection) -> None:
    rules = await published(who, world, BARRIERS, {"item": "contact", "required": False})

    async def kept(id: str) -> Any:
        await connection.execute(text("SET LOCAL ROLE NONE"))
        found = await connection.execute(
            text(
                "SELECT requirement_set_id::text, requirement_asked, requirement_met, returned_count FROM referrals"
                " WHERE id = :id"
            ),
            {"id": id},
        )
        await connection.execute(text("SET LOCAL ROLE heinola_app"))
        return tuple(found.one())

    sent = await f.a_referral(who, world)
    assert await kept(sent["id"]) == (rules["id"], ["barriers", "contact"], ["contact"], 0)
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    ok(await act(who("nurse"), f"/v1/referrals/{sent['id']}/return", {"reason": "missing_criteria"}, seen))
    sent = await get(who("employment"), f"/v1/referrals/{sent['id']}")
    mended = await who("employment").patch(
        f"/v1/referrals/{sent['id']}", json={"barriers": ["barrier_skills"]}, headers={"If-Match": "*"}
    )
    ok(await act(who("employment"), f"/v1/referrals/{sent['id']}/submit", None, ok(mended)))
    assert await kept(sent["id"]) == (rules["id"], ["barriers", "contact"], ["contact"], 1)
    draft = ok(await act(who("employment"), "/v1/referrals", f.referral(world, draft=True)))
    assert await kept(draft["id"]) == (None, None, None, 0)
