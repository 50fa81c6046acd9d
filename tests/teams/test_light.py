"""C-59: a light team works without health data. Even somebody of the health register writes none of it there."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.attachments.samples import TEXT, metadata
from tests.conftest import As
from tests.factories import act, action, code, get, ok
from tests.teams.conftest import ANY, holding
from tests.world import World

REFUSED = (409, "no_health_data_here")
ANSWERED = {"instrument": "bdi", "mode": "professional", "answeredOn": "2026-11-20"}


@pytest.fixture
async def light(who: As, world: World) -> f.Json:
    """A path in Padasjoki's light team, in which the nurse of Heinola also sits: as a social counsellor."""
    lead = who("lead")
    team = next(t for t in (await lead.get("/v1/teams")).json()["items"] if t["code"] == "padasjoki")
    seat = ok(await lead.post(f"/v1/teams/{team['id']}/seats", json={"role": "social_counsellor"}))
    ok(await lead.post(f"/v1/seats/{seat['id']}/holders", json=holding(world.persons["nurse"])))
    sent = await f.a_referral(who, world, client=f.person(municipality="576"))
    return (await f.accepted(who, world, sent, by="padasjoki_coordinator"))[1]


async def test_the_team_works(who: As, light: f.Json) -> None:
    by = who("padasjoki_coordinator")
    note = {"dataRegister": "operational", "body": "Comes on Tuesdays."}
    await f.an_assessment(who, light, "coordination", by="padasjoki_coordinator")
    ok(await act(by, f"/v1/pathways/{light['id']}/agree-plan", f.plan(), await f.reread(by, light)))
    ok(await act(by, f"/v1/pathways/{light['id']}/notes", note))


async def test_problem_areas_are_not_said_there(who: As, world: World, light: f.Json) -> None:
    nurse, where = who("nurse"), f"/v1/pathways/{light['id']}/problem-areas"
    said = {"areas": ["mental_health"], "mainArea": "mental_health", "demanding": True}
    refused = await act(nurse, where, said)
    assert code(refused) == REFUSED
    assert "health professional" in refused.json()["detail"]
    told = action(await f.reread(nurse, light), "record_problem_areas")
    assert (told["allowed"], told["because"]) == (False, "no_health_data_here")
    assert (await nurse.get(where)).json()["areas"] == []
    # Whoever may not say them at all is told that.
    assert code(await act(who("padasjoki_coordinator"), where, said)) == (403, "not_health_professional")
    _, path = await f.accepted(who, world)
    assert action(path, "record_problem_areas")["allowed"] is True


async def test_no_form_no_document_no_record_and_no_note_of_the_health_register(who: As, light: f.Json) -> None:
    nurse, path = who("nurse"), f"/v1/pathways/{light['id']}"
    health, operational = {"register": "health"}, {"register": "operational"}
    document = metadata(TEXT, "text/plain")
    record = {
        "what": "bg_child_school_health", "holderName": "Padasjoen koulu", "channel": "letter",
        "basis": "client_permission",
    }  # fmt: skip
    contact = {"direction": "outgoing", "channel": "phone", "result": "no_answer", "pathwayId": light["id"]}
    note = {"dataRegister": "health", "body": "Sleeps badly."}
    contacts = f"/v1/clients/{light['clientId']}/contacts"
    for answer in (
        await act(nurse, f"{path}/preinformation", {}),
        await act(nurse, f"{path}/responses", {**ANSWERED, "edition": "bdi_ii", "score": 12}),
        await act(nurse, f"{path}/response-requests", {"instrument": "phq9", "language": "en"}),
        await act(nurse, f"{path}/attachments", {**document, **health}),
        await act(nurse, f"/v1/referrals/{light['referrals'][0]['referralId']}/attachments", {**document, **health}),
        await act(nurse, f"{path}/record-requests", {**record, **health}),
        await act(nurse, f"{path}/notes", note),
        await act(nurse, contacts, {**contact, "note": note}),
    ):
        assert code(answer) == REFUSED, answer.request.url
    ok(await act(nurse, f"{path}/attachments", {**document, **operational}))
    ok(await act(nurse, f"{path}/notes", {**note, "dataRegister": "operational"}))
    ok(await act(nurse, contacts, {**contact, "note": {**note, "dataRegister": "operational"}}))


