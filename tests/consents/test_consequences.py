"""What a withdrawal touches, told before and done at once; what it leaves alone; and that senders notice nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.security.development import DEVELOPMENT_ISSUER
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, LACKS, NOBODY, act, code, get, ok
from tests.pathways.test_onward import onward
from tests.world import World

Scene = dict[str, Any]


async def scene(who: As, world: World, *invited: str) -> Scene:
    """Aino on a path, sent by the employment services; Kela and who else is named invited to a meeting, each on a
    permission of its own."""
    area = f.permission(world, "area")
    _, path = await f.accepted(who, world, client=f.person(identityCode=f.AINO), permission=area)
    consents = f"/v1/clients/{path['clientId']}/consents"
    given = {
        name: ok(await act(who("nurse"), consents, f.consent(world, name, dataClasses=["participation"])))
        for name in invited
    }
    body = {
        "startsAt": f.at(days=7), "minutes": 60, "place": "Room 2",
        "participantIds": [str(world.persons[name]) for name in invited],
    }  # fmt: skip
    meeting = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/meetings", body))
    return {"path": path, "consents": consents, "given": given, "meeting": meeting}


async def preview(who: As, consent: f.Json, by: str = "client", **headers: str) -> f.Json:
    return ok(await act(who(by), f"/v1/consents/{consent['id']}/withdraw-preview", headers=headers))


async def withdrawn(who: As, consent: f.Json, by: str = "client") -> f.Json:
    return ok(await act(who(by), f"/v1/consents/{consent['id']}/withdraw", {}, consent))


def kinds(shown: f.Json) -> list[tuple[str, str, str | None]]:
    return [(one["kind"], one["effect"], one["recipientId"]) for one in shown["consequences"]]


async def rows(connection: AsyncConnection, statement: str, **values: Any) -> list[Any]:
    """As the superuser, whom no policy holds."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    found = [tuple(row) for row in await connection.execute(text(statement), values)]
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return found


async def standings(who: As, meeting: f.Json) -> dict[str, str]:
    seen = await get(who("nurse"), f"/v1/meetings/{meeting['id']}")
    return {one["name"]: one["standing"] for one in seen["participants"]}


async def test_who_may_look_ahead(who: As, world: World) -> None:
    made = await scene(who, world, "kela")
    at = f"/v1/consents/{made['given']['kela']['id']}/withdraw-preview"
    for persona, refusal in (("", NOBODY), ("kela", LACKS), ("employment", LACKS), ("hollola_nurse", ABSENT)):
        assert code(await act(who(persona), at)) == refusal
    for persona in ("client", "nurse", "coordinator"):
        ok(await act(who(persona), at))


@pytest.mark.parametrize("by", ["client", "nurse", "coordinator"])
async def test_the_preview_tells_what_then_happens(who: As, world: World, connection: AsyncConnection, by: str) -> None:
    made = await scene(who, world, "kela", "workshop")
    kela = str(world.organisations["kela"])
    consent = made["given"]["kela"]
    before = await rows(connection, "SELECT count(*) FROM cease_notices")
    shown = await preview(who, consent, by)
    assert kinds(shown) == [("recipient_told", "asked_to_cease", kela), ("meeting_invitation", "stops", kela)]
    told = shown["consequences"][0]
    assert (told["recipient"], told["dataClasses"]) == ("Kela", ["participation"])
    assert [one["code"] for one in shown["stays"]] == ["lawful_record", "disclosures", "health_check"]
    assert await rows(connection, "SELECT count(*) FROM cease_notices") == before, "it writes nothing"
    assert ok(await who("kela").get(f"/v1/meetings/{made['meeting']['id']}"))["id"] == made["meeting"]["id"]
    done = await withdrawn(who, consent, by)
    assert done["consequences"] == shown["consequences"]
    assert code(await who("kela").get(f"/v1/meetings/{made['meeting']['id']}")) == ABSENT
    ok(await who("workshop").get(f"/v1/meetings/{made['meeting']['id']}"))
    standing = await standings(who, made["meeting"])
    assert (standing.pop("Kaisa Karppinen"), set(standing.values())) == ("closed", {"invited"})
    log = "SELECT count(*) FROM disclosures WHERE subject_id = :id"
    assert await rows(connection, log, id=made["meeting"]["id"]) == [(2,)], "nothing of the log is removed"
    refused = await act(who(by), f"/v1/consents/{consent['id']}/withdraw-preview")
    assert code(refused) == (409, "illegal_move")


