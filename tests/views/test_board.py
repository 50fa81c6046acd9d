"""A team's board: every number against rows made here, who reads it, and what it does not tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, LACKS, NOBODY, act, code, get, ok
from tests.views.boards import HEALTH, MENTAL, OUTSIDE, a_path, away, board, limited, of_person, other_team, sql
from tests.world import World


async def test_who_may(who: As, world: World) -> None:
    path = f"/v1/teams/{world.team}/board"
    assert code(await who("").get(path)) == NOBODY
    for persona in ("employment", "kela", "workshop", "ngo", "client", "dpo"):
        assert code(await who(persona).get(path)) == LACKS, persona
    for persona in ("hollola_nurse", "psychiatry"):
        assert code(await who(persona).get(path)) == ABSENT, persona
    for persona in ("nurse", "coordinator", "physician_msk", "social", "lead", "admin"):
        assert (await who(persona).get(path)).status_code == 200, persona
    theirs = f"/v1/teams/{await other_team(who)}/board"
    for persona in ("nurse", "coordinator"):
        assert code(await who(persona).get(theirs)) == ABSENT, persona
    for persona in ("hollola_nurse", "lead", "admin"):
        assert (await who(persona).get(theirs)).status_code == 200, persona
    assert code(await who("lead").get(f"/v1/teams/{world.persons['lead']}/board")) == ABSENT


async def test_two_teams_count_their_own(who: As, world: World) -> None:
    """The lead of Heinola manages Hollola too: numbers and holders there, and nobody's row."""
    theirs = f"/v1/teams/{await other_team(who)}/board"
    await f.a_referral(who, world, client=f.person(municipality="098"))
    path = await a_path(who, world)
    await f.an_assessment(who, path, "functional_test")
    assert (await board(who, world))["unassigned"]["count"] == 1
    for persona in ("hollola_nurse", "lead", "admin"):
        seen = await get(who(persona), theirs)
        assert (seen["unassigned"]["count"], seen["unassigned"]["items"]) == (0, []), persona
        assert of_person(seen["load"], "Helmi Hollo")["open"] == 1, persona
        manages = persona != "hollola_nurse"
        assert [(v["role"], v["why"], v["operation"]) for v in seen["vacancies"]] == [
            ("health_social_counsellor", "missing", "createSeat" if manages else None),
            ("work_ability_coordinator", "vacant", "createHolder" if manages else None),
        ], persona
        assert seen["vacancies"][1]["remedy"].endswith("Ask the team's lead to do it.") is not manages
    # An assessment for the vacant seat in Hollola stands unassigned there, and the lead is shown a number.
    sent = await f.a_referral(who, world, client=f.person(municipality="098"))
    _, theirs_path = await f.accepted(who, world, sent, by="hollola_nurse")
    await f.an_assessment(who, theirs_path, "coordination", by="hollola_nurse")
    mine = await get(who("hollola_nurse"), theirs)
    [row] = mine["unassigned"]["items"]
    assert (row["operation"], row["remedy"]) == (
        None, "Nobody holds the seat. Name somebody, or a deputy meanwhile. Ask the team's lead to do it.",
    )  # fmt: skip
    assert (mine["unassigned"]["count"], mine["unassigned"]["alarms"], len(mine["unassigned"]["items"])) == (1, 1, 1)
    for persona in ("lead", "admin"):
        seen = await get(who(persona), theirs)
        assert (seen["unassigned"]["count"], seen["unassigned"]["items"]) == (1, []), persona


async def test_vacancies_and_deputies(who: As, world: World, connection: AsyncConnection) -> None:
    seen = await board(who, world)
    assert (seen["vacancies"], seen["standingIn"]) == ([], [])
    await away(who, world, "nurse")
    await sql(
        connection, "UPDATE holders SET handed_over_at = now() WHERE person_id = :p", p=world.persons["physiotherapist"]
    )
    await sql(
        connection, "UPDATE holders SET valid_to = '2026-11-22' WHERE person_id = :p",
        p=world.persons["physician_mental"],
    )  # fmt: skip
    seen = await board(who, world, "lead")
    assert {v["role"]: (v["why"], [p["name"] for p in v["stoodInBy"]]) for v in seen["vacancies"]} == {
        "physiotherapist": ("handed_over", []),
        MENTAL: ("vacant", ["Sari Saarinen"]),
    }
    found = {
        s["deputy"]["name"]: ([p["name"] for p in s["onBehalfOf"]], s["until"], s["operation"])
        for s in seen["standingIn"]
    }
    assert found == {
        "Niina Niemi": (["Hanna Harju"], "2026-11-27", "updateAbsence"),
        "Sari Saarinen": ([], None, "createHolder"),
    }
    assert of_person(seen["load"], "Hanna Harju")["absentUntil"] == "2026-11-27"
    assert of_person(seen["load"], "Fanni Forsman")["handedOver"] is True


