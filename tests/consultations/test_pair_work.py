"""Pair work over HTTP, and consultations, pair work and meetings counted by counterpart (C-28)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import As, Clock
from tests.consultations.cases import a_path, asked, does, permit, question
from tests.factories import ABSENT, LACKS, act, code, get, ok, pointer
from tests.world import World

QUARTER = {"from": "2026-10-01", "to": "2026-12-31"}


def pair(world: World, organisation: str = "area", **over: Any) -> dict[str, Any]:
    return {
        "kind": "advice_without_client", "counterpartRole": "kela_work_ability_adviser",
        "counterpartOrganisationId": str(world.organisations[organisation]), "doneOn": "2026-11-20", "minutes": 20,
        **over,
    }  # fmt: skip


async def test_without_client_and_with_one_on_a_permission(who: As, world: World) -> None:
    path = await a_path(who, world)
    here = f"/v1/teams/{world.team}/pair-work"
    row = ok(await act(who("coordinator"), here, pair(world, "kela")))
    assert (row["clientId"], row["disclosureId"], row["state"]) == (None, None, "recorded")
    about = {"kind": "joint_call", "pathwayId": path["id"]}
    assert code(await act(who("coordinator"), here, pair(world, "kela", **about))) == (409, "consent_missing")
    await permit(who, world, path, "kela")
    told = ok(await act(who("coordinator"), here, pair(world, "kela", **about)))
    assert told["disclosureId"]
    for over, refusal, where in (
        ({"doneOn": "2026-11-24"}, "pair_work_in_future", "/body/doneOn"),
        ({"counterpartOrganisationId": path["id"]}, "counterpart_unknown", "/body/counterpartOrganisationId"),
        ({"pathwayId": path["id"]}, "client_not_meant", "/body/pathwayId"),
        ({"meetingId": path["id"]}, "client_not_meant", "/body/meetingId"),
    ):
        refused = await act(who("coordinator"), here, pair(world, **over))
        assert (code(refused), pointer(refused)) == ((422, refusal), where)
    assert code(await act(who("hollola_nurse"), here, pair(world))) == ABSENT
    assert code(await act(who("kela"), here, pair(world))) == LACKS
    at = f"/v1/pair-work/{row['id']}"
    assert code(await who("hollola_nurse").get(at)) == ABSENT
    wrong = {"reason": "Another day."}
    assert code(await act(who("nurse"), f"{at}/mark-entered-in-error", wrong, row)) == (403, "pair_work_not_yours")
    ok(await act(who("coordinator"), f"{at}/mark-entered-in-error", wrong, row))
    mine = (await get(who("client"), "/v1/pair-work"))["items"]
    assert [one["id"] for one in mine] == [told["id"]]


async def test_counted_by_counterpart_and_small_numbers_hidden(
    who: As, world: World, connection: AsyncConnection, clock: Clock
) -> None:
    path = await a_path(who, world)
    here = f"/v1/teams/{world.team}/pair-work"
    for n in range(6):
        ok(await act(who("coordinator"), here, pair(world, minutes=10 + n)))
    ok(await act(who("coordinator"), here, pair(world, "kela")))
    row = ok(await asked(who, path, question(world.seats["physician_msk_somatic"])))
    ok(await does(who, row, "answer", {"answer": "Yes."}, "physician_msk"))
    figures = f"/v1/teams/{world.team}/consultation-figures"
    assert code(await who("lead").get(figures, params=QUARTER)) == (422, "range_not_ended")
    clock.at += timedelta(days=60)
    assert code(await who("coordinator").get(figures, params=QUARTER)) == LACKS
    shown = await get(who("lead"), figures, **QUARTER)
    assert path["clientId"] not in str(shown)
    numbers = {(one["what"], one["organisation"]): one["number"] for one in shown["lines"]}
    assert set(numbers.values()) == {None}, "a line of six beside one of one would tell of the one"
    ok(await act(who("coordinator"), here, pair(world, "kela", doneOn="2026-10-20")))
    rows = text("SELECT what, number, answered FROM report_consultations(:t, '2027-01-22', '2026-10-01', '2026-12-31')")
    assert (await connection.execute(rows, {"t": world.team})).all() == [], "nobody entered, nothing is counted"
