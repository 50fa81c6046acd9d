"""What the seat sees of a consultation: by register, by what is told, by what the client says, and for how long."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.consultations.rules import role_shown
from tests import factories as f
from tests.conftest import As, Clock
from tests.consultations.cases import a_path, asked, does, question, seat_of, seen, sees, work_of
from tests.factories import ABSENT, act, code, get, ok, pointer
from tests.world import World


async def sit(connection: AsyncConnection, world: World, seat: UUID, name: str, since: str = "2026-11-01") -> None:
    """Somebody sits on a seat in the place of whoever did."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    sat = text(
        "UPDATE holders SET person_id = :p, person_no = (SELECT no FROM persons WHERE id = :p),"
        " valid_from = CAST(CAST(:on AS text) AS date) WHERE seat_id = :s"
    )
    await connection.execute(sat, {"p": world.persons[name], "s": seat, "on": since})
    await connection.execute(text("SET LOCAL ROLE heinola_app"))


async def test_health_is_read_on_the_seat_by_its_register_alone(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """Who comes to the seat later in another register has neither the words nor the name; the client says who may."""
    path = await a_path(who, world)
    seat = await seat_of(connection, world, "hollola_physician")
    row = ok(await asked(who, path, question(seat, register="health", dataClasses=[]), by="nurse"))
    ok(await does(who, row, "answer", {"answer": "The knee.", "register": "health"}, "hollola_physician"))
    count = text("SELECT count(*) FROM consultation_texts WHERE consultation_id = :id")
    for later, status in (("padasjoki_coordinator", 404), ("hollola_nurse", 200)):
        await sit(connection, world, seat, later)
        assert (await sees(who, row, later)).status_code == status, later
        assert (await connection.execute(count, {"id": row["id"]})).scalar_one() == (2 if status == 200 else 0)


async def test_what_was_closed_is_seen_by_who_was_asked_and_for_a_month(
    who: As, world: World, connection: AsyncConnection, clock: Clock
) -> None:
    path = await a_path(who, world)
    seat = await seat_of(connection, world, "hollola_physician")
    row = ok(await asked(who, path, question(seat)))
    ok(await does(who, row, "answer", {"answer": "Try it."}, "hollola_physician"))
    ok(await does(who, await seen(who, row, "coordinator"), "close"))
    clock.at += timedelta(days=29)
    assert (await sees(who, row, "hollola_physician")).status_code == 200
    clock.at += timedelta(days=2)
    assert code(await sees(who, row, "hollola_physician")) == ABSENT
    assert (await sees(who, row, "coordinator")).status_code == 200
    clock.at -= timedelta(days=20)
    await sit(connection, world, seat, "hollola_nurse", "2026-11-24")
    assert code(await sees(who, row, "hollola_nurse")) == ABSENT


async def test_what_is_told_is_gated_whatever_the_register_says(
    who: As, world: World, connection: AsyncConnection
) -> None:
    path = await a_path(who, world)
    social = world.seats["social_counsellor"]
    for classes in (["health", "was_score"], ["social"]):
        refused = await asked(who, path, question(social, dataClasses=classes), by="nurse")
        assert (code(refused), pointer(refused)) == ((422, "question_register_undeclared"), "/body/register")
    scored = await asked(who, path, question(social, dataClasses=["was_score"]), by="nurse")
    assert (code(scored), scored.json()["dataClasses"]) == ((409, "consent_missing"), ["participation", "was_score"])
    physician = world.seats["physician_msk_somatic"]
    assert not ok(await asked(who, path, question(physician, dataClasses=["was_score"]), by="nurse"))["onPermission"]
    light = await seat_of(connection, world, "padasjoki_coordinator")
    for over in ({"register": "health", "dataClasses": []}, {"dataClasses": ["was_score"]}):
        refused = await asked(who, path, question(light, **over), by="nurse")
        assert code(refused) == (409, "no_health_data_here"), over


async def test_a_no_to_the_area_keeps_other_teams_out(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    seat = await seat_of(connection, world, "hollola_physician")
    rows = [ok(await asked(who, path, question(seat))) for _ in range(2)]
    ok(await does(who, rows[0], "answer", {"answer": "Try it."}, "hollola_physician"))
    no = f.prohibition(world, "area", dataClasses=["service_path"], purposes=["service_coordination"])
    ok(await act(who("client"), f"/v1/clients/{path['clientId']}/consents", no))
    for row in rows:
        assert code(await sees(who, row, "hollola_physician")) == ABSENT
    states = [(await seen(who, row, "coordinator"))["state"] for row in rows]
    assert states == ["answered", "permission_ended"]
    refused = await asked(who, path, question(seat))
    assert (code(refused), refused.json()["refused"]) == ((409, "consent_missing"), [str(world.organisations["area"])])
    stopped = await seen(who, rows[1], "coordinator")
    assert code(await does(who, stopped, "ask-again")) == (409, "consent_missing")
    # The own team works with the client, and asks on.
    ok(await asked(who, path, question(await seat_of(connection, world, "physician_msk"))))


async def test_the_consulted_are_told_no_id_of_the_client(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    row = ok(await asked(who, path, question(await seat_of(connection, world, "hollola_physician"))))
    (work,) = await work_of(who, row, "hollola_physician")
    assert (work["clientId"], work["clientName"]) == (None, None)
    assert path["clientId"] not in (await who("hollola_physician").get(f"/v1/work-items/{work['id']}")).text
    (own,) = await work_of(who, row, "coordinator")
    assert own["clientId"] == path["clientId"]


async def test_what_tells_is_shown_to_the_health_register(who: As, world: World) -> None:
    """Whom the nurse asks, about what, and with whom they worked would say what the client is treated for."""
    path = await a_path(who, world)
    mental = world.seats["physician_mental_substance_neuro"]
    row = ok(await asked(who, path, question(mental, theme="mental_health_and_substances"), by="nurse"))
    ok(await does(who, row, "answer", {"answer": "Try it."}, "physician_mental"))
    for persona in ("coordinator", "social"):
        shown = await seen(who, row, persona)
        hidden = ("seatId", "theme", "seatRole", "answeredById", "answeredByRole", "seatVacant")
        some = "work_ability_physician"
        assert [shown[name] for name in hidden] == [None, "other", some, None, some, None], persona
        assert [one["author"] is None for one in shown["texts"]] == [False, True]
        told = (await get(who(persona), f"/v1/clients/{path['clientId']}/timeline"))["items"]
        said = [one for one in told if "consultation" in one["kind"]]
        assert len(said) == 2, "both are there"
        assert "mental" not in str(said), persona
        assert str(world.persons["physician_mental"]) not in str(said), persona
        for listed in ("consultations", "worklist?list=team", "events"):
            text_of = (await who(persona).get(f"/v1/{listed}")).text
            assert str(mental) not in text_of, listed
            assert str(world.persons["physician_mental"]) not in text_of, listed
    for persona in ("nurse", "client", "physician_mental"):
        shown = await seen(who, row, persona)
        assert (shown["theme"], shown["seatId"]) == ("mental_health_and_substances", str(mental)), persona
    pair = {
        "kind": "joint_visit", "counterpartRole": "substance_worker", "doneOn": "2026-11-20", "minutes": 30,
        "counterpartOrganisationId": str(world.organisations["area"]), "pathwayId": path["id"],
    }  # fmt: skip
    ok(await act(who("nurse"), f"/v1/teams/{world.team}/pair-work", pair))
    for persona, role in (("coordinator", None), ("social", None), ("nurse", "substance_worker")):
        (work,) = (await get(who(persona), "/v1/pair-work"))["items"]
        assert (work["counterpartRole"], work["counterpartOrganisationId"] is None) == (role, role is None), persona


def test_roles_are_shown_as_little_as_they_tell() -> None:
    assert role_shown("physician_msk_somatic") == "work_ability_physician"
    assert role_shown("psychiatric_nurse") is None
    assert role_shown("social_counsellor") == "social_counsellor"
