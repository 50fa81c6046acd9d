"""Who sees which part of a meeting: by register inside, by the client's permission outside."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.dev.runs.rows_asked import enter
from tests import factories as f
from tests.conftest import NOON, As
from tests.factories import ABSENT, CODE_WITHIN, act, code, get, ok, pointer
from tests.meetings.test_router import a_path, meeting, planned
from tests.world import World

TALK = {"title": "What a work trial could be", "dataClass": "participation"}
SLEEP = {"title": "Zqsleep", "register": "health", "minutes": 10}
HELD = {
    "clientParticipation": "present",
    "noteParts": [{"register": "health", "body": "Zqtired"}],
}


async def permit(who: As, world: World, path: f.Json, house: str, *classes: str) -> f.Json:
    given = f.consent(world, house, dataClasses=["participation", *classes])
    return ok(await act(who("client"), f"/v1/clients/{path['clientId']}/consents", given))


async def told(connection: AsyncConnection, world: World, row: f.Json, house: str) -> list[list[str]]:
    """The data classes of every disclosure of the meeting to a house."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    found = await connection.execute(
        text(
            "SELECT data_classes FROM disclosures WHERE subject_id = :id AND recipient_organisation_id = :to"
            " ORDER BY id"
        ),
        {"id": row["id"], "to": world.organisations[house]},
    )
    classes = [list(one) for one in found.scalars()]
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return classes


def titles(seen: f.Json) -> list[str]:
    return [part["title"] for part in seen["agendaParts"]]


async def test_a_part_is_read_by_register_and_by_permission(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world, "workshop")
    await permit(who, world, path, "kela", "health", "meeting_notes")
    people = ("coordinator", "kela", "employment", "workshop")
    row = await planned(who, world, path, *people, agendaParts=[TALK, SLEEP], startsAt=f.at())
    assert titles(row) == [TALK["title"], "Zqsleep"]
    houses = {name: str(world.organisations[name]) for name in ("kela", "employment", "workshop")}
    assert row["agendaParts"][0]["openedTo"] == sorted(houses.values())
    assert row["agendaParts"][1]["openedTo"] == [houses["kela"]]
    at = f"/v1/meetings/{row['id']}"
    held = ok(await act(who("nurse"), f"{at}/hold", HELD, row))
    assert held["noteParts"][0]["openedTo"] == [houses["kela"]]
    for persona, sees in (
        ("nurse", 2), ("client", 2), ("physician_msk", 2), ("coordinator", 1), ("kela", 2), ("employment", 1),
        ("workshop", 1),
    ):  # fmt: skip
        answer = await who(persona).get(at)
        seen = ok(answer)
        assert len(seen["agendaParts"]) == sees, persona
        assert len(seen["noteParts"]) == sees - 1, persona
        if sees == 1:
            everywhere = [answer.text, (await who(persona).get("/v1/meetings")).text]
            everywhere.append((await who(persona).get("/v1/events")).text)
            assert not [word for word in ("Zqsleep", "Zqtired") if any(word in text_ for text_ in everywhere)], persona
        if persona not in ("nurse", "physician_msk", "coordinator"):
            assert {part["openedTo"] for part in seen["agendaParts"]} == {None}, persona
    # Told once: that the client takes part by the invitation, the rest by one disclosure at each telling.
    assert await told(connection, world, row, "kela") == [["participation"], ["health"], ["health", "meeting_notes"]]
    assert await told(connection, world, row, "employment") == [["participation"]]
    seen = await get(who("nurse"), at)
    ok(await act(who("nurse"), f"{at}/open-parts", {"organisationIds": [houses["kela"]]}, seen))
    assert len(await told(connection, world, row, "kela")) == 3, "nothing was new: nothing is told again"


