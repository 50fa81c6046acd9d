"""Meetings over HTTP: who is invited on which permission, what a guest sees, and that the client takes part."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.ids import new_id
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import (
    ABSENT,
    CODE_WITHIN,
    LACKS,
    MALFORMED,
    NOBODY,
    STALE,
    TOO_LATE,
    UNTAGGED,
    act,
    code,
    get,
    ok,
    pointer,
)
from tests.world import World

HIDDEN = ("clientId", "pathwayId", "agenda", "notes", "decisions", "clientParticipation", "endedReason")


def meeting(world: World, *people: str, **over: Any) -> f.Json:
    return {
        "startsAt": f.at(days=7),
        "minutes": 60,
        "place": "Heinola health centre",
        "agenda": "What next?",
        "participantIds": [str(world.persons[p]) for p in people],
        **over,
    }


async def a_path(who: As, world: World, *recipients: str) -> f.Json:
    permission = f.permission(world, "area", "employment", *recipients)
    return (await f.accepted(who, world, client=f.person(identityCode=f.AINO), permission=permission))[1]


async def planned(who: As, world: World, path: f.Json, *people: str, **over: Any) -> f.Json:
    return ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", meeting(world, *people, **over)))


async def test_who_may(who: As, world: World) -> None:
    path = await a_path(who, world)
    row = await planned(who, world, path, "employment")
    for persona, refusal in (
        ("", NOBODY),
        ("admin", LACKS),
        ("hollola_nurse", ABSENT),
    ):
        assert code(await who(persona).get(f"/v1/meetings/{row['id']}")) == refusal
        assert code(await act(who(persona), f"/v1/pathways/{path['id']}/meetings", meeting(world))) == refusal
        for verb, body in (("hold", {"clientParticipation": "present"}), ("cancel", {"reason": "x"})):
            assert code(await act(who(persona), f"/v1/meetings/{row['id']}/{verb}", body, row)) == refusal
    for persona in ("client", "employment", "lead"):
        refused = await act(who(persona), f"/v1/pathways/{path['id']}/meetings", meeting(world))
        assert code(refused) == LACKS, persona
        refused = await act(who(persona), f"/v1/meetings/{row['id']}/cancel", {"reason": "x"}, row)
        assert code(refused) == LACKS, persona
    for persona in ("kela", "workshop", "ngo", "lahti_employment"):
        assert code(await who(persona).get(f"/v1/meetings/{row['id']}")) == ABSENT
        assert (await get(who(persona), "/v1/meetings", count="true"))["count"] == 0


async def test_each_organisation_comes_on_a_permission(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    at = f"/v1/pathways/{path['id']}/meetings"
    refused = await act(who("nurse"), at, meeting(world, "coordinator", "employment", "kela", "workshop"))
    assert code(refused) == (409, "consent_missing")
    assert set(refused.json()["recipients"]) == {str(world.organisations[o]) for o in ("kela", "workshop")}
    assert (refused.json()["dataClasses"], refused.json()["purpose"]) == (["participation"], "network_meeting")
    # All or nobody: nothing was written and nobody heard of it.
    assert (await get(who("employment"), "/v1/meetings"))["items"] == []
    consents = f"/v1/clients/{path['clientId']}/consents"
    more = ok(await act(who("client"), consents, f.consent(world, "kela", dataClasses=["participation"])))
    row = await planned(who, world, path, "coordinator", "employment", "kela", "kela")
    assert {p["name"]: p["disclosureId"] is not None for p in row["participants"]} == {
        "Hanna Harju": False, "Kirsi Koskela": False, "Eeva Eskola": True, "Kaisa Karppinen": True,
    }  # fmt: skip
    await connection.execute(text("SET LOCAL ROLE NONE"))
    found = await connection.execute(
        text(
            "SELECT basis, data_classes, consent_id::text FROM disclosures "
            "WHERE subject_id = :id AND recipient_organisation_id = :kela"
        ),
        {"id": row["id"], "kela": world.organisations["kela"]},
    )
    assert [tuple(one) for one in found] == [("consent", ["participation"], more["id"])]
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    ok(await act(who("client"), consents, f.prohibition(world, "employment")))
    refused = await act(who("nurse"), at, meeting(world, "employment"))
    assert (code(refused), refused.json()["recipients"]) == (
        (409, "consent_missing"),
        [str(world.organisations["employment"])],
    )


async def test_a_guest_sees_when_where_and_with_whom(who: As, world: World) -> None:
    path = await a_path(who, world, "kela")
    row = await planned(who, world, path, "coordinator", "employment", "kela", startsAt=f.at())
    held = {"clientParticipation": "remote", "notes": "Diagnosis told.", "decisions": ["A work trial."]}
    ok(await act(who("nurse"), f"/v1/meetings/{row['id']}/hold", held, row))
    for persona in ("kela", "employment"):
        answer = await who(persona).get(f"/v1/meetings/{row['id']}")
        seen = answer.json()
        assert {seen[name] for name in HIDDEN if name != "decisions"} == {None}, persona
        assert (seen["decisions"], seen["noteParts"]) == (None, []), "no permission for meeting notes"
        assert (seen["startsAt"], seen["place"], seen["minutes"]) == (
            "2026-11-23T10:00:00Z", "Heinola health centre", 60,
        )  # fmt: skip
        # The convener, and their own house; not which other services are there.
        own = {"kela": "Kaisa Karppinen", "employment": "Eeva Eskola"}[persona]
        assert {p["name"] for p in seen["participants"]} == {"Hanna Harju", own}
        assert seen["allowedActions"] == []
        assert not [word for word in ("Diagnosis", "What next", "Aino", path["clientId"]) if word in answer.text]
        assert [m["id"] for m in (await get(who(persona), "/v1/meetings"))["items"]] == [row["id"]]
        # The client's path is not a way in.
        for way in ({"pathwayId": path["id"]}, {"clientId": path["clientId"]}):
            assert (await get(who(persona), "/v1/meetings", **way, count="true"))["count"] == 0
        held = {"clientParticipation": "present"}
        assert code(await act(who(persona), f"/v1/meetings/{row['id']}/hold", held, row)) == LACKS
    for persona in ("nurse", "coordinator", "client"):
        seen = await get(who(persona), f"/v1/meetings/{row['id']}")
        assert (seen["notes"], seen["agenda"], seen["clientParticipation"]) == (
            "Diagnosis told.",
            "What next?",
            "remote",
        )
        assert [m["id"] for m in (await get(who(persona), "/v1/meetings", pathwayId=path["id"]))["items"]] == [
            row["id"]
        ]
    assert (await get(who("client"), f"/v1/meetings/{row['id']}"))["allowedActions"] == []
    day, before = "2026-11-23", "2026-11-22"
    for way, number in (
        ({"clientId": path["clientId"], "state": "held", "from": day, "to": day}, 1), ({"state": "planned"}, 0),
        ({"to": before}, 0), ({"clientId": row["id"]}, 0),
    ):  # fmt: skip
        assert len((await get(who("nurse"), "/v1/meetings", **way))["items"]) == number, way


@pytest.mark.parametrize("end", ["withdrawn", "prohibited", "refused", "expired", "wrong"])
async def test_a_guest_is_one_while_the_client_permits(who: As, world: World, clock: Clock, end: str) -> None:
    path = await a_path(who, world)
    consents = f"/v1/clients/{path['clientId']}/consents"
    given = f.consent(world, "kela", dataClasses=["participation"], validUntil=f.at(days=3))
    consent = ok(await act(who("nurse"), consents, given))
    row = await planned(who, world, path, "employment", "kela")
    at = f"/v1/meetings/{row['id']}"
    assert (await get(who("kela"), at))["id"] == row["id"]
    if end == "withdrawn":
        ok(await act(who("client"), f"/v1/consents/{consent['id']}/withdraw", {}, consent))
    elif end == "wrong":
        ok(await act(who("nurse"), f"/v1/consents/{consent['id']}/mark-entered-in-error", {"reason": "x"}, consent))
    elif end == "expired":
        clock.at = NOON + timedelta(days=3)
    else:
        kind = {"prohibited": "prohibition", "refused": "refusal"}[end]
        ok(await act(who("client"), consents, f.prohibition(world, "kela", kind=kind)))
    assert code(await who("kela").get(at)) == ABSENT
    assert (await get(who("kela"), "/v1/meetings", count="true"))["count"] == 0
    for persona in ("employment", "nurse", "client"):
        assert [m["id"] for m in (await get(who(persona), "/v1/meetings"))["items"]] == [row["id"]], persona
    if end == "prohibited":
        return
    ok(await act(who("client"), consents, f.consent(world, "kela")))
    if end == "expired":  # nothing has followed it yet: the invitation was never closed
        assert (await get(who("kela"), at))["id"] == row["id"]
        return
    assert code(await who("kela").get(at)) == ABSENT, "what was closed is offered again, and does not open by itself"
    seen = await get(who("nurse"), at)
    ok(await act(who("nurse"), f"{at}/invite", {"participantIds": [str(world.persons["kela"])]}, seen))
    assert (await get(who("kela"), at))["id"] == row["id"]


@pytest.mark.parametrize("guest", ["kela", "hollola_nurse"])
async def test_a_guest_comes_in_the_name_of_an_organisation(
    who: As, world: World, connection: AsyncConnection, guest: str
) -> None:
    """Invited as somebody of one house, nobody sees the meeting from another."""
    row = await planned(who, world, await a_path(who, world, "kela", "ngo"), guest)
    assert (await get(who(guest), f"/v1/meetings/{row['id']}"))["id"] == row["id"]
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text("UPDATE memberships SET organisation_id = :ngo WHERE person_id = :id"),
        {"ngo": world.organisations["ngo"], "id": world.persons[guest]},
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    assert code(await who(guest).get(f"/v1/meetings/{row['id']}")) in (ABSENT, LACKS)
    assert row["id"] not in (await who(guest).get("/v1/meetings")).text


async def test_it_is_held_with_the_client(who: As, world: World, connection: AsyncConnection) -> None:
    """C-32, in the API and in the database."""
    path = await a_path(who, world)
    row = await planned(who, world, path, startsAt=f.at())
    at = f"/v1/meetings/{row['id']}"
    for given in ({}, {"clientParticipation": None}, {"clientParticipation": "absent"}):
        refused = await act(who("nurse"), f"{at}/hold", given, row)
        assert (code(refused), pointer(refused)) == (MALFORMED, "/body/clientParticipation")
    point = await connection.begin_nested()
    await connection.execute(text("SET LOCAL ROLE NONE"))
    with pytest.raises(DBAPIError, match="client_participation"):
        await connection.execute(text("UPDATE meetings SET state = 'held' WHERE id = :id"), {"id": row["id"]})
    await point.rollback()
    for where, text_ in (("notes", f"Of {f.AINO}"), ("decisions", [f"Of {f.AINO}"])):
        refused = await act(who("nurse"), f"{at}/hold", {"clientParticipation": "present", where: text_}, row)
        assert (code(refused), pointer(refused)) == (CODE_WITHIN, f"/body/{where}")
    written = {"clientParticipation": "declined_in_writing", "decisions": ["A course."]}
    for more in ({}, {"declinedOn": "2026-11-20"}, {"declinedOn": "2026-11-24", "declinedEvidence": "A letter."}):
        assert code(await act(who("nurse"), f"{at}/hold", written | more, row)) == (422, "written_decline_unclear")
    there = {"clientParticipation": "present", "declinedOn": "2026-11-20", "declinedEvidence": "A letter."}
    assert code(await act(who("nurse"), f"{at}/hold", there, row)) == (422, "written_decline_unclear")
    written |= {"declinedOn": "2026-11-20", "declinedEvidence": "A letter."}
    assert code(await act(who("nurse"), f"{at}/hold", written)) == UNTAGGED
    stale = await act(who("nurse"), f"{at}/hold", written, {"version": 9})
    assert (code(stale), stale.json()["current"]["id"]) == (STALE, row["id"])
    key = {"Idempotency-Key": "meeting-0001"}
    first = await act(who("nurse"), f"{at}/hold", written, row, headers=key)
    again = await act(who("nurse"), f"{at}/hold", written, row, headers=key)
    assert (again.text, again.headers["Idempotency-Replayed"]) == (first.text, "true")
    held = ok(first)
    assert (held["state"], held["decisions"], held["clientParticipation"]) == (
        "held",
        ["A course."],
        "declined_in_writing",
    )
    steps = (await f.reread(who("nurse"), path))["steps"]
    assert next(s["state"] for s in steps if s["kind"] == "network_meeting") == "done"
    for verb, body in (("hold", written), ("cancel", {"reason": "x"})):
        assert code(await act(who("nurse"), f"{at}/{verb}", body, held)) == TOO_LATE


async def test_it_is_called_off(who: As, world: World) -> None:
    row = await planned(who, world, await a_path(who, world), "employment")
    hidden = await act(who("nurse"), f"/v1/meetings/{row['id']}/cancel", {"reason": f.AINO}, row)
    assert code(hidden) == CODE_WITHIN
    gone = ok(await act(who("coordinator"), f"/v1/meetings/{row['id']}/cancel", {"reason": "The client is ill."}, row))
    assert (gone["state"], gone["endedReason"]) == ("cancelled", "The client is ill.")
    seen = await get(who("employment"), f"/v1/meetings/{row['id']}")
    assert (seen["state"], seen["endedReason"]) == ("cancelled", None)


@pytest.mark.parametrize(
    ("over", "refusal", "place"),
    [
        ({"startsAt": f.at(hours=-1)}, (422, "meeting_in_the_past"), "/body/startsAt"),
        ({"startsAt": "2026-12-01T10:00:00"}, MALFORMED, "/body/startsAt"),
        ({"participantIds": [str(uuid4())]}, (422, "unknown_participant"), "/body/participantIds"),
        ({"convenerId": str(uuid4())}, (422, "convener_unfit"), "/body/convenerId"),
        ({"convener": "kela"}, (422, "convener_unfit"), "/body/convenerId"),
        ({"convenerId": None}, (422, "meeting_without_convener"), "/body/convenerId"),
        ({"minutes": 4}, MALFORMED, "/body/minutes"),
        ({"kind": "party"}, MALFORMED, "/body/kind"),
        ({"agenda": f"Of {f.AINO}"}, CODE_WITHIN, "/body/agenda"),
        ({"place": f"Home of {f.AINO}"}, CODE_WITHIN, "/body/place"),
        ({"id": str(uuid4())}, (422, "unacceptable_id"), "/body/id"),
    ],
)
async def test_a_meeting_that_does_not_fit(
    who: As, world: World, over: dict[str, Any], refusal: tuple[int, str], place: str
) -> None:
    over = dict(over)
    if "convener" in over:
        over["convenerId"] = str(world.persons[over.pop("convener")])
    path = await a_path(who, world)
    answer = await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", meeting(world, **over))
    assert (code(answer), pointer(answer)) == (refusal, place)


async def test_an_own_id_is_taken_once(who: As, world: World) -> None:
    path, id = await a_path(who, world), str(new_id())
    assert (await planned(who, world, path, id=id))["id"] == id
    again = await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", meeting(world, id=id))
    assert code(again) == (409, "id_taken")