async def test_no_assessment_of_the_health_register_is_asked_for(who: As, light: f.Json) -> None:
    """It would have no owner there, nobody to end it, and the path could not close."""
    for by, kind in (("padasjoki_coordinator", "health_check"), ("nurse", "psychiatric_assessment")):
        assert code(await act(who(by), f"/v1/pathways/{light['id']}/assessments", {"kind": kind})) == REFUSED
    assert (await get(who("nurse"), f"/v1/assessments?pathwayId={light['id']}"))["items"] == []


async def test_a_need_is_identified_there_without_its_part_of_health(who: As, light: f.Json) -> None:
    """By any professional of the team, somebody of the health register too: as the others there (C-39, C-59)."""
    where = f"/v1/pathways/{light['id']}/recorded-assessments"
    need: f.Json = {"needs": [{"barrier": "barrier_health"}], "nextStep": "To the health centre."}
    for by in ("padasjoki_coordinator", "nurse"):
        row = ok(await act(who(by), where, {"kind": "need_identification", "needIdentification": need}))
        assert row["register"] == "operational", by
        ill = {**need, "needs": [{"barrier": "barrier_health", "words": "The back."}]}
        refused = await act(who(by), where, {"kind": "need_identification", "needIdentification": ill})
        assert code(refused) == (403, "other_register"), by


async def asked_before(who: As, light: f.Json, connection: AsyncConnection) -> f.Json:
    """Asked for by the coordinator while the team still held health data; it found nobody there."""
    for_now = "UPDATE teams SET template = {} WHERE id = :team"
    await connection.execute(text("SET LOCAL ROLE NONE"))
    was = await connection.scalar(text("SELECT template FROM teams WHERE id = :team"), {"team": light["teamId"]})
    await connection.execute(text(for_now.format("'small_municipality'")), {"team": light["teamId"]})
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    row = await f.an_assessment(who, light, "psychiatric_assessment", by="padasjoki_coordinator")
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(text(for_now.format(":was")), {"team": light["teamId"], "was": was})
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return row


async def test_whoever_asked_cancels_what_nobody_has(who: As, light: f.Json, connection: AsyncConnection) -> None:
    """They read none of its register, and their path must not wait for ever."""
    by, path = who("padasjoki_coordinator"), light
    row = await asked_before(who, light, connection)
    where = f"/v1/assessments/{row['id']}"
    assert (row["owner"]["personId"], action(row, "cancel")["allowed"]) == (None, True)
    assert code(await by.get(where)) == (404, "not_found")
    assert code(await act(who("coordinator"), f"{where}/cancel", {"reason": "Not ours."}, row)) == (404, "not_found")
    ended = ok(await act(by, f"{where}/cancel", {"reason": "There is nobody here to do it."}, row))
    assert (ended["state"], ended["question"]) == ("cancelled", None)
    items = (await get(by, "/v1/worklist?list=unassigned"))["items"]
    assert row["id"] not in [item["subjectId"] for item in items if path]


async def test_no_findings_of_the_health_register(
    who: As, world: World, light: f.Json, connection: AsyncConnection
) -> None:
    """Work of health that got onto a seat of the team before its template was light: its findings are not written."""
    nurse = who("nurse")
    row = await asked_before(who, light, connection)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    seat = await connection.scalar(
        text(
            "UPDATE seats SET role = 'psychiatric_nurse'"
            " WHERE team_id = :team AND role = 'social_counsellor' RETURNING id"
        ),
        {"team": light["teamId"]},
    )
    await connection.execute(
        text("UPDATE work_items SET holder_id = :nurse, seat_id = :seat, queue = NULL WHERE subject_id = :id"),
        {"nurse": world.persons["nurse"], "seat": seat, "id": row["id"]},
    )
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    row = await get(nurse, f"/v1/assessments/{row['id']}")
    assert row["owner"]["personId"] == str(world.persons["nurse"])
    assert action(row, "complete")["because"] == "no_health_data_here"
    content = {"psychiatric": {"findings": "Low mood."}}
    saved = await nurse.patch(f"/v1/assessments/{row['id']}", json=content, headers=ANY)
    assert code(saved) == REFUSED
    assert code(await act(nurse, f"/v1/assessments/{row['id']}/complete", content, row)) == REFUSED
