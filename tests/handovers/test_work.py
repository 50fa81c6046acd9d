"""One piece of work by itself: read, confirmed, declined, asked again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import (
    ABSENT,
    CODE_WITHIN,
    LACKS,
    NOBODY,
    STALE,
    UNTAGGED,
    act,
    action,
    code,
    get,
    identity_code,
    ok,
)
from tests.world import World

Json = dict[str, Any]


async def work_of(who: As, subject: Json | str, by: str = "nurse", kind: str | None = None) -> Json:
    """The piece of work about something, by itself."""
    id = subject if isinstance(subject, str) else subject["id"]
    items = (await get(who(by), "/v1/worklist", list="team", limit=200))["items"]
    row = next(w for w in items if w["subjectId"] == id and kind in (None, w["kind"]))
    return await get(who(by), f"/v1/work-items/{row['id']}")


async def as_owner(connection: AsyncConnection, statement: str, **values: Any) -> Any:
    await connection.execute(text("SET LOCAL ROLE NONE"))
    result = await connection.execute(text(statement), values)
    rows = list(result) if result.returns_rows else []
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return rows


async def test_who_reads_a_piece_of_work(who: As, world: World) -> None:
    sent = await f.a_referral(who, world)
    item = await work_of(who, sent)
    path = f"/v1/work-items/{item['id']}"
    for persona, refusal in (("", NOBODY), ("employment", LACKS), ("client", LACKS), ("hollola_nurse", ABSENT)):
        assert code(await who(persona).get(path)) == refusal
    answer = await who("nurse").get(path)
    assert answer.headers["ETag"] == f'"{item["version"]}"'
    assert (item["holder"], item["kind"], item["confirmedAt"]) == ("Hanna Harju", "referral_triage", None)
    assert [a["action"] for a in item["allowedActions"]] == ["confirm", "decline", "route_again"]
    assert all(a["allowed"] for a in item["allowedActions"])
    seen = await get(who("coordinator"), path)
    assert {a["action"]: a["because"] for a in seen["allowedActions"]} == {
        "confirm": "not_your_work", "decline": "not_your_work", "route_again": None,
    }  # fmt: skip
    social = await get(who("social"), path)
    assert action(social, "route_again")["because"] == "missing_permission"


async def test_who_holds_a_physicians_work_is_not_told_outside_the_health_register(who: As, world: World) -> None:
    _, path = await f.accepted(who, world)
    await f.problems(who, path, "musculoskeletal")
    asked = await f.an_assessment(who, path, "physician_assessment")
    item = await work_of(who, asked)
    assert item["holder"] == "Tapio Tuominen"
    blind = await get(who("coordinator"), f"/v1/work-items/{item['id']}")
    assert (blind["holder"], blind["holderId"], blind["confirmedAt"]) == (None, None, None)


async def test_the_receiver_confirms(who: As, world: World, connection: AsyncConnection) -> None:
    item = await work_of(who, await f.a_referral(who, world))
    path = f"/v1/work-items/{item['id']}/confirm"
    assert code(await act(who("coordinator"), path, None, item)) == (403, "not_your_work")
    assert code(await act(who("hollola_nurse"), path, None, item)) == ABSENT
    assert code(await act(who("employment"), path, None, item)) == LACKS
    assert code(await act(who("nurse"), path)) == UNTAGGED
    stale = await act(who("nurse"), path, None, {"version": item["version"] + 1})
    assert (code(stale), stale.json()["current"]["id"]) == (STALE, item["id"])
    done = ok(await act(who("nurse"), path, None, item))
    assert done["confirmedAt"] is not None
    assert done["version"] == item["version"] + 1
    assert code(await act(who("nurse"), path, None, done)) == (409, "already_confirmed")
    assert action(done, "confirm")["because"] == "already_confirmed"
    listed = (await get(who("nurse"), "/v1/worklist", list="mine"))["items"]
    row = next(w for w in listed if w["id"] == item["id"])
    assert (row["version"], row["confirmedAt"]) == (done["version"], done["confirmedAt"])
    rows = await as_owner(
        connection, "SELECT kind, data FROM outbox_events WHERE subject_id = :id ORDER BY id", id=item["id"]
    )
    assert [tuple(row) for row in rows] == [("work.confirmed", {"workKind": "referral_triage"})]


async def test_what_is_declined_goes_to_somebody_else(who: As, world: World) -> None:
    """Two coordinators: the other one gets it, and a new decision replaces the old one; then nobody is left."""
    _, path = await f.accepted(who, world)
    asked = await f.an_assessment(who, path, "coordination")
    names = {str(world.persons[p]): p for p in ("coordinator", "coordinator_two")}
    first = names[asked["owner"]["personId"]]
    second = next(p for p in names.values() if p != first)
    item = await work_of(who, asked)
    at = f"/v1/work-items/{item['id']}/decline"
    assert code(await act(who(second), at, {"reason": "no_time"}, item)) == (403, "not_your_work")
    assert code(await act(who(first), at, {"reason": "bored"}, item)) == (422, "invalid_request")
    missing = await act(who(first), at, {"reason": "other"}, item)
    assert (code(missing), f.pointer(missing)) == ((422, "words_missing"), "/body/words")
    within = {"reason": "other", "words": f"It is {identity_code()} again"}
    assert code(await act(who(first), at, within, item)) == CODE_WITHIN
    assert code(await act(who(first), at, {"reason": "no_time"})) == UNTAGGED
    moved = ok(await act(who(first), at, {"reason": "no_time", "words": "Away at the courses."}, item))
    assert moved["holderId"] == str(world.persons[second])
    now = await get(who("nurse"), f"/v1/assessments/{asked['id']}")
    why = await get(who("nurse"), f"/v1/routing-decisions/{now['decisionId']}")
    assert (why["cause"], why["declineReason"], why["note"]) == ("declined", "no_time", "Away at the courses.")
    assert why["replacesId"] == asked["decisionId"]
    assert [(r["personId"], r["reason"]) for r in why["rejected"]] == [(str(world.persons[first]), "declined")]
    nobody = ok(await act(who(second), at, {"reason": "not_my_field"}, moved))
    assert (nobody["holderId"], nobody["queue"], nobody["alarm"]) == (None, f"team_unassigned:{world.team}", True)
    assert action(nobody, "decline")["because"] == "nobody_has_it"
    again = f"/v1/work-items/{item['id']}/route-again"
    still = ok(await act(who("nurse"), again, {"cause": "room"}, nobody))
    assert still["proposal"]["outcome"] == "stays", "who declined does not get it again"
    assert still["work"]["holderId"] is None


async def test_a_conflict_of_interest_lets_the_deputy_stand_in(who: As, world: World) -> None:
    """For this work it is one; and it still is when the rules are asked again."""
    item = await work_of(who, await f.a_referral(who, world))
    assert item["holder"] == "Hanna Harju"
    at = f"/v1/work-items/{item['id']}"
    moved = ok(await act(who("nurse"), f"{at}/decline", {"reason": "conflict_of_interest"}, item))
    assert (moved["holder"], moved["onBehalfOfId"]) == ("Niina Niemi", str(world.persons["nurse"]))
    again = ok(await act(who("nurse_deputy"), f"{at}/route-again", {"cause": "facts"}, moved))
    assert (again["proposal"]["holder"], again["work"]["holder"]) == ("Niina Niemi", "Niina Niemi")
    path = {"subjectId": item["subjectId"]}
    assert (await get(who("nurse"), "/v1/routing-decisions", **path))["items"] == [], "who is in conflict reads nothing"
    decisions = (await get(who("nurse_deputy"), "/v1/routing-decisions", **path))["items"]
    assert [d["cause"] for d in decisions] == ["facts", "declined", "asked"]
    assert all(str(world.persons["nurse"]) in d["facts"]["conflict_with"] for d in decisions[:2])


async def test_a_conflict_of_interest_of_the_client_is_known_to_triage(who: As, world: World) -> None:
    seen, _ = await f.accepted(who, world)
    body = {"conflictPersonIds": [str(world.persons["nurse"])]}
    ok(await who("nurse").patch(f"/v1/clients/{seen['clientId']}", json=body, headers={"If-Match": "*"}))
    person = f.person()
    first = await f.a_referral(who, world, client=person)
    row = await get(who("nurse"), f"/v1/referrals/{first['id']}")
    ok(await who("nurse").patch(f"/v1/clients/{row['clientId']}", json=body, headers={"If-Match": "*"}))
    second = await f.a_referral(who, world, client=person, allowDuplicate=True)
    assert (await get(who("nurse_deputy"), f"/v1/referrals/{second['id']}"))["owner"]["name"] == "Niina Niemi"
    assert (await who("nurse").get(f"/v1/referrals/{second['id']}")).status_code == 404


async def test_declined_when_everybody_else_is_full_it_waits_with_an_alarm(
    who: As, world: World, connection: AsyncConnection
) -> None:
    _, path = await f.accepted(who, world)
    asked = await f.an_assessment(who, path, "coordination")
    item = await work_of(who, asked)
    first = next(p for p in ("coordinator", "coordinator_two") if str(world.persons[p]) == item["holderId"])
    await as_owner(
        connection, "UPDATE holders SET max_open = 0 WHERE person_id <> :id AND seat_id = :seat",
        id=world.persons[first], seat=world.seats["work_ability_coordinator"],
    )  # fmt: skip
    moved = ok(await act(who(first), f"/v1/work-items/{item['id']}/decline", {"reason": "no_time"}, item))
    assert (moved["queue"], moved["alarm"]) == ("seat_waiting_list:work_ability_coordinator", True)


async def test_being_responsible_and_feedback_are_not_declined(who: As, world: World) -> None:
    seen, path = await f.with_outcome(who, world)
    for subject, kind in ((path, "pathway"), (seen, "feedback")):
        item = await work_of(who, subject, kind=kind)
        at = f"/v1/work-items/{item['id']}"
        assert code(await act(who("nurse"), f"{at}/decline", {"reason": "no_time"}, item)) == (409, "no_rules_for_it")
        assert code(await act(who("nurse"), f"{at}/route-again", {"cause": "room"}, item)) == (409, "no_rules_for_it")
        assert ok(await act(who("nurse"), f"{at}/confirm", None, item))["confirmedAt"] is not None


async def test_done_work_changes_hands_no_more(who: As, world: World) -> None:
    sent = await f.a_referral(who, world)
    item = await work_of(who, sent)
    await f.accepted(who, world, sent)
    done = await get(who("nurse"), f"/v1/work-items/{item['id']}")
    assert done["closedAt"] is not None
    for verb, body in (("confirm", None), ("decline", {"reason": "no_time"}), ("route-again", {"cause": "room"})):
        answer = await act(who("nurse"), f"/v1/work-items/{item['id']}/{verb}", body, done)
        assert code(answer) == (409, "work_done")


async def test_asked_again_when_the_nurse_has_said(who: As, world: World) -> None:
    """Manual at first: nobody has said whether it is demanding. Then the rules give it to the right physician."""
    _, path = await f.accepted(who, world)
    await f.problems(who, path, "musculoskeletal", demanding=None)
    asked = await f.an_assessment(who, path, "physician_assessment")
    item = await work_of(who, asked)
    assert (item["holderId"], item["alarm"]) == (None, True)
    await f.problems(who, path, "musculoskeletal", demanding=True)
    at, body = f"/v1/work-items/{item['id']}/route-again", {"cause": "facts"}
    for persona, refusal in (
        ("", NOBODY), ("social", LACKS), ("employment", LACKS), ("hollola_nurse", ABSENT),
    ):  # fmt: skip
        assert code(await act(who(persona), at, body, item)) == refusal
    assert code(await act(who("nurse"), at, body)) == UNTAGGED
    seen = ok(await act(who("nurse"), at, {**body, "preview": True}, item))
    assert (seen["proposal"]["holder"], seen["decisionId"]) == ("Tapio Tuominen", None)
    assert seen["work"]["version"] == item["version"]
    assert "Tapio Tuominen" in seen["proposal"]["text"]
    done = ok(await act(who("nurse"), at, body, item))
    assert done["work"]["holder"] == "Tapio Tuominen"
    why = await get(who("nurse"), f"/v1/routing-decisions/{done['decisionId']}")
    assert (why["cause"], why["replacesId"]) == ("facts", asked["decisionId"])
    assert (await get(who("nurse"), f"/v1/assessments/{asked['id']}"))["decisionId"] == done["decisionId"]
    # The facts go back: a human decides, and who has it keeps it.
    await f.problems(who, path, "musculoskeletal", demanding=None)
    kept = ok(await act(who("nurse"), at, body, done))
    assert (kept["proposal"]["outcome"], kept["work"]["holder"]) == ("stays", "Tapio Tuominen")


async def test_who_has_it_keeps_it_when_asked_again(who: As, world: World, connection: AsyncConnection) -> None:
    """Neither the load of the work itself nor a lower limit moves it to somebody else."""
    _, path = await f.accepted(who, world)
    asked = await f.an_assessment(who, path, "coordination")
    item = await work_of(who, asked)
    at = f"/v1/work-items/{item['id']}/route-again"
    for most in (None, 0):
        await as_owner(
            connection, "UPDATE holders SET max_open = :most WHERE person_id = :id", most=most, id=item["holderId"]
        )
        again = ok(await act(who("nurse"), at, {"cause": "room"}, item))
        assert (again["proposal"]["outcome"], again["work"]["holderId"]) == ("stays", item["holderId"])
        assert again["work"]["assignedAt"] == item["assignedAt"]
        item = again["work"]


async def test_the_lead_asks_for_a_team_whose_clients_are_not_seen(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """The lead of the area has no seat in Hollola: no row of its clients, and yet the work can be given out."""
    sent = await f.a_referral(who, world, client=f.person(municipality="098"))
    item = await work_of(who, sent, by="hollola_nurse")
    assert code(await who("lead").get(f"/v1/work-items/{item['id']}")) == ABSENT
    done = ok(await act(who("lead"), f"/v1/work-items/{item['id']}/route-again", {"cause": "room"}, item))
    assert (done["work"]["holder"], done["work"]["clientName"]) == ("Helmi Hollo", None)


@pytest.mark.parametrize("municipality", [None, "999"])
async def test_without_a_team_it_is_redirected_and_not_asked_again(
    who: As, world: World, municipality: str | None
) -> None:
    sent = await f.a_referral(who, world, client=f.person(municipality=municipality))
    item = await work_of(who, sent)
    answer = await act(who("nurse"), f"/v1/work-items/{item['id']}/route-again", {"cause": "room"}, item)
    assert code(answer) == (409, "no_team_yet")
