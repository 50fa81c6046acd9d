"""What a screen needs: who I am, my work, the badges."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.dev.personas import TOWN
from app.security.permissions import GRANTS, Permission
from app.views.chosen import LISTS
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import FOREIGN_CURSOR, LACKS, MALFORMED, NOBODY, act, code, get, ok
from tests.world import World

SEATS = {"nurse": "holder", "nurse_deputy": "deputy", "kela": "holder", "lead": "holder", "coordinator_two": "holder"}


@pytest.mark.parametrize("persona", TOWN)
async def test_who_i_am(who: As, world: World, persona: str) -> None:
    me, town = await get(who(persona), "/v1/me"), TOWN[persona]
    assert (me["personId"], me["clientId"], me["name"]) == (str(world.persons[persona]), None, town.name)
    assert [(m["organisationId"], m["role"], m["register"]) for m in me["memberships"]] == [
        (str(world.organisations[town.at]), town.role, town.register)
    ]
    assert set(me["permissions"]) == {p.value for p in GRANTS[town.role]}
    assert me["areaId"] == str(world.organisations["area"])
    if persona in SEATS:
        assert [(s["role"], s["standing"], s["teamId"]) for s in me["seats"]] == [
            (town.role, SEATS[persona], str(world.team))
        ]


async def test_the_client_and_nobody(who: As, world: World) -> None:
    me = await get(who("client"), "/v1/me")
    assert (me["clientId"], me["personId"], me["memberships"], me["seats"]) == (
        str(world.clients["aino"]),
        None,
        [],
        [],
    )
    assert Permission.REFERRAL_WITHDRAW.value in me["permissions"]
    assert Permission.REFERRAL_DECIDE.value not in me["permissions"]
    for path in ("/v1/me", "/v1/worklist", "/v1/worklist/counts"):
        assert code(await who("").get(path)) == NOBODY
    assert code(await who("stranger").get("/v1/me")) == (403, "not_enrolled")


@pytest.mark.parametrize(
    ("language", "role"),
    [("fi", "työttömien terveydenhoitaja"), ("sv", "hälsovårdare för arbetslösa"), ("en", "nurse")],
)
async def test_labels_in_the_readers_language(who: As, world: World, language: str, role: str) -> None:
    me = (await who("nurse").get("/v1/me", headers={"Accept-Language": f"{language};q=0.9, de;q=1"})).json()
    assert role in me["memberships"][0]["roleLabel"] == me["seats"][0]["roleLabel"]
    await f.a_referral(who, world)
    listed = await who("nurse").get("/v1/worklist", headers={"Accept-Language": language})
    labels = {row["kindLabel"] for row in listed.json()["items"]}
    assert len(labels) == 1
    assert "referral_triage" not in labels


async def worklist(http: httpx.AsyncClient, which: str) -> list[tuple[str, str]]:
    return [(row["kind"], row["subjectId"]) for row in (await get(http, "/v1/worklist", list=which))["items"]]


async def badges(http: httpx.AsyncClient) -> dict[str, int]:
    """The numbers that are not 0; each list that has one is as long as it says."""
    numbers = {name: n for name, n in (await get(http, "/v1/worklist/counts")).items() if n}
    for name, n in numbers.items():
        if name in LISTS:
            assert len((await get(http, "/v1/worklist", list=name))["items"]) == n, name
    return numbers


async def test_a_teams_list_is_for_who_works_in_teams(who: As) -> None:
    for persona in ("employment", "kela", "workshop", "ngo", "client"):
        for which in ("mine", "team", "silent"):
            assert code(await who(persona).get("/v1/worklist", params={"list": which})) == LACKS, persona
        assert (await get(who(persona), "/v1/worklist", list="referred"))["items"] == []
        assert set((await get(who(persona), "/v1/worklist/counts")).values()) == {0}
    for persona in ("admin", "dpo"):
        for path in ("/v1/worklist?list=referred", "/v1/worklist/counts"):
            assert code(await who(persona).get(path)) == LACKS, persona


async def test_every_list_and_its_badge(who: As, world: World, clock: Clock) -> None:
    triage = await f.a_referral(who, world)
    clock.at = NOON + timedelta(minutes=1)
    nowhere = await f.a_referral(who, world, client=f.person(municipality="560"))
    hollola = await f.a_referral(who, world, client=f.person(municipality="098"))
    clock.at = NOON + timedelta(minutes=2)
    owed, path = await f.with_outcome(who, world)
    check = await f.an_assessment(who, path)
    visit = await f.an_assessment(who, path, "physician_assessment")  # nobody said whether it is demanding
    nurse = who("nurse")
    mine = [
        ("referral_triage", triage["id"]),
        ("pathway", path["id"]),
        ("feedback", owed["id"]),
        ("health_check", check["id"]),
    ]
    assert await worklist(nurse, "mine") == mine
    assert await worklist(nurse, "feedback") == [("feedback", owed["id"])]
    assert await worklist(nurse, "unassigned") == [
        ("referral_triage", nowhere["id"]), ("physician_assessment", visit["id"]),
    ]  # fmt: skip
    assert set(await worklist(nurse, "team")) == {
        *mine, ("referral_triage", nowhere["id"]), ("physician_assessment", visit["id"]),
    }  # fmt: skip
    assert await worklist(nurse, "inbox") == [("referral_triage", triage["id"]), ("referral_triage", nowhere["id"])]
    assert await badges(nurse) == {"inbox": 2, "mine": 4, "team": 6, "unassigned": 2, "alarms": 2, "feedback": 1}
    # A physician holds nothing yet, sees the team's, and not the area's queue.
    assert await worklist(who("physician_msk"), "mine") == []
    assert set(await worklist(who("physician_msk"), "team")) == {*mine, ("physician_assessment", visit["id"])}
    assert set(await worklist(who("hollola_nurse"), "team")) == {
        ("referral_triage", hollola["id"]), ("referral_triage", nowhere["id"]),
    }  # fmt: skip
    assert code(await nurse.get("/v1/worklist", params={"list": "everybody"})) == MALFORMED
    # What is done is off the list.
    ok(await f.told(who, owed))
    assert "feedback" not in await badges(nurse)


async def test_which_physician_has_it_is_health_data(who: As, world: World) -> None:
    _, path = await f.accepted(who, world)
    await f.problems(who, path, "mental_health")
    for kind in ("physician_assessment", "psychiatric_assessment", "health_check"):
        await f.an_assessment(who, path, kind)
    open_ = {}
    for persona in ("nurse", "physician_msk", "coordinator", "social", "lead"):
        items = (await get(who(persona), "/v1/worklist", list="team"))["items"]
        open_[persona] = {w["kind"]: (w["holder"], w["holderId"] is None) for w in items}
    assert open_["nurse"]["physician_assessment"] == ("Mikael Metsälä", False)
    assert open_["nurse"]["psychiatric_assessment"] == ("Petri Peltola", False)
    assert open_["physician_msk"] == open_["nurse"]
    hidden = dict.fromkeys(("physician_assessment", "psychiatric_assessment"), (None, True))
    for persona in ("coordinator", "social", "lead"):
        assert open_[persona] == open_["nurse"] | hidden, persona
        shown = (await who(persona).get("/v1/worklist", params={"list": "team"})).text
        assert str(world.persons["physician_mental"]) not in shown


async def test_nor_is_it_told_by_a_filter_or_the_name_of_a_queue(who: As, world: World, clock: Clock) -> None:
    """Outside the health register one asks in vain which physician has it, or whose list it waits on."""
    physician = str(world.persons["physician_mental"])
    _, path = await f.accepted(who, world)
    await f.problems(who, path, "mental_health")
    await f.an_assessment(who, path, "physician_assessment")
    asked = {"list": "team", "holderId": physician}
    assert [w["kind"] for w in (await get(who("nurse"), "/v1/worklist", **asked))["items"]] == ["physician_assessment"]
    for persona in ("coordinator", "social", "lead"):
        assert (await get(who(persona), "/v1/worklist", **asked))["items"] == [], persona
    mine = {"list": "team", "holderId": str(world.persons["psychiatric_nurse"])}
    assert (await get(who("psychiatric_nurse"), "/v1/worklist", **mine))["items"] == []
    await f.an_assessment(who, path, "psychiatric_assessment")
    assert len((await get(who("psychiatric_nurse"), "/v1/worklist", **mine))["items"]) == 1


async def test_which_list_it_waits_on_is_health_data(who: As, world: World, connection: AsyncConnection) -> None:
    _, path = await f.accepted(who, world)
    await f.problems(who, path, "mental_health")
    await f.an_assessment(who, path, "physician_assessment")
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text(
            "UPDATE work_items SET queue = 'seat_waiting_list:physician_mental_substance_neuro', holder_id = NULL, "
            "assigned_at = NULL WHERE kind = 'physician_assessment'"
        )
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    for persona, queue in (
        ("nurse", "seat_waiting_list:physician_mental_substance_neuro"),
        ("coordinator", "seat_waiting_list"),
        ("lead", "seat_waiting_list"),
    ):
        (row,) = (await get(who(persona), "/v1/worklist", list="waiting"))["items"]
        assert (row["kind"], row["queue"], row["marks"]) == ("physician_assessment", queue, ["waiting"]), persona


async def test_the_longest_waiting_first_and_page_by_page(who: As, world: World, clock: Clock) -> None:
    sent = []
    for days in range(5):
        clock.at = NOON + timedelta(days=days)
        sent.append((await f.a_referral(who, world))["id"])
    nurse, seen, path = who("nurse"), [], "/v1/worklist?limit=2"
    while path:
        answer = await nurse.get(path)
        seen += [
            (row["subjectId"], row["waitingDays"], row["clientName"], row["holder"]) for row in answer.json()["items"]
        ]
        path = answer.links["next"]["url"] if "next" in answer.links else ""
    assert seen == [(id, 4 - n, "Veera Koe", "Hanna Harju") for n, id in enumerate(sent)]
    first = await get(nurse, "/v1/worklist", limit=2)
    other = await nurse.get("/v1/worklist", params={"list": "team", "cursor": first["nextCursor"]})
    assert code(other) == FOREIGN_CURSOR
    assert code(await act(nurse, "/v1/worklist")) == (405, "method_not_allowed")