async def test_in_the_readers_language(who: As, world: World) -> None:
    made = await scene(who, world, "kela")
    shown = await preview(who, made["given"]["kela"], **{"Accept-Language": "sv"})
    assert shown["consequences"][1]["label"] == "En inbjudan till ett möte stängs"
    assert shown["stays"][2]["label"].startswith("Hälsokontrollen")


async def test_one_of_two_permissions_touches_nothing(who: As, world: World) -> None:
    made = await scene(who, world, "kela")
    ok(await act(who("client"), made["consents"], f.consent(world, "kela", dataClasses=["participation", "health"])))
    shown = await preview(who, made["given"]["kela"])
    done = await withdrawn(who, made["given"]["kela"])
    assert shown["consequences"] == done["consequences"] == []
    ok(await who("kela").get(f"/v1/meetings/{made['meeting']['id']}"))
    assert (await get(who("nurse"), "/v1/cease-notices"))["items"] == []


@pytest.mark.parametrize("kind", ["prohibition", "refusal"])
async def test_a_later_no_does_the_same(who: As, world: World, kind: str) -> None:
    made = await scene(who, world, "kela", "workshop")
    no = f.prohibition(world, "kela", kind=kind, dataClasses=["participation"])
    said = ok(await act(who("client"), made["consents"], no))
    assert [one[0] for one in kinds(said)] == ["recipient_told", "meeting_invitation"]
    assert code(await who("kela").get(f"/v1/meetings/{made['meeting']['id']}")) == ABSENT
    ok(await who("workshop").get(f"/v1/meetings/{made['meeting']['id']}"))
    # Taken back, the permission counts again: the invitation is offered, and does not open by itself.
    ok(await act(who("client"), f"/v1/consents/{said['id']}/withdraw", {}, said))
    assert (await standings(who, made["meeting"]))["Kaisa Karppinen"] == "may_be_invited"
    assert code(await who("kela").get(f"/v1/meetings/{made['meeting']['id']}")) == ABSENT


async def test_what_was_recorded_wrongly_ends_the_same(who: As, world: World) -> None:
    made = await scene(who, world, "kela")
    consent = made["given"]["kela"]
    body = {"reason": "Another client's paper."}
    done = ok(await act(who("nurse"), f"/v1/consents/{consent['id']}/mark-entered-in-error", body, consent))
    assert [one[0] for one in kinds(done)] == ["recipient_told", "meeting_invitation"]
    # It was no no of the client: the client is asked, by the convener.
    (gap,) = (await get(who("nurse"), "/v1/consent-gaps"))["items"]
    assert (gap["openedBecause"], gap["recipient"], gap["purpose"]) == ("ended", "Kela", "network_meeting")


async def test_after_a_no_nobody_is_asked_again(who: As, world: World) -> None:
    made = await scene(who, world, "kela")
    await withdrawn(who, made["given"]["kela"])
    assert (await get(who("nurse"), "/v1/consent-gaps"))["items"] == []


async def test_a_referral_onward_that_nobody_answered_stops(who: As, world: World) -> None:
    seen, path = await f.accepted(who, world, client=f.person(identityCode=f.AINO))
    sent = ok(await onward(who, path))
    consent = (await get(who("client"), f"/v1/clients/{path['clientId']}/consents"))["items"][0]
    shown = await preview(who, consent)
    area, employment = str(world.organisations["area"]), str(world.organisations["employment"])
    assert kinds(shown) == [
        ("onward_referral", "stops", area),
        ("feedback", "falls_to_notice", employment),
        ("referral_sent", "stays", area),
    ]
    assert shown["consequences"][1]["dataClasses"] == ["work_ability_conclusion"]
    done = await withdrawn(who, consent)
    assert done["consequences"] == shown["consequences"]
    theirs = await get(who("hollola_nurse"), f"/v1/referrals/{sent['id']}")
    assert theirs["status"] == "withdrawn"
    # The referral that came on it goes on: the client withdraws it by itself, and the health check stays (C-33).
    assert (await get(who("nurse"), f"/v1/referrals/{seen['id']}"))["status"] == "in_progress"
    assert f.action(await f.reread(who("nurse"), path), "request_assessment")["allowed"] is True
    refused = await f.told(who, seen, level="conclusion")
    assert code(refused) == (409, "consent_missing")