async def test_what_nobody_has(who: As, world: World, clock: Clock) -> None:
    path = await a_path(who, world)
    first = await f.an_assessment(who, path, "functional_test")
    clock.at = NOON + timedelta(days=3)
    second = await f.an_assessment(who, path, "functional_test", urgency="urgent")
    clock.at = NOON + timedelta(days=5)
    for persona in (HEALTH, *OUTSIDE):
        part = (await board(who, world, persona))["unassigned"]
        assert (part["count"], part["alarms"], part["oldestDays"]) == (2, 2, 5), persona
        listed = (await get(who(persona), "/v1/worklist", list="unassigned"))["items"]
        remedies = {"remedy", "operation"}
        for row, shown in zip(part["items"], listed, strict=True):
            assert {k: row[k] for k in row.keys() - remedies} == {k: shown[k] for k in shown.keys() - remedies}
            assert row["remedy"].startswith("Choose whether the test is physical or about daily activities."), persona
            assert row["operation"] == ("assignAssessment" if persona in (HEALTH, "coordinator") else None), persona
        assert part["operation"] == part["items"][0]["operation"], persona
        assert [row["subjectId"] for row in part["items"]] == [first["id"], second["id"]]
    part = (await board(who, world, "admin"))["unassigned"]
    assert (part["count"], part["items"], part["operation"]) == (2, [], None)
    assert "Ask the team's people" in part["remedy"]


async def test_what_stands_with_the_care_team_is_counted_apart(
    who: As, world: World, connection: AsyncConnection
) -> None:
    path = await a_path(who, world, "somatic", demanding=False)
    await sql(
        connection, "UPDATE clients SET own_care_team = 'Heinola, omatiimi 1' WHERE id = :id", id=path["clientId"]
    )
    await f.an_assessment(who, path, "physician_assessment")
    part = (await board(who, world))["unassigned"]
    assert (part["count"], part["careTeam"], part["inQueues"], part["items"]) == (0, 1, 1, [])


async def test_what_waits_and_could_be_given_out(
    who: As, world: World, connection: AsyncConnection, clock: Clock
) -> None:
    await limited(connection, world, "physiotherapist", 1)
    path = await a_path(who, world)
    first = await f.an_assessment(who, path, "functional_test_physical")
    for _ in range(3):
        await f.an_assessment(who, path, "functional_test_physical")
    [line] = (await board(who, world))["waiting"]
    assert (line["role"], line["count"], line["free"], line["couldBeGiven"], line["pastRecheck"]) == (
        "physiotherapist", 3, 0, 0, 0,
    )  # fmt: skip
    assert (line["operation"], (await board(who, world, "lead"))["waiting"][0]["operation"]) == (None, "updateSeat")
    assert of_person((await board(who, world))["load"], "Fanni Forsman")["full"] is True
    clock.at = NOON + timedelta(days=31)
    [line] = (await board(who, world))["waiting"]
    assert (line["pastRecheck"], line["oldestDays"], line["operation"]) == (3, 31, "recheckReferral")
    await limited(connection, world, "physiotherapist", 3)
    [line] = (await board(who, world, "lead"))["waiting"]
    assert (line["free"], line["couldBeGiven"], line["operation"]) == (2, 2, "previewReroutes")
    assert "2 could be given out now" in line["remedy"]
    await away(who, world, "physiotherapist", "2026-12-20", "2026-12-30")
    [line] = (await board(who, world))["waiting"]
    assert (line["free"], line["couldBeGiven"]) == (0, 0)
    assert first["owner"]["name"] == "Fanni Forsman"


async def test_a_referral_that_waits_follows_its_own_clock(who: As, world: World, clock: Clock) -> None:
    sent = await f.a_referral(who, world)
    path = f"/v1/referrals/{sent['id']}"
    ok(await act(who("nurse"), f"{path}/waitlist", {"reason": "capacity_full"}, await get(who("nurse"), path)))
    [line] = (await board(who, world))["waiting"]
    assert (line["role"], line["count"], line["couldBeGiven"], line["operation"]) == (
        "unemployed_health_nurse", 1, 1, "acceptReferral",
    )  # fmt: skip
    assert "1 waiting referral could be taken on now" in line["remedy"]
    clock.at = NOON + timedelta(days=40)
    [line] = (await board(who, world))["waiting"]
    assert line["pastRecheck"] == 1
    asked = {"result": "still_needed", "how": "phone"}
    ok(await act(who("nurse"), f"{path}/recheck", asked, await get(who("nurse"), path)))
    [line] = (await board(who, world))["waiting"]
    assert line["pastRecheck"] == 0
    # Returned to its sender it waits for nobody here.
    ok(await act(who("nurse"), f"{path}/return", {"reason": "unclear_reason"}, await get(who("nurse"), path)))
    assert (await board(who, world))["waiting"] == []


