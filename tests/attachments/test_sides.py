"""Senders, clients and teams: whose documents they see, and that nobody learns of the client from them."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.security.development import DEVELOPMENT_ISSUER
from tests.attachments.hands import PDF, attached, on_path, on_referral, put, said
from tests.attachments.samples import metadata
from tests.conftest import As
from tests.factories import (
    ABSENT,
    AINO,
    TOO_LATE,
    Json,
    a_referral,
    accepted,
    act,
    closed,
    code,
    get,
    ok,
    person,
    pointer,
)
from tests.world import World


async def test_a_sender_attaches_to_a_draft_and_the_team_reads_it_once_it_is_sent(
    who: As, world: World, connection: AsyncConnection
) -> None:
    sender, nurse = who("employment"), who("nurse")
    draft = await a_referral(who, world, draft=True)
    kept = await attached(sender, on_referral(draft))
    assert (kept["addedBy"], kept["register"], kept["state"]) == ("sender", "health", "available")
    for persona in ("nurse", "kela", "workshop", "lahti_employment"):
        assert code(await who(persona).get(f"/v1/attachments/{kept['id']}")) == ABSENT
    sent = ok(await act(sender, f"{on_referral(draft)}/submit", {}, draft))
    read = await nurse.get(f"/v1/attachments/{kept['id']}/content")
    assert read.content == PDF
    assert await get(sender, f"/v1/attachments/{kept['id']}") == kept, "sending changed nothing a sender sees of it"
    _, path = await accepted(who, world, sent)
    assert [row["id"] for row in (await get(nurse, f"{on_path(path)}/attachments"))["items"]] == [kept["id"]]
    await connection.execute(text("SET LOCAL ROLE NONE"))
    clients = await connection.scalars(
        text(
            "SELECT client_id FROM attachments WHERE id = :id UNION ALL"
            " SELECT client_id FROM attachment_contents WHERE attachment_id = :id"
        ),
        {"id": kept["id"]},
    )
    referral = await get(nurse, on_referral(sent))
    assert [str(client) for client in clients] == [referral["clientId"]] * 2


async def test_a_partner_does_not_choose_the_register(who: As, world: World) -> None:
    sender = who("employment")
    sent = await a_referral(who, world)
    refused = await act(sender, f"{on_referral(sent)}/attachments", metadata(PDF, register="employment"))
    assert (code(refused), pointer(refused)) == ((422, "register_fixed"), "/body/register")
    assert (await said(sender, on_referral(sent), kind="plan"))["register"] == "operational"
    assert (await said(sender, on_referral(sent), kind="old_record", register="health"))["register"] == "health"


async def test_a_sender_never_sees_what_the_team_added(who: As, world: World) -> None:
    sender, nurse = who("employment"), who("nurse")
    sent = await a_referral(who, world)
    own = await attached(sender, on_referral(sent))
    for register in ("health", "operational"):
        teams = await attached(nurse, on_referral(sent), register=register)
        assert code(await sender.get(f"/v1/attachments/{teams['id']}")) == ABSENT
        assert code(await put(sender, teams)) == ABSENT
    page = await get(sender, f"{on_referral(sent)}/attachments", count=True)
    assert ([row["id"] for row in page["items"]], page["count"]) == ([own["id"]], 1)
    assert len((await get(nurse, f"{on_referral(sent)}/attachments"))["items"]) == 3
    # Each side marks its own.
    wrong = await act(nurse, f"/v1/attachments/{own['id']}/mark-entered-in-error", {"reason": "x"}, own)
    assert code(wrong) == (403, "not_your_attachment")
    assert code(await put(nurse, own)) == (403, "not_your_attachment")
    assert (await get(nurse, f"/v1/attachments/{own['id']}"))["allowedActions"] == []


async def test_a_colleague_of_another_organisation_sees_nothing(who: As, world: World) -> None:
    sent = await a_referral(who, world)
    own = await attached(who("employment"), on_referral(sent))
    for persona in ("kela", "ngo", "workshop", "lahti_employment", "hollola_nurse", "client"):
        assert code(await who(persona).get(f"{on_referral(sent)}/attachments")) == ABSENT
        assert code(await who(persona).get(f"/v1/attachments/{own['id']}/content")) == ABSENT


async def test_a_sender_cannot_tell_a_withdrawn_referral_by_attaching(who: As, world: World) -> None:
    sender, client = who("employment"), who("client")
    withdrawn = await a_referral(who, world, client=person(identityCode=AINO))
    running = await a_referral(who, world)
    seen = await get(client, on_referral(withdrawn))
    ok(await act(client, f"{on_referral(withdrawn)}/withdraw", {}, seen))
    answers = []
    for row in (withdrawn, running):
        kept = await attached(sender, on_referral(row))
        page = await get(sender, f"{on_referral(row)}/attachments", count=True)
        again = await get(sender, on_referral(row))
        answers.append((kept["state"], kept["version"], kept["allowedActions"], page["count"], again["status"]))
        assert again["version"] == row["version"]
    assert answers[0] == answers[1]
    refused = await act(who("nurse"), f"{on_referral(withdrawn)}/attachments", metadata(PDF, register="health"))
    assert (code(refused), refused.json()["state"]) == (TOO_LATE, "withdrawn")


async def test_every_ending_refuses_a_sender_alike(who: As, world: World) -> None:
    seen, _ = await closed(who, world)
    refused = await act(who("employment"), f"{on_referral(seen)}/attachments", metadata(PDF))
    assert (code(refused), refused.json()["state"]) == (TOO_LATE, "closed")


@pytest.fixture
async def ainos(who: As, world: World) -> Json:
    return (await accepted(who, world, client=person(identityCode=AINO)))[1]


async def test_a_client_adds_to_the_own_path_and_sees_everything_of_it(who: As, world: World, ainos: Json) -> None:
    client, nurse = who("client"), who("nurse")
    own = await attached(client, on_path(ainos), kind="old_record")
    assert (own["addedBy"], own["register"]) == ("client", "health")
    refused = await act(client, f"{on_path(ainos)}/attachments", metadata(PDF, register="social"))
    assert code(refused) == (422, "register_fixed")
    teams = await attached(nurse, on_path(ainos), register="health")
    assert len((await get(client, f"{on_path(ainos)}/attachments"))["items"]) == 2
    assert (await client.get(f"/v1/attachments/{teams['id']}/content")).content == PDF
    wrong = await act(client, f"/v1/attachments/{teams['id']}/mark-entered-in-error", {"reason": "x"}, teams)
    assert code(wrong) == (403, "not_your_attachment")
    assert code(await put(nurse, own)) == (403, "not_your_attachment")
    ok(await act(client, f"/v1/attachments/{own['id']}/mark-entered-in-error", {"reason": "Wrong paper."}, own))


async def test_a_client_adds_nothing_to_somebody_elses_referral_of_them(who: As, world: World, ainos: Json) -> None:
    referral = ainos["referrals"][0]["referralId"]
    refused = await act(who("client"), f"/v1/referrals/{referral}/attachments", metadata(PDF))
    assert code(refused) == (403, "forbidden")
    _, others = await accepted(who, world)
    assert code(await act(who("client"), f"{on_path(others)}/attachments", metadata(PDF))) == ABSENT


async def test_the_areas_own_sender_names_a_register_of_theirs(who: As, world: World) -> None:
    """The social counsellor sends and is of the team: what the counsellor adds is of the social register."""
    sent = await a_referral(who, world, sender="social")
    social = await attached(who("social"), on_referral(sent), register="social")
    assert social["addedBy"] == "team"
    assert code(await who("nurse").get(f"/v1/attachments/{social['id']}")) == ABSENT
    refused = await act(who("social"), f"{on_referral(sent)}/attachments", metadata(PDF, register="health"))
    assert code(refused) == (403, "register_not_yours")


async def test_the_policies_say_the_same(who: As, world: World, connection: AsyncConnection) -> None:
    """Without Python: what the database itself shows each of them."""
    sent = await a_referral(who, world)
    await attached(who("employment"), on_referral(sent))
    await attached(who("nurse"), on_referral(sent), register="health")
    await attached(who("nurse"), on_referral(sent), register="operational")
    expected = {"employment": 1, "nurse": 3, "coordinator": 1, "hollola_nurse": 0, "kela": 0, "client": 0, "dpo": 0}
    seen = {}
    for persona in expected:
        savepoint = await connection.begin_nested()
        await connection.execute(
            text("SELECT enter_request(:i, :s, current_date)"), {"i": DEVELOPMENT_ISSUER, "s": persona}
        )
        rows = await connection.scalar(text("SELECT count(*) FROM attachments"))
        contents = await connection.scalar(text("SELECT count(*) FROM attachment_contents"))
        assert rows == contents
        seen[persona] = rows
        await savepoint.rollback()
    assert seen == expected
