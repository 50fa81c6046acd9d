"""Plans over HTTP: before an absence, before a period ends, after new rules, when there is room; and applied."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import (
    ABSENT,
    LACKS,
    NOBODY,
    act,
    code,
    get,
    ok,
    pointer,
)
from tests.handovers.test_work import Json, as_owner, work_of
from tests.world import World

TODAY, TOMORROW, SOON, LATE = "2026-11-23", "2026-11-24", "2026-11-25", "2027-01-31"
ANY = {"If-Match": "*"}


async def period(who: As, world: World, persona: str, seat: str) -> Json:
    """The period of somebody on a seat, as the lead reads it."""
    listed = (await get(who("lead"), f"/v1/seats/{world.seats[seat]}/holders"))["items"]
    return next(dict(h) for h in listed if h["personId"] == str(world.persons[persona]))


async def name(who: As, world: World, seat: str, persona: str, **over: Any) -> Json:
    """One more holder of a seat, from today."""
    body = {"personId": str(world.persons[persona]), "validFrom": TODAY, **over}
    return ok(await act(who("lead"), f"/v1/seats/{world.seats[seat]}/holders", body))


def moves(plan: Json, **over: Any) -> list[Json]:
    """The plan as it was proposed."""
    return [
        {"workItemId": row["workItemId"], "version": row["version"], "personId": row["proposal"]["holderId"], **over}
        for row in plan["items"]
    ]  # fmt: skip


async def a_nurse_with_work(who: As, world: World) -> tuple[Json, Json, Json]:
    """Two referrals, a health check, and a path with feedback owed: all with the nurse."""
    for _ in range(2):
        await f.a_referral(who, world)
    seen, path = await f.with_outcome(who, world)
    check = await f.an_assessment(who, path, "health_check")
    return seen, path, check


async def test_who_may_ask_for_a_plan(who: As, world: World) -> None:
    nurse = await period(who, world, "nurse", "unemployed_health_nurse")
    absence = {"personId": str(world.persons["nurse"]), "firstOn": TODAY, "lastOn": SOON}
    for path, body in (
        ("/v1/absences/preview", absence),
        (f"/v1/holders/{nurse['id']}/handover-preview", {"validTo": TOMORROW}),
        (f"/v1/teams/{world.team}/reroute-previews", {"cause": "room"}),
    ):
        assert code(await act(who(""), path, body)) == NOBODY
        for persona in ("employment", "client", "social", "admin"):
            assert code(await act(who(persona), path, body)) == LACKS, (persona, path)
        assert (await act(who("lead"), path, body)).status_code == 200
    foreign = f"/v1/holders/{nurse['id']}/handover-preview"
    assert code(await act(who("coordinator"), foreign, {"validTo": TOMORROW})) == ABSENT
    assert code(await act(who("nurse"), f"/v1/teams/{world.team}/reroute-previews", {"cause": "room"})) == LACKS
    hollola = f"/v1/teams/{world.team}/reroute-previews"
    assert code(await act(who("hollola_nurse"), hollola, {"cause": "room"})) == ABSENT
    bad = await act(who("lead"), f"/v1/teams/{world.team}/reroute-previews", {"cause": "absence"})
    assert (code(bad), pointer(bad)) == ((422, "person_needed"), "/body/personId")
    away = {"cause": "absence", "personId": str(world.persons["nurse"])}
    assert code(await act(who("lead"), f"/v1/teams/{world.team}/reroute-previews", away)) == (409, "not_away")
    assert code(await act(who("lead"), "/v1/absences/preview", {**absence, "lastOn": "2026-11-22"})) == (
        422,
        "ends_before_start",
    )
    unknown = {**absence, "personId": str(world.team)}
    assert code(await act(who("lead"), "/v1/absences/preview", unknown)) == (422, "unknown_person")
    early = {"validTo": "2024-12-31"}
    assert code(await act(who("lead"), foreign, early)) == (422, "ends_before_start")


async def test_a_short_absence_may_be_waited_for_and_a_long_one_not(who: As, world: World) -> None:
    _, path, check = await a_nurse_with_work(who, world)
    body = {"personId": str(world.persons["nurse"]), "firstOn": TOMORROW, "lastOn": SOON}
    short = ok(await act(who("lead"), "/v1/absences/preview", body))
    assert short["backOn"] == "2026-11-26"
    plan = short["plans"][0]
    rows = {(row["kind"], row["subjectId"]): row for row in plan["items"]}
    assert {kind for kind, _ in rows} == {"referral_triage", "health_check", "pathway", "feedback"}
    assert len(rows) == plan["summary"]["total"] == 5
    check_row = rows["health_check", check["id"]]
    assert (check_row["proposal"]["outcome"], check_row["proposal"]["earliestOn"]) == ("stays", "2026-11-26")
    assert "26 Nov 2026" in check_row["proposal"]["text"]
    assert (check_row["otherwise"]["holder"], check_row["holder"]) == ("Niina Niemi", "Hanna Harju")
    assert plan["summary"]["stays"] == 5
    assert rows["pathway", path["id"]]["otherwise"]["holder"] == "Niina Niemi"
    long = ok(await act(who("lead"), "/v1/absences/preview", {**body, "lastOn": LATE}))
    assert long["backOn"] is None
    plan = long["plans"][0]
    assert {row["proposal"]["holder"] for row in plan["items"]} == {"Niina Niemi"}
    assert [(s["name"], s["count"]) for s in plan["summary"]["to"] if s["seatRole"]] == [("Niina Niemi", 4)]
    assert plan["items"][-1]["kind"] == "feedback", "what follows a path comes after it"
    assert {row["holderId"] for row in plan["items"]} == {str(world.persons["nurse"])}
    # Nothing is changed by asking.
    assert (await work_of(who, check))["holder"] == "Hanna Harju"
    assert (await get(who("lead"), f"/v1/absences?personId={world.persons['nurse']}"))["items"] == []


async def test_an_absence_is_saved_and_its_work_given_on_as_chosen(who: As, world: World) -> None:
    _, path, check = await a_nurse_with_work(who, world)
    lead, at = who("lead"), f"/v1/teams/{world.team}"
    away = {"personId": str(world.persons["nurse"]), "firstOn": TODAY, "lastOn": LATE}
    ok(await act(lead, "/v1/absences", away))
    assert (await work_of(who, check))["holder"] == "Hanna Harju", "open work never jumps by itself"
    plan = ok(await act(lead, f"{at}/reroute-previews", {"cause": "absence", "personId": away["personId"]}))
    item = await work_of(who, check)
    chosen = [move for move in moves(plan) if move["workItemId"] == item["id"]]
    done = ok(await act(lead, f"{at}/reroutes", {"cause": "absence", "moves": chosen}))
    assert [m["outcome"] for m in done["moved"]] == ["assigned"]
    assert (await work_of(who, check))["holder"] == "Niina Niemi"
    why = await get(who("nurse"), f"/v1/routing-decisions/{done['moved'][0]['decisionId']}")
    assert (why["cause"], why["holderName"]) == ("absence", "Niina Niemi")
    rest = [{**move, "personId": None} for move in moves(plan) if move not in chosen]
    done = ok(await act(lead, f"{at}/reroutes", {"cause": "absence", "moves": rest}))
    assert {m["holderId"] for m in done["moved"]} == {str(world.persons["nurse_deputy"])}
    assert (await f.reread(who("nurse"), path))["responsiblePersonId"] == str(world.persons["nurse_deputy"])
    again = await act(lead, f"{at}/reroutes", {"cause": "absence", "moves": rest})
    assert code(again) == (409, "plan_is_stale")
    assert set(again.json()["workItemIds"]) == {move["workItemId"] for move in rest}


async def test_thirty_do_not_all_go_to_the_same_one(who: As, world: World) -> None:
    """Each is counted where it was proposed; who is full gets no more, and the rest would wait."""
    _, path = await f.accepted(who, world)
    seat = "work_ability_coordinator"
    for _ in range(6):
        await f.an_assessment(who, path, "coordination")
    await name(who, world, seat, "nurse_deputy")
    row = await period(who, world, "coordinator", seat)
    plan = ok(await act(who("lead"), f"/v1/holders/{row['id']}/handover-preview", {"validTo": TOMORROW}))
    assert plan["summary"]["total"] == 3
    shares = {share["name"]: share["count"] for share in plan["summary"]["to"]}
    assert shares == {"Niina Niemi": 3}, "the other coordinator has three already, and each given counts twice a week"
    for _ in range(12):
        await f.an_assessment(who, path, "coordination")
    plan = ok(await act(who("lead"), f"/v1/holders/{row['id']}/handover-preview", {"validTo": TOMORROW}))
    shares = {share["name"]: share["count"] for share in plan["summary"]["to"]}
    assert len(shares) == 2, shares
    assert sum(shares.values()) == plan["summary"]["total"]


async def test_what_nobody_could_take_is_counted(who: As, world: World, connection: AsyncConnection) -> None:
    _, path = await f.accepted(who, world)
    for _ in range(6):
        await f.an_assessment(who, path, "coordination")
    row = await period(who, world, "coordinator", "work_ability_coordinator")
    await as_owner(
        connection, "UPDATE holders SET max_open = 4 WHERE person_id = :id", id=world.persons["coordinator_two"]
    )  # fmt: skip
    plan = ok(await act(who("lead"), f"/v1/holders/{row['id']}/handover-preview", {"validTo": TOMORROW}))
    share = plan["summary"]["to"][0]
    assert (share["name"], share["count"], share["left"]) == ("Kaarlo Kivi", 1, 0)
    assert plan["summary"]["waits"] == 2
    waits = [row for row in plan["items"] if row["proposal"]["outcome"] == "waits"]
    assert {row["proposal"]["queue"] for row in waits} == {"seat_waiting_list:work_ability_coordinator"}


async def test_a_lead_reads_no_health_in_a_plan(who: As, world: World) -> None:
    """A physician leaves: the lead sees how much goes where, not whose it is nor the problem behind it."""
    _, path = await f.accepted(who, world)
    await f.problems(who, path, "substance_use")
    asked = await f.an_assessment(who, path, "physician_assessment")
    item = await work_of(who, asked)
    assert item["holder"] == "Mikael Metsälä"
    row = await period(who, world, "physician_mental", "physician_mental_substance_neuro")
    at, body = f"/v1/holders/{row['id']}/handover-preview", {"validTo": TOMORROW}
    blind = ok(await act(who("lead"), at, body))["items"][0]
    assert (blind["clientId"], blind["subjectId"], blind["clientName"]) == (None, None, None)
    assert blind["proposal"]["holder"] == "Sari Saarinen"
    own = ok(await act(who("physician_mental"), at, body))["items"][0]
    assert (own["clientId"], own["clientName"]) == (path["clientId"], "Veera Koe")
    assert any(reason.startswith("C-") for reason in own["proposal"]["reasons"])
    assert not any(reason.startswith("C-") for reason in blind["proposal"]["reasons"])
    assert "Because" in own["proposal"]["text"]
    assert "Because" not in blind["proposal"]["text"], "the rule's own text names the problem"
    assert "Sari Saarinen" in blind["proposal"]["text"]


async def test_what_waits_is_given_out_when_there_is_room(who: As, world: World, connection: AsyncConnection) -> None:
    """Urgent first, then the oldest; the referral that waited is taken by its new owner, who has the room."""
    seat, lead = world.seats["unemployed_health_nurse"], who("lead")
    await as_owner(connection, "UPDATE seats SET max_open = 0 WHERE id = :id", id=seat)
    first, second = await f.a_referral(who, world), await f.a_referral(who, world)
    urgent = await f.a_referral(who, world, urgency="urgent")
    await as_owner(connection, "UPDATE seats SET max_open = 2 WHERE id = :id", id=seat)
    at = f"/v1/teams/{world.team}"
    plan = ok(await act(lead, f"{at}/reroute-previews", {"cause": "room", "seatId": str(seat)}))
    assert [(r["subjectId"], r["proposal"]["outcome"]) for r in plan["items"]] == [
        (urgent["id"], "assigned"),
        (first["id"], "assigned"),
        (second["id"], "stays"),
    ]
    assert (plan["summary"]["to"][0]["left"], plan["summary"]["stays"]) == (0, 1)
    chosen = [m for m in moves(plan) if m["personId"]]
    done = ok(await act(lead, f"{at}/reroutes", {"cause": "room", "moves": chosen}))
    assert {m["holderId"] for m in done["moved"]} == {str(world.persons["nurse"])}
    # The last places are those of this very referral: it can be accepted.
    await f.accepted(who, world, first)


async def test_new_rules_change_nothing_by_themselves(who: As, world: World, connection: AsyncConnection) -> None:
    """Only what the rules in force now would change is listed: the facts have changed for one of two."""
    for area in ("musculoskeletal", "musculoskeletal"):
        _, path = await f.accepted(who, world)
        await f.problems(who, path, area)
        asked = await f.an_assessment(who, path, "physician_assessment")
    for _ in range(3):
        await f.an_assessment(who, path, "coordination")
    at, body = f"/v1/teams/{world.team}", {"cause": "rules"}
    assert ok(await act(who("lead"), f"{at}/reroute-previews", body))["items"] == []
    await f.problems(who, path, "mental_health")
    plan = ok(await act(who("lead"), f"{at}/reroute-previews", body))
    assert [(r["holder"], r["proposal"]["holder"]) for r in plan["items"]] == [("Tapio Tuominen", "Mikael Metsälä")]
    assert (await work_of(who, asked))["holder"] == "Tapio Tuominen"
    done = ok(await act(who("lead"), f"{at}/reroutes", {**body, "moves": moves(plan, personId=None)}))
    assert [m["outcome"] for m in done["moved"]] == ["assigned"]
    assert (await work_of(who, asked))["holder"] == "Mikael Metsälä"


async def test_continuity_is_told(who: As, world: World) -> None:
    _, path = await f.accepted(who, world)
    row = await f.an_assessment(who, path, "coordination")
    persona = next(p for p in ("coordinator", "coordinator_two") if str(world.persons[p]) == row["owner"]["personId"])
    done = {"coordinator": {"findings": "Met twice."}}
    ok(await act(who(persona), f"/v1/assessments/{row['id']}/complete", done, row))
    await f.an_assessment(who, path, "coordination")
    held = await period(who, world, persona, "work_ability_coordinator")
    plan = ok(await act(who("lead"), f"/v1/holders/{held['id']}/handover-preview", {"validTo": TOMORROW}))
    assert [(r["knewClient"], r["continuityDeclined"]) for r in plan["items"]] == [(True, False)]