async def test_a_request_of_the_health_register_is_not_told_to_a_coordinator(who: As, world: World) -> None:
    made = await scene(who, world)
    body = f.consent(world, "kela", dataClasses=["participation"], purposes=["work_ability_assessment"])
    consent = ok(await act(who("nurse"), made["consents"], body))
    asked = {
        "what": "bg_child_school_health", "register": "health", "channel": "letter", "basis": "client_permission",
        "holderOrganisationId": str(world.organisations["kela"]),
    }  # fmt: skip
    ok(await act(who("nurse"), f"/v1/pathways/{made['path']['id']}/record-requests", asked))
    for persona, there in (("client", True), ("nurse", True), ("coordinator", False)):
        found = [one[0] for one in kinds(await preview(who, consent, persona))]
        assert ("record_request" in found) is there, persona


READS = (
    "/v1/referrals?count=true", "/v1/referrals/{id}", "/v1/referrals/{id}/feedback", "/v1/worklist?list=referred",
    "/v1/worklist/counts", "/v1/meetings?count=true", "/v1/cease-notices?count=true", "/v1/referrals/{id}/attachments",
)  # fmt: skip


async def sight(who: As, sent: f.Json, forget: Callable[[str], str]) -> list[tuple[int, str, str | None]]:
    """Everything that a sender reads of its referral."""
    found = []
    for path in READS:
        answer = await who("employment").get(path.format(id=sent["id"]))
        found.append((answer.status_code, forget(answer.text), answer.headers.get("etag")))
    return found


async def test_a_sender_that_received_nothing_sees_no_difference(
    who: As, world: World, clock: Clock, connection: AsyncConnection
) -> None:
    """Whatever ended the permission and however long ago; Kela is told to cease, the sender of the referral is not."""
    seen, path = await f.accepted(who, world, client=f.person(identityCode=f.AINO))
    consents = f"/v1/clients/{path['clientId']}/consents"
    own = (await get(who("client"), consents))["items"][0]
    before = await sight(who, seen, str)
    await withdrawn(who, own)
    assert await sight(who, seen, str) == before
    ok(await act(who("client"), consents, f.prohibition(world, "employment")))
    assert await sight(who, seen, str) == before
    notices = "SELECT count(*) FROM cease_notices WHERE recipient_organisation_id = :id"
    assert await rows(connection, notices, id=world.organisations["employment"]) == [(0,)]


async def test_a_withdrawal_counts_for_whoever_met_it_too_late(who: As, world: World, clock: Clock) -> None:
    """The meeting has been: what was lawful is not closed afterwards, and the recipient is told to cease."""
    made = await scene(who, world, "kela")
    clock.at = NOON + timedelta(days=8)
    done = await withdrawn(who, made["given"]["kela"])
    assert [one[0] for one in kinds(done)] == ["recipient_told"]
    assert (await standings(who, made["meeting"]))["Kaisa Karppinen"] == "invited"


async def test_the_database_shows_a_closed_invitation_to_nobody(
    who: As, world: World, connection: AsyncConnection
) -> None:
    """Python out of the way: who was invited, and who waits for the client's permission, sees no row."""
    made = await scene(who, world, "kela", "workshop")
    later = {"participantIds": [str(world.persons["ngo"])], "inviteLater": True}
    ok(await act(who("nurse"), f"/v1/meetings/{made['meeting']['id']}/invite", later, made["meeting"]))

    async def seen(persona: str) -> list[int]:
        entered = text("SELECT enter_request(:issuer, :subject, DATE '2026-11-23')")
        await connection.execute(entered, {"issuer": DEVELOPMENT_ISSUER, "subject": persona})
        counts = [await connection.scalar(text(f"SELECT count(*) FROM {t}")) for t in TABLES]
        return [int(n or 0) for n in counts]

    assert await seen("kela") == await seen("workshop") == [1, 2]
    assert await seen("ngo") == [0, 0]
    await withdrawn(who, made["given"]["kela"])
    assert await seen("kela") == [0, 0]
    assert await seen("workshop") == [1, 2]


TABLES = ("meetings", "meeting_participants")