async def test_overdue_is_what_the_worklist_says(who: As, world: World, clock: Clock) -> None:
    await f.a_referral(who, world)
    await f.with_outcome(who, world)
    path = await a_path(who, world)
    await f.an_assessment(who, path)
    assert (await board(who, world))["overdue"] == []
    clock.at = NOON + timedelta(days=200)
    late = (await get(who("nurse"), "/v1/worklist", list="overdue", limit=200))["items"]
    for persona in (HEALTH, "coordinator", "admin"):
        lines = (await board(who, world, persona))["overdue"]
        assert {line["kind"]: (line["count"], line["oldestDueOn"]) for line in lines} == {
            kind: (
                len([row for row in late if row["kind"] == kind]),
                min(row["dueOn"] for row in late if row["kind"] == kind),
            )
            for kind in {row["kind"] for row in late}
        }, persona
    mine = (await board(who, world))["overdue"]
    assert {line["kind"]: line["operation"] for line in mine} == {
        "referral_triage": "acceptReferral", "pathway": "updatePathway", "feedback": "giveReferralFeedback",
        "health_check": "completeAssessment",
    }  # fmt: skip
    theirs = (await board(who, world, "lead"))["overdue"]
    assert {line["kind"] for line in theirs if line["operation"]} == {"referral_triage"}
    assert all("Ask whoever in the team has the case" in line["remedy"] for line in theirs if not line["operation"])
    assert {line["operation"] for line in lines} == {None}, "who manages teams sees no clients"


@pytest.mark.parametrize(
    ("language", "vacant", "none"),
    [
        ("fi", "Tehtävässä ei ole ketään.", "Kaikella työllä on tekijä."),
        ("sv", "Ingen har uppgiften.", "Allt arbete har någon."),
        ("en", "Nobody holds the seat.", "All work has somebody."),
    ],
)
async def test_it_speaks_the_readers_language(who: As, world: World, language: str, vacant: str, none: str) -> None:
    path = f"/v1/teams/{await other_team(who)}/board"
    seen = ok(await who("hollola_nurse").get(path, headers={"Accept-Language": language}))
    assert seen["vacancies"][1]["remedy"].startswith(vacant)
    assert seen["unassigned"]["remedy"] == none


@contextmanager
def counted(connection: AsyncConnection) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_c: Any, _u: Any, statement: str, _p: Any, _x: Any, _many: bool) -> None:
        found.append(statement)

    event.listen(connection.sync_connection, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(connection.sync_connection, "before_cursor_execute", note)


BUDGET = 24


async def test_it_takes_as_many_statements_for_five_rows_as_for_fifty(
    who: As, world: World, connection: AsyncConnection
) -> None:
    path = await a_path(who, world)
    taken = []
    for more in (5, 45):
        for _ in range(more):
            await f.an_assessment(who, path, "functional_test")
        with counted(connection) as statements:
            seen = await board(who, world)
        taken.append(len([s for s in statements if "SAVEPOINT" not in s]))
    assert (seen["unassigned"]["count"], len(seen["unassigned"]["items"])) == (50, 20)
    assert taken[0] == taken[1], taken
    assert taken[1] <= BUDGET, taken


async def test_asking_the_rules_takes_as_many_statements_for_two_rows_as_for_twenty(
    who: As, world: World, connection: AsyncConnection
) -> None:
    path = await a_path(who, world)
    await sql(connection, "DELETE FROM holders WHERE seat_id = :id", id=world.seats["physiotherapist"])
    taken = []
    for more in (2, 18):
        for _ in range(more):
            await f.an_assessment(who, path, "functional_test_physical")
        with counted(connection) as statements:
            seen = await board(who, world)
        taken.append(len([s for s in statements if "SAVEPOINT" not in s]))
    assert len(seen["unassigned"]["items"]) == 20
    assert taken[0] == taken[1], taken
    assert taken[1] <= BUDGET + 16, taken


async def test_what_is_shown_of_clients_is_logged(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    await f.an_assessment(who, path, "functional_test")
    for persona, lines in (("nurse", 1), ("admin", 0)):
        request = {"X-Request-Id": f"board-read-{persona}"}
        ok(await who(persona).get(f"/v1/teams/{world.team}/board", headers=request))
        found = await sql(
            connection, "SELECT client_id::text, action FROM use_log WHERE request_id = :r", r=request["X-Request-Id"]
        )
        assert [tuple(row) for row in found] == [(path["clientId"], "search")] * lines, persona