async def test_a_late_permission_opens_and_a_withdrawal_closes(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """Of a meeting that is over, for somebody who could not be invited to it in time."""
    path = await a_path(who, world)
    row = await planned(who, world, path, "kela", agendaParts=[SLEEP], inviteLater=True, startsAt=f.at())
    at = f"/v1/meetings/{row['id']}"
    ok(await act(who("nurse"), f"{at}/hold", HELD, row))
    assert code(await who("kela").get(at)) == ABSENT
    # Recorded by somebody who reads no health data: it is asked of the permission, not of who records it.
    given = f.consent(world, "kela", dataClasses=["participation", "health", "meeting_notes"])
    consents = f"/v1/clients/{path['clientId']}/consents"
    consent = ok(await act(who("coordinator"), consents, given))
    seen = await get(who("kela"), at)
    assert (titles(seen), [part["body"] for part in seen["noteParts"]]) == (["Zqsleep"], ["Zqtired"])
    before = await told(connection, world, row, "kela")
    assert before == [["participation"], ["health", "meeting_notes"]]
    preview = ok(await act(who("client"), f"/v1/consents/{consent['id']}/withdraw-preview"))
    assert "meeting_part" in [line["kind"] for line in preview["consequences"]]
    ok(await act(who("client"), f"/v1/consents/{consent['id']}/withdraw", {}, consent))
    assert code(await who("kela").get(at)) == ABSENT
    assert [part["openedTo"] for part in (await get(who("nurse"), at))["noteParts"]] == [[]]
    # Permitted again, what was closed is offered to the team, and does not open by itself.
    ok(await act(who("client"), consents, given))
    again = await get(who("kela"), at)
    assert (again["agendaParts"], again["noteParts"]) == ([], [])
    assert await told(connection, world, row, "kela") == before, "what was told stays in the log, and nothing more"
    kela = {"organisationIds": [str(world.organisations["kela"])]}
    ok(await act(who("nurse"), f"{at}/open-parts", kela, await get(who("nurse"), at)))
    assert titles(await get(who("kela"), at)) == ["Zqsleep"]
    assert len(await told(connection, world, row, "kela")) == 3


async def test_a_coordinator_has_notes_for_partners(who: As, world: World) -> None:
    """Operational ones, that take no register."""
    path = await a_path(who, world)
    await permit(who, world, path, "kela", "meeting_notes")
    row = await planned(who, world, path, "kela", "coordinator", startsAt=f.at())
    at = f"/v1/meetings/{row['id']}"
    wrong = {**HELD, "noteParts": [{"register": "operational", "body": "We meet again."}, *HELD["noteParts"]]}
    refused = await act(who("coordinator"), f"{at}/hold", wrong, row)
    assert (code(refused), pointer(refused)) == ((403, "part_not_yours"), "/body/noteParts/1/register")
    assert "operational" in refused.json()["registers"]
    ok(await act(who("coordinator"), f"{at}/hold", {**HELD, "noteParts": wrong["noteParts"][:1]}, row))
    assert [part["body"] for part in (await get(who("kela"), at))["noteParts"]] == ["We meet again."]
    assert [part["register"] for part in (await get(who("nurse"), at))["noteParts"]] == ["operational"]


async def test_narrower_terms_close_what_they_do_not_cover(who: As, world: World, connection: AsyncConnection) -> None:
    """The invitation stays; the database says the same as the API."""
    path = await a_path(who, world)
    consent = await permit(who, world, path, "kela", "health")
    row = await planned(who, world, path, "kela", agendaParts=[TALK, SLEEP])
    at = f"/v1/meetings/{row['id']}"
    assert titles(await get(who("kela"), at)) == [TALK["title"], "Zqsleep"]

    async def in_sql() -> int:
        point = await connection.begin_nested()
        await enter(connection, "kela", NOON)
        found = await connection.execute(text("SELECT count(*) FROM meeting_agenda_parts"))
        count = int(found.scalar_one())
        await point.rollback()
        return count

    assert await in_sql() == 2
    less = {k: v for k, v in f.consent(world, "kela", dataClasses=["participation"]).items() if k != "kind"}
    ok(await act(who("nurse"), f"/v1/consents/{consent['id']}/replace", less, consent))
    assert titles(await get(who("kela"), at)) == [TALK["title"]]
    assert await in_sql() == 1
    kela = {"organisationIds": [str(world.organisations["kela"])]}
    ok(await act(who("nurse"), f"{at}/open-parts", kela, await get(who("nurse"), at)))
    assert titles(await get(who("kela"), at)) == [TALK["title"]]


async def test_health_notes_are_not_addressed_to_who_may_not_have_them(who: As, world: World) -> None:
    path = await a_path(who, world)
    row = await planned(who, world, path, "employment", startsAt=f.at())
    at = f"/v1/meetings/{row['id']}"
    office = str(world.organisations["employment"])
    given: Any = {
        "clientParticipation": "present", "notes": "Agreed.", "agreed": [{"words": "A course."}],
        "noteParts": [{"register": "health", "body": "Zqtired", "forOrganisationIds": [office]}],
    }  # fmt: skip
    refused = await act(who("nurse"), f"{at}/hold", given, row)
    assert code(refused) == (409, "participant_not_permitted")
    problem = refused.json()
    assert (problem["recipients"], problem["purpose"]) == ([office], "network_meeting")
    assert problem["dataClasses"] == ["health", "meeting_notes", "participation"]
    assert problem["gapId"], "what can be asked of the client is kept as work, as for consent_missing"
    seen = await get(who("nurse"), at)
    assert (seen["state"], seen["noteParts"], seen["agreed"], seen["version"]) == ("planned", [], [], row["version"])
    wanted = meeting(world, "employment", agendaParts=[{**SLEEP, "forOrganisationIds": [office]}])
    assert code(await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", wanted | {"reserve": False})) == (
        409, "participant_not_permitted",
    )  # fmt: skip
    assert len((await get(who("nurse"), "/v1/meetings"))["items"]) == 1
    stranger = await act(who("nurse"), f"{at}/open-parts", {"organisationIds": [str(world.organisations["ngo"])]}, row)
    assert (code(stranger), pointer(stranger)) == ((422, "recipient_not_invited"), "/body/organisationIds")


async def test_a_part_that_does_not_fit(who: As, world: World) -> None:
    path = await a_path(who, world)
    where = f"/v1/pathways/{path['id']}/meetings"
    for by, part, refusal in (
        ("coordinator", SLEEP, (403, "part_not_yours")),
        ("nurse", {**SLEEP, "dataClass": "participation"}, (422, "part_class_unfit")),
        ("nurse", {**TALK, "presenterId": str(world.persons["physician_msk"])}, (422, "presenter_unknown")),
        ("nurse", {**TALK, "title": f"Of {f.AINO}"}, CODE_WITHIN),
    ):
        refused = await act(who(by), where, meeting(world, "employment", agendaParts=[part]))
        assert code(refused) == refusal, part
    assert (await get(who("nurse"), "/v1/meetings"))["items"] == []


async def test_decisions_are_opened_to_those_who_may_be_told_them(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """Words by the matrix and the permission for meeting notes; of what has an owner one's own; closed when it ends."""
    path = await a_path(who, world, "workshop")
    consent = await permit(who, world, path, "kela", "meeting_notes")
    await permit(who, world, path, "workshop", "meeting_notes")
    row = await planned(who, world, path, "kela", "employment", "workshop", startsAt=f.at())
    at = f"/v1/meetings/{row['id']}"
    owners = {house: {"organisationId": str(world.organisations[house])} for house in ("kela", "workshop")}
    held = ok(await act(who("nurse"), f"{at}/hold", {
        "clientParticipation": "present", "decisions": ["A course."],
        "agreed": [{"words": "The form.", "owner": owners["kela"]},
                   {"words": "Lighter work.", "owner": owners["workshop"]}, {"words": "Another call."}],
    }, row))  # fmt: skip
    assert held["decisions"] == ["A course.", "The form.", "Lighter work.", "Another call."]

    async def reads(house: str) -> tuple[list[str] | None, list[str]]:
        seen = await get(who(house), at)
        return seen["decisions"], [one["words"] for one in seen["agreed"]]

    assert await reads("kela") == (["A course.", "The form."], ["The form."])
    assert await reads("employment") == (None, []), "permitted to know of the meeting alone"
    assert await reads("workshop") == (None, []), "the matrix has none for it"
    assert await told(connection, world, row, "kela") == [["participation"], ["meeting_notes"]]
    assert await told(connection, world, row, "workshop") == [["participation"]], (
        "nothing is disclosed that is not read"
    )
    own = held["agreed"][2]["id"]
    ok(await act(who("nurse"), f"{at}/decisions/{own}/assign", {"owner": owners["kela"]}, held))
    assert await reads("kela") == (["A course.", "The form.", "Another call."], ["The form.", "Another call."])
    less = {k: v for k, v in f.consent(world, "kela", dataClasses=["participation"]).items() if k != "kind"}
    ok(await act(who("nurse"), f"/v1/consents/{consent['id']}/replace", less, consent))
    assert await reads("kela") == (None, [])
