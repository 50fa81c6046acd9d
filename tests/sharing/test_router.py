"""Sharing with a party: every gate, what is kept, and how its recipient reads it with an account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import NOON, As, Clock
from tests.factories import (
    ABSENT,
    TOO_LATE,
    act,
    at,
    code,
    get,
    ok,
    pointer,
    prohibition,
    told,
    with_outcome,
)
from tests.sharing.shared import (
    CLASSES,
    SECRET,
    WORDS,
    a_document,
    a_path,
    again,
    body,
    here,
    permit,
    share,
    shared,
    there,
)
from tests.world import World

MISSING = (409, "consent_missing")


async def test_the_way_of_a_share(who: As, world: World) -> None:
    path = await a_path(who, world)
    given = await permit(who, world, path)
    document = await a_document(who, path)
    made = ok(
        await share(
            who, path,
            body(world, {"kind": "conclusion", "words": WORDS}, {"kind": "attachment", "sourceId": document["id"]},
                 {"kind": "plan"}),
        )
    )  # fmt: skip
    assert (made["state"], made["standing"], made["register"]) == ("shared", "open", "health")
    assert (made["consentId"], made["consentVersion"], made["statute"]) == (given["id"], 1, None)
    assert [item["kind"] for item in made["items"]] == ["conclusion", "attachment", "plan"]
    assert made["items"][0]["text"] == WORDS
    workshop = who("workshop")
    rows = (await get(workshop, "/v1/received-shares"))["items"]
    assert [row["id"] for row in rows] == [made["id"]]
    answer = await workshop.get(there(made))
    seen = ok(answer)
    assert answer.headers["cache-control"] == "no-store"
    assert (seen["clientName"], seen["message"], seen["sha256"]) == ("Veera Koe", "As agreed.", made["sha256"])
    assert "clientId" not in seen
    file = await workshop.get(f"{there(made)}/items/{seen['items'][1]['id']}/content")
    assert file.content == SECRET
    assert file.headers["cache-control"] == "no-store"
    assert file.headers["content-disposition"].startswith("attachment;")
    assert code(await workshop.get(f"{there(made)}/items/{seen['items'][0]['id']}/content")) == ABSENT
    got = ok(await act(workshop, f"{there(made)}/acknowledge", {}, seen))
    assert got["state"] == "acknowledged"
    told = ok(await act(workshop, f"{there(made)}/answer", {"body": "Two mornings a week."}, got))
    assert (told["state"], [r["kind"] for r in told["replies"]]) == ("answered", ["acknowledge", "answer"])
    assert code(await act(workshop, f"{there(made)}/answer", {"body": "Once more."}, told)) == TOO_LATE
    row = await again(who, made)
    assert row["replyUnread"]
    assert row["replies"][1]["body"] == "Two mornings a week."
    assert row["replies"][1]["person"] == "Timo Torppa"
    assert [r["id"] for r in (await get(who("nurse"), "/v1/shares", unread="true"))["items"]] == [made["id"]]
    notes = (await get(who("nurse"), f"/v1/pathways/{path['id']}/notes"))["items"]
    assert [n["body"] for n in notes] == ["Heinolan työpaja Torppa: Two mornings a week."]
    assert (await get(who("coordinator"), f"/v1/pathways/{path['id']}/notes"))["items"] == [], "of the health register"
    ok(await act(who("nurse"), f"{here(made)}/mark-reply-read", {}, row))
    assert (await get(who("nurse"), "/v1/shares", unread="true"))["items"] == []


TOLD = ("basis", "consent_id::text", "consent_version", "subject_type", "data_classes")


async def test_the_disclosure_names_the_permission_and_every_reading_is_logged(
    who: As, world: World, connection: AsyncConnection
) -> None:
    made = await shared(who, world)
    ok(await who("workshop").get(there(made)))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    told = (
        await connection.execute(
            text(f"SELECT {', '.join(TOLD)} FROM disclosures WHERE id = :id"),
            {"id": made["disclosureId"]},
        )
    ).one()
    assert tuple(told) == ("consent", made["consentId"], 1, "share", sorted(CLASSES))
    lines = await connection.execute(
        text("SELECT person_name, action, basis, role FROM use_log WHERE resource_id = :id AND action = 'read'"),
        {"id": made["id"]},
    )
    assert ("Timo Torppa", "read", "consent", "workshop_staff") in [tuple(line) for line in lines]


async def test_only_what_the_permission_covers(who: As, world: World) -> None:
    path = await a_path(who, world)
    assert code(await share(who, path, body(world))) == MISSING, "nothing was permitted"
    narrow = ["work_ability_conclusion", "participation"]
    await permit(who, world, path, dataClasses=narrow)
    refused = await share(who, path, body(world))
    assert code(refused) == MISSING
    assert refused.json()["dataClasses"] == ["health", "service_path"], "what to ask the client for"
    assert code(await share(who, path, body(world, dataClasses=narrow, to="kela"))) == MISSING, "another recipient"
    other: dict[str, Any] = {"dataClasses": narrow, "purpose": "work_ability_assessment"}
    assert code(await share(who, path, body(world, **other))) == MISSING, "another purpose"
    assert (await share(who, path, body(world, dataClasses=narrow))).status_code == 201


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ({"kind": "prohibition"}, (409, "share_prohibited")),
        ({"kind": "refusal"}, MISSING),
        ({"kind": "prohibition", "recipientIds": []}, (409, "share_prohibited")),
    ],
)
async def test_the_last_word_of_the_client_counts(
    who: As, world: World, clock: Clock, then: dict[str, Any], expected: tuple[int, str]
) -> None:
    path = await a_path(who, world)
    await permit(who, world, path)
    clock.at = NOON + timedelta(minutes=1)
    made = await shared(who, world, path)
    clock.at = NOON + timedelta(minutes=2)
    await permit(who, world, path, **{"dataClasses": ["participation"], **then})
    assert code(await share(who, path, body(world))) == expected
    assert code(await who("workshop").get(there(made))) == ABSENT
    assert (await again(who, made))["standing"] == "permission_ended"


async def test_a_permission_that_has_not_begun_or_has_ended_covers_nothing(who: As, world: World, clock: Clock) -> None:
    path = await a_path(who, world)
    await permit(who, world, path, validFrom=at(days=2), validUntil=at(days=4))
    assert code(await share(who, path, body(world))) == MISSING
    clock.at = NOON + timedelta(days=3)
    made = ok(await share(who, path, body(world)))
    assert made["expiresAt"] == "2026-11-27T10:00:00Z", "never later than the permission"
    ok(await who("workshop").get(there(made)))
    clock.at = NOON + timedelta(days=4)
    assert code(await who("workshop").get(there(made))) == ABSENT
    assert code(await share(who, path, body(world))) == MISSING
    assert (await again(who, made))["standing"] == "expired"


@pytest.mark.parametrize("how", ["withdraw", "mark-entered-in-error"])
async def test_what_rests_on_a_permission_ends_with_it(who: As, world: World, clock: Clock, how: str) -> None:
    path = await a_path(who, world)
    given = await permit(who, world, path)
    document = await a_document(who, path)
    made = await shared(who, world, path, {"kind": "attachment", "sourceId": document["id"]})
    workshop = who("workshop")
    absent = await workshop.get(there({"id": "01900000-0000-7000-8000-000000000000"}))
    seen = ok(await workshop.get(there(made)))
    clock.at = NOON + timedelta(minutes=1)
    row = await get(who("nurse"), f"/v1/consents/{given['id']}")
    ok(await act(who("nurse"), f"/v1/consents/{given['id']}/{how}", {"reason": "x"} if "error" in how else {}, row))
    gone = await workshop.get(there(made))
    assert code(gone) == ABSENT
    assert gone.json() | {"instance": ""} == absent.json() | {"instance": ""}, "as absent"
    assert code(await workshop.get(f"{there(made)}/items/{seen['items'][0]['id']}/content")) == ABSENT
    assert code(await act(workshop, f"{there(made)}/answer", {"body": "x"}, seen)) == ABSENT
    assert (await get(workshop, "/v1/received-shares", count="true")) == {"items": [], "count": 0, "nextCursor": None}
    # Another permission of the same later does not bring back what ended.
    await permit(who, world, path)
    assert code(await workshop.get(there(made))) == ABSENT
    assert (await again(who, made))["items"][0]["fileName"] == "lausunto.txt", "the lawful record stays"


async def test_who_reads_no_health_data_shares_none(who: As, world: World) -> None:
    path = await a_path(who, world)
    await permit(who, world, path)
    document = await a_document(who, path)
    item = {"kind": "attachment", "sourceId": document["id"]}
    refused = await share(who, path, body(world, item), by="coordinator")
    assert code(refused) == (403, "register_not_yours")
    short = body(world, item, dataClasses=["service_path"])
    refused = await share(who, path, short, by="coordinator")
    assert code(refused) == (422, "share_item_unknown"), "as a document that is not there"
    refused = await share(who, path, short)
    assert code(refused) == (422, "share_classes_short")
    assert refused.json()["missing"] == ["health"]
    classes = ["work_ability_conclusion", "social"]
    assert code(await share(who, path, body(world, dataClasses=classes))) == (403, "register_not_yours")
    made = ok(await share(who, path, body(world, item)))
    assert code(await who("coordinator").get(here(made))) == ABSENT
    told = ok(await share(who, path, body(world, dataClasses=["work_ability_conclusion"]), by="coordinator"))
    assert told["register"] == "operational"


async def test_a_document_entered_in_error_is_read_by_nobody_any_more(who: As, world: World) -> None:
    path = await a_path(who, world)
    await permit(who, world, path)
    document = await a_document(who, path)
    item = {"kind": "attachment", "sourceId": document["id"]}
    made = await shared(who, world, path, item)
    ok(await who("workshop").get(there(made)))
    row = await get(who("nurse"), f"/v1/attachments/{document['id']}")
    where = f"/v1/attachments/{document['id']}/mark-entered-in-error"
    ok(await act(who("nurse"), where, {"reason": "Another's."}, row))
    assert code(await who("workshop").get(there(made))) == ABSENT
    assert code(await share(who, path, body(world, item))) == (422, "share_item_unknown")


async def test_a_statute_covers_what_it_is_about(who: As, world: World) -> None:
    path = await a_path(who, world)
    law: dict[str, Any] = {"statute": "multi_sector_support_381_2023", "dataClasses": ["service_path", "participation"]}
    plan = {"kind": "plan"}
    made = ok(await share(who, path, body(world, plan, to="employment", **law)))
    assert (made["consentId"], made["statute"]) == (None, law["statute"])
    ok(await who("employment").get(there(made)))
    uncovered = (409, "statute_does_not_cover")
    assert code(await share(who, path, body(world, plan, to="workshop", **law))) == uncovered
    assert code(await share(who, path, body(world, to="employment", **law | {"dataClasses": CLASSES}))) == uncovered
    ok(await act(who("nurse"), f"/v1/clients/{path['clientId']}/consents", prohibition(world, "employment")))
    assert code(await share(who, path, body(world, plan, to="employment", **law))) == (409, "share_prohibited")
    assert code(await who("employment").get(there(made))) == ABSENT


@pytest.mark.parametrize(
    ("over", "expected", "where"),
    [
        ({"expiresOn": "2026-11-22"}, "share_expiry_invalid", "/body/expiresOn"),
        ({"expiresOn": "2027-12-01"}, "share_expiry_invalid", "/body/expiresOn"),
        ({"items": [{"kind": "plan", "words": "x"}]}, "share_item_malformed", "/body/items/0"),
        ({"items": [{"kind": "conclusion"}]}, "share_item_malformed", "/body/items/0"),
        ({"items": [{"kind": "attachment", "words": "x"}]}, "share_item_malformed", "/body/items/0"),
        ({"items": []}, "invalid_request", "/body/items"),
        ({"items": [{"kind": "x"}]}, "invalid_request", "/body/items/0/kind"),
        ({"message": "Tunnus 010100A905M."}, "identity_code_in_text", "/body/message"),
        ({"recipientName": "010100A905M"}, "identity_code_in_text", "/body/recipientName"),
        ({"items": [{"kind": "conclusion", "words": "010100A905M"}]}, "identity_code_in_text", "/body/items/0/words"),
        ({"recipientOrganisationId": "01900000-0000-7000-8000-000000000000"}, "recipient_unknown", None),
        ({"surprise": 1}, "invalid_request", "/body"),
    ],
)
async def test_what_is_wrong_with_a_request(
    who: As, world: World, over: dict[str, Any], expected: str, where: str | None
) -> None:
    path = await a_path(who, world)
    await permit(who, world, path)
    refused = await share(who, path, body(world, **over))
    assert code(refused) == (422, expected)
    assert where is None or pointer(refused) == where


async def test_the_area_itself_is_no_recipient(who: As, world: World) -> None:
    path = await a_path(who, world)
    assert code(await share(who, path, body(world, to="area"))) == (422, "recipient_is_the_area")


async def test_a_document_of_another_client_is_not_there(who: As, world: World) -> None:
    mine, others = await a_path(who, world), await a_path(who, world)
    await permit(who, world, mine)
    document = await a_document(who, others)
    refused = await share(who, mine, body(world, {"kind": "attachment", "sourceId": document["id"]}))
    nothing = {"kind": "attachment", "sourceId": "01900000-0000-7000-8000-000000000000"}
    absent = await share(who, mine, body(world, nothing))
    assert code(refused) == (422, "share_item_unknown")
    assert refused.json() | {"instance": ""} == absent.json() | {"instance": ""}


async def test_feedback_that_was_given_is_shared_in_its_words(who: As, world: World) -> None:
    seen, path = await with_outcome(who, world)
    feedback = ok(await told(who, seen))
    await permit(who, world, path)
    made = await shared(who, world, path, {"kind": "feedback", "sourceId": feedback["id"]})
    assert made["items"][0]["text"] == "Half days are possible."
