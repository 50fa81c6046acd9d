"""Conclusions in plain words, notes of meetings by register, and what a team that only reads may not do."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.access.matrix import matrix
from app.consents.models import ConsentKind, ConsentState, Verification
from app.kit.clock import civil_date
from app.security.development import DEVELOPMENT_ISSUER
from tests import factories as f
from tests.conftest import NOON, As
from tests.consents.said import BASE, NO, NOW, add
from tests.factories import LACKS, act, code, get, ok
from tests.world import World


async def concluded(who: As, world: World) -> tuple[f.Json, f.Json, str]:
    """A completed health check: its path, itself, and where its conclusion is read."""
    _, path = await f.accepted(who, world)
    check = await f.an_assessment(who, path)
    done = f.health_check(workAbility="Half days.", sections=f.sections(), instruments=[
        {"instrument": "was", "version": "1", "score": 3, "mode": "interview", "answeredOn": "2026-11-20"}
    ])  # fmt: skip
    check = ok(await act(who("nurse"), f"/v1/assessments/{check['id']}/complete", done, check))
    return path, check, f"/v1/clients/{path['clientId']}/conclusions"


async def test_it_follows_its_assessment_and_tells_nobody(who: As, world: World) -> None:
    _, check, at = await concluded(who, world)
    [told] = (await get(who("coordinator"), at))["items"]
    assert (told["workAbility"], told["workAbilityScore"], told["saidOn"]) == ("Half days.", 3, "2026-11-23")
    assert told.keys() == {"id", "pathwayId", "saidOn", "amendedOn", "workAbility", "workAbilityScore"}
    anew = {"reason": "Said better.", "workAbility": "Four hours."}
    check = ok(await act(who("nurse"), f"/v1/assessments/{check['id']}/amend", anew, check))
    [told] = (await get(who("coordinator"), at))["items"]
    assert (told["workAbility"], told["amendedOn"]) == ("Four hours.", "2026-11-23")
    wrong = {"reason": "Of somebody else."}
    ok(await act(who("nurse"), f"/v1/assessments/{check['id']}/mark-entered-in-error", wrong, check))
    assert (await get(who("coordinator"), at))["items"] == []


COUNT = text("SELECT count(*) FROM conclusions WHERE client_id = :client")


async def rows_seen(connection: AsyncConnection, path: f.Json, persona: str, at: datetime = NOON) -> int:
    """How many conclusions of the client of a path somebody sees by SQL alone."""
    values = {"issuer": DEVELOPMENT_ISSUER, "subject": persona, "on": civil_date(at), "at": at}
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    await connection.execute(text("SELECT enter_request(:issuer, :subject, :on, :at)"), values)
    return int((await connection.execute(COUNT, {"client": path["clientId"]})).scalar_one())


async def nothing_permitted(connection: AsyncConnection, path: f.Json) -> None:
    await connection.execute(text("SET LOCAL ROLE NONE"))
    gone = text("UPDATE consents SET withdrawn_at = valid_from WHERE client_id = :client AND withdrawn_at IS NULL")
    await connection.execute(gone, {"client": path["clientId"]})
    await connection.execute(text("SET LOCAL ROLE heinola_app"))


async def test_the_rows_say_the_same_below_the_api(who: As, world: World, connection: AsyncConnection) -> None:
    path, _, _ = await concluded(who, world)
    terms = {"dataClasses": ["work_ability_conclusion"], "purposes": ["service_coordination"]}
    await nothing_permitted(connection, path)
    for persona, number in (("nurse", 1), ("coordinator", 1), ("social", 0), ("hollola_nurse", 0), ("kela", 0),
                            ("padasjoki_coordinator", 0), ("employment", 0), ("lead", 0), ("admin", 0)):  # fmt: skip
        assert await rows_seen(connection, path, persona) == number, persona
    given = f.consent(world, "area", **terms)
    ok(await act(who("nurse"), f"/v1/clients/{path['clientId']}/consents", given))
    assert await rows_seen(connection, path, "social") == 1
    roles = set((await connection.execute(text("SELECT plain_words_roles()"))).scalar_one())
    assert roles == set(matrix()["parties"]["coordinator"]["roles"])


async def test_below_the_api_a_permission_ends_as_above_it(who: As, world: World, connection: AsyncConnection) -> None:
    """Prohibited, refused, run out, withdrawn, replaced, for another purpose or to others: no row, by SQL alone."""
    path, _, _ = await concluded(who, world)
    await nothing_permitted(connection, path)
    hour, classes = timedelta(hours=1), {"classes": ["work_ability_conclusion"], "purposes": ["service_coordination"]}
    base = BASE | classes | {"recipients": ["area"]}
    no = NO | classes
    for number, *consents in (
        (1, base),
        (1, base | {"verification": Verification.STATED}),
        (0, base, no | {"kind": ConsentKind.PROHIBITION}),
        (0, base, no | {"kind": ConsentKind.REFUSAL}),
        (0, base | {"until": NOW}),
        (0, base | {"begins": NOW + hour}),
        (0, base | {"state": ConsentState.WITHDRAWN, "withdrawn": NOW}),
        (0, base | {"state": ConsentState.REPLACED, "replaced": NOW}),
        (0, base | {"state": ConsentState.ENTERED_IN_ERROR}),
        (0, base | {"recipients": ["kela"]}),
        (0, base | {"purposes": ["network_meeting"]}),
        (0, base | {"classes": ["participation"]}),
    ):
        point = await connection.begin_nested()
        await connection.execute(text("SET LOCAL ROLE NONE"))
        for one in consents:
            await add(connection, world, UUID(path["clientId"]), one)
        assert await rows_seen(connection, path, "social", NOW) == number, consents
        assert await rows_seen(connection, path, "coordinator", NOW) == 1, "by the care relationship alone"
        await point.rollback()


async def test_a_workshop_gets_no_conclusion(who: As, world: World) -> None:
    sent = await f.a_referral(who, world, "workshop", permission=f.permission(world, "area", "workshop"))
    _, path = await f.accepted(who, world, sent)
    ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/record-outcome", {"code": "work_trial"}, path))
    assert code(await f.told(who, sent)) == (409, "conclusion_not_for_party")
    assert (await f.told(who, sent, "closure_notice")).status_code == 201


async def test_parts_of_the_notes_are_of_registers_one_writes_in(who: As, world: World) -> None:
    _, path = await f.accepted(who, world)
    plan = {"startsAt": f.at(), "place": "Room 2", "participantIds": []}
    meeting = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", plan))
    at, held = f"/v1/meetings/{meeting['id']}/hold", {"clientParticipation": "present"}
    social = {**held, "noteParts": [{"register": "social", "body": "x"}]}
    assert code(await act(who("nurse"), at, social, meeting)) == (403, "part_not_yours")
    twice = {**held, "noteParts": [{"register": "health", "body": "x"}] * 2}
    assert code(await act(who("nurse"), at, twice, meeting)) == (422, "part_twice")
    coded = {**held, "noteParts": [{"register": "health", "body": f.AINO}]}
    assert code(await act(who("nurse"), at, coded, meeting)) == f.CODE_WITHIN


async def test_a_team_that_only_reads_corrects_nothing(who: As, world: World, connection: AsyncConnection) -> None:
    _, path = await f.accepted(who, world)
    note = {"dataRegister": "operational", "body": "Ours."}
    note = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/notes", note))
    call = {"direction": "outgoing", "channel": "phone", "result": "reached"}
    call = ok(await act(who("nurse"), f"/v1/clients/{path['clientId']}/contacts", call))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(
        text(
            "INSERT INTO involvements (id, client_id, team_id, opened_at, created_at, basis)"
            " SELECT gen_random_uuid(), :client, id, now(), now(), 'referral' FROM teams WHERE code = 'hollola'"
        ),
        {"client": path["clientId"]},
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    for place in (f"/v1/notes/{note['id']}", f"/v1/contacts/{call['id']}"):
        theirs = await get(who("hollola_nurse"), place)
        assert theirs["allowedActions"] == []
        refused = await act(who("hollola_nurse"), f"{place}/mark-entered-in-error", {"reason": "x"}, theirs)
        assert code(refused) == (403, "forbidden")
        ours = await get(who("coordinator"), place)
        ok(await act(who("coordinator"), f"{place}/mark-entered-in-error", {"reason": "x"}, ours))
    assert code(await who("lead").get(f"/v1/clients/{path['clientId']}/conclusions")) == LACKS
