"""A document over HTTP: said what it is, its bytes put, read again, marked as an error; and what is refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.attachments.faults import FAULTS
from app.attachments.rules import Fault
from app.attachments.service import MOST
from tests.attachments.hands import PDF, attached, on_path, on_referral, put, said
from tests.attachments.samples import BAD, GOOD, TEXT, metadata, pdf
from tests.conftest import As, Clock
from tests.factories import (
    ABSENT,
    CODE_WITHIN,
    LACKS,
    MALFORMED,
    NOBODY,
    STALE,
    TOO_LATE,
    UNTAGGED,
    Json,
    a_referral,
    accepted,
    act,
    action,
    closed,
    code,
    get,
    ok,
    pointer,
)
from tests.world import World


@pytest.fixture
async def path(who: As, world: World) -> Json:
    return (await accepted(who, world))[1]


async def test_a_document_comes_in_two_steps_and_goes_out_as_it_came(who: As, path: Json) -> None:
    nurse = who("nurse")
    told = await said(nurse, on_path(path), register="health", fileName="../B-lausunto äö.PDF")
    assert (told["state"], told["fileName"], told["register"]) == ("awaiting_content", "B-lausunto äö.pdf", "health")
    assert (told["addedBy"], told["pathwayId"], told["contentAt"]) == ("team", path["id"], None)
    assert [a["action"] for a in told["allowedActions"]] == ["put_content", "mark_entered_in_error"]
    content = f"/v1/attachments/{told['id']}/content"
    assert code(await nurse.get(content)) == TOO_LATE
    kept = ok(await put(nurse, told))
    assert (kept["state"], kept["version"], kept["sha256"]) == ("available", 2, told["sha256"])
    assert not action(kept, "put_content")["allowed"]
    read = await nurse.get(content)
    assert read.content == PDF
    assert read.headers["content-type"] == "application/pdf"
    assert read.headers["content-length"] == str(len(PDF))
    assert read.headers["x-content-type-options"] == "nosniff"
    assert read.headers["cache-control"] == "no-store"
    assert "sandbox" in read.headers["content-security-policy"]
    named = read.headers["content-disposition"]
    assert named == f"attachment; filename=\"B-lausunto ao.pdf\"; filename*=UTF-8''{quote('B-lausunto äö.pdf')}"
    assert await get(nurse, f"/v1/attachments/{told['id']}") == kept


async def test_the_same_bytes_again_change_nothing_and_others_are_refused(who: As, path: Json) -> None:
    nurse = who("nurse")
    kept = await attached(nurse, on_path(path), register="health")
    again = await put(nurse, kept)
    assert (again.status_code, again.json()) == (200, kept)
    assert code(await put(nurse, kept, pdf(b"% another\n"))) == (409, "content_fixed")
    assert (await nurse.get(f"/v1/attachments/{kept['id']}/content")).content == PDF


async def test_a_list_tells_no_file_name_and_no_hash(who: As, path: Json) -> None:
    nurse = who("nurse")
    first = await attached(nurse, on_path(path), register="health")
    second = await said(nurse, on_path(path), TEXT, "text/plain", register="operational", kind="plan")
    page = await get(nurse, f"{on_path(path)}/attachments", count=True)
    assert [row["id"] for row in page["items"]] == [second["id"], first["id"]]
    assert page["count"] == 2
    assert [row["state"] for row in page["items"]] == ["awaiting_content", "available"]
    assert not {"fileName", "sha256"} & page["items"][0].keys()
    for place in (f"/v1/pathways/{path['id']}", "/v1/pathways", "/v1/referrals"):
        assert "lausunto" not in (await nurse.get(place)).text
    assert "A statement" not in (await nurse.get("/v1/referrals")).text


async def test_names_and_content_are_sealed_at_rest(who: As, path: Json, connection: AsyncConnection) -> None:
    kept = await attached(who("nurse"), on_path(path), TEXT, media="text/plain", register="health", fileName="nimi.txt")
    await connection.execute(text("SET LOCAL ROLE NONE"))
    row = (await connection.execute(text("SELECT a::text FROM attachments a WHERE id = :id"), {"id": kept["id"]})).one()
    found = await connection.scalar(
        text("SELECT sealed FROM attachment_contents WHERE attachment_id = :id"), {"id": kept["id"]}
    )
    for secret in (b"nimi.txt", b"A statement", kept["sha256"].encode()):
        assert secret.hex() not in row[0]
        assert secret.decode() not in row[0]
    assert found is not None
    assert TEXT not in found


@pytest.mark.parametrize(("fault", "content"), BAD.values(), ids=BAD)
async def test_bad_content_is_refused_with_its_own_code(who: As, path: Json, fault: str, content: bytes) -> None:
    nurse = who("nurse")
    media = "application/pdf" if content.startswith(b"%PDF-") else "image/jpeg"
    told = await said(nurse, on_path(path), content or b"x", media, register="health")
    assert code(await put(nurse, told, content, media)) == (422, FAULTS[Fault(fault)].code)
    assert (await get(nurse, f"/v1/attachments/{told['id']}"))["state"] == "awaiting_content"


@pytest.mark.parametrize(("media", "content"), GOOD.values(), ids=GOOD)
async def test_good_content_is_taken(who: As, path: Json, media: str, content: bytes) -> None:
    kept = await attached(who("nurse"), on_path(path), content, media=media, register="health")
    read = await who("nurse").get(f"/v1/attachments/{kept['id']}/content")
    assert read.content == content
    assert read.headers["content-type"].startswith(media)


async def test_what_comes_must_be_what_was_said(who: As, path: Json) -> None:
    nurse = who("nurse")
    told = await said(nurse, on_path(path), register="health")
    longer = await put(nurse, told, PDF + b"\n")
    assert (code(longer), longer.json()["received"]) == ((422, "size_mismatch"), len(PDF) + 1)
    assert code(await put(nurse, told, PDF.replace(b"200 200", b"201 200"))) == (422, "hash_mismatch")
    early = await nurse.get(f"/v1/attachments/{told['id']}/content")
    assert (code(early), early.json()["allowed"]) == ((409, "illegal_move"), ["put_content", "mark_entered_in_error"])
    other = await put(nurse, told, media="image/png")
    assert code(other) == (422, "media_type_mismatch")
    assert "Content-Type must be application/pdf too" in other.json()["detail"]
    false = await said(nurse, on_path(path), TEXT, "application/pdf", register="health")
    assert code(await put(nurse, false, TEXT, "application/pdf")) == (422, "media_type_mismatch")
    assert code(await put(nurse, told, media="application/json")) == (422, "media_type_mismatch")
    assert ok(await put(nurse, told, media="Application/PDF; name=x"))["state"] == "available"


async def test_metadata_are_checked(who: As, path: Json, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    nurse = who("nurse")

    async def refused(**over: Any) -> tuple[tuple[int, str], str]:
        answer = await act(nurse, f"{on_path(path)}/attachments", metadata(PDF, register="health") | over)
        return code(answer), pointer(answer)

    over = app.state.settings.max_attachment_bytes + 1
    assert await refused(sizeBytes=over) == ((422, "attachment_too_large"), "/body/sizeBytes")
    large = (await act(nurse, f"{on_path(path)}/attachments", metadata(PDF, register="health", sizeBytes=over))).json()
    assert large["errors"][0]["detail"] == large["detail"] == f"A file may have {over - 1} bytes."
    assert await refused(register=None) == ((422, "register_missing"), "/body/register")
    assert await refused(title="of 010190-900P") == (CODE_WITHIN, "/body/title")
    assert await refused(fileName="010190-900P.pdf") == (CODE_WITHIN, "/body/fileName")
    assert await refused(mediaType="image/svg+xml") == (MALFORMED, "/body/mediaType")
    assert await refused(sha256="ABC") == (MALFORMED, "/body/sha256")
    assert (await refused(id=str(uuid4())))[0] == (422, "unacceptable_id")
    foreign = await act(nurse, f"{on_path(path)}/attachments", metadata(PDF, register="social"))
    assert code(foreign) == (403, "register_not_yours")


async def test_a_case_takes_so_many_and_no_more(who: As, path: Json) -> None:
    nurse = who("nurse")
    first = await said(nurse, on_path(path), register="health")
    for _ in range(MOST - 1):
        await said(nurse, on_path(path), register="health")
    full = await act(nurse, f"{on_path(path)}/attachments", metadata(PDF, register="health"))
    assert (code(full), full.json()["most"]) == ((409, "too_many_attachments"), MOST)
    ok(await act(nurse, f"/v1/attachments/{first['id']}/mark-entered-in-error", {"reason": "Twice."}, first))
    await said(nurse, on_path(path), register="health")


async def test_an_error_keeps_the_row_and_shows_its_content_to_nobody(who: As, path: Json) -> None:
    nurse = who("nurse")
    kept = await attached(nurse, on_path(path), register="health")
    where = f"/v1/attachments/{kept['id']}"
    assert code(await act(nurse, f"{where}/mark-entered-in-error", {"reason": "x"})) == UNTAGGED
    assert code(await act(nurse, f"{where}/mark-entered-in-error", {"reason": "x"}, kept | {"version": 1})) == STALE
    wrong = await act(nurse, f"{where}/mark-entered-in-error", {"reason": "of 010190-900P"}, kept)
    assert code(wrong) == CODE_WITHIN
    marked = ok(await act(nurse, f"{where}/mark-entered-in-error", {"reason": "Somebody else's."}, kept))
    assert (marked["state"], marked["errorReason"]) == ("entered_in_error", "Somebody else's.")
    assert code(await nurse.get(f"{where}/content")) == TOO_LATE
    assert code(await put(nurse, kept)) == TOO_LATE
    assert code(await act(nurse, f"{where}/mark-entered-in-error", {"reason": "x"}, marked)) == TOO_LATE


async def test_a_closed_path_takes_none(who: As, world: World) -> None:
    _, path = await closed(who, world)
    assert code(await act(who("nurse"), f"{on_path(path)}/attachments", metadata(PDF, register="health"))) == TOO_LATE


async def test_who_may_not(who: As, path: Json, world: World) -> None:
    kept = await attached(who("nurse"), on_path(path), register="health")
    plain = await attached(who("nurse"), on_path(path), register="operational", kind="plan")
    for persona, refusal in (
        ("", NOBODY), ("admin", LACKS), ("lead", LACKS), ("hollola_nurse", ABSENT), ("employment", ABSENT),
        ("kela", ABSENT), ("workshop", ABSENT), ("client", ABSENT), ("coordinator", ABSENT), ("social", ABSENT),
    ):  # fmt: skip
        for address in (f"/v1/attachments/{kept['id']}", f"/v1/attachments/{kept['id']}/content"):
            assert code(await who(persona).get(address)) == refusal, persona
        assert code(await put(who(persona), kept)) == refusal, persona
    # Of the same team, without the health register: what is operational, and nothing of health, not even a count.
    page = await get(who("coordinator"), f"{on_path(path)}/attachments", count=True)
    assert ([row["id"] for row in page["items"]], page["count"]) == ([plain["id"]], 1)
    assert code(await act(who("coordinator"), f"{on_path(path)}/attachments", metadata(PDF, register="health"))) == (
        403,
        "register_not_yours",
    )
    assert code(await who("employment").get(f"{on_path(path)}/attachments")) == ABSENT
    assert code(await act(who("employment"), f"{on_path(path)}/attachments", metadata(PDF))) == ABSENT


async def test_reading_the_bytes_stands_in_the_use_log(
    who: As, path: Json, connection: AsyncConnection, clock: Clock
) -> None:
    kept = await attached(who("nurse"), on_path(path), register="health")
    ok_bytes = await who("physician_mental").get(
        f"/v1/attachments/{kept['id']}/content", headers={"X-Request-Id": "read-bytes-1"}
    )
    assert ok_bytes.content == PDF
    await connection.execute(text("SET LOCAL ROLE NONE"))
    rows = await connection.execute(
        text("SELECT action, resource_type, fields, client_id FROM use_log WHERE request_id = 'read-bytes-1'")
    )
    assert [tuple(row)[:3] for row in rows] == [("read", "attachments", ["content", "register_health"])]


async def test_one_key_makes_one_document(who: As, path: Json) -> None:
    nurse, key = who("nurse"), {"Idempotency-Key": "document-key-1"}
    given = metadata(PDF, register="health")
    first = await act(nurse, f"{on_path(path)}/attachments", given, headers=key)
    again = await act(nurse, f"{on_path(path)}/attachments", given, headers=key)
    assert ok(first)["id"] == ok(again)["id"]
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_the_team_adds_to_a_referral_and_the_path_shows_it(who: As, world: World) -> None:
    sent = await a_referral(who, world)
    kept = await attached(who("nurse"), on_referral(sent), register="health")
    assert kept["referralId"] == sent["id"]
    _, path = await accepted(who, world, sent)
    assert [r["id"] for r in (await get(who("nurse"), f"{on_path(path)}/attachments"))["items"]] == [kept["id"]]
