"""Consents over HTTP: who may, what is refused, and that a withdrawal works forward."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.ids import new_id
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import (
    ABSENT,
    FOREIGN_CURSOR,
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


def of(world: World, client: str = "aino") -> str:
    return f"/v1/clients/{world.clients[client]}/consents"


async def recorded(who: As, world: World, by: str = "nurse", client: str = "aino", **over: Any) -> f.Json:
    return ok(await act(who(by), of(world, client), f.consent(world, **over)))


async def test_who_may_and_to_whom_it_is_not_there(who: As, world: World) -> None:
    given = f.consent(world)
    row = await recorded(who, world)
    for path in (of(world), f"/v1/consents/{row['id']}"):
        assert code(await who("").get(path)) == NOBODY
        for persona in ("employment", "kela", "workshop", "ngo", "lead", "admin", "dpo"):
            assert code(await who(persona).get(path)) == LACKS, persona
        assert code(await who("hollola_nurse").get(path)) == ABSENT
    for persona, refusal in (
        ("", NOBODY),
        ("employment", LACKS),
        ("hollola_nurse", ABSENT),
    ):
        assert code(await act(who(persona), of(world), given)) == refusal
        for verb, body in (("withdraw", {}), ("mark-entered-in-error", {"reason": "x"})):
            assert code(await act(who(persona), f"/v1/consents/{row['id']}/{verb}", body, row)) == refusal
    assert code(await act(who("client"), of(world, "veikko"), given)) == ABSENT
    assert code(await act(who("nurse"), f"/v1/clients/{uuid4()}/consents", given)) == ABSENT
    other = await recorded(who, world, client="veikko")
    assert code(await who("client").get(f"/v1/consents/{other['id']}")) == ABSENT
    assert code(await act(who("client"), f"/v1/consents/{other['id']}/withdraw", {}, other)) == ABSENT


async def test_it_is_kept_as_it_was_given(who: As, world: World) -> None:
    id = str(new_id())
    area = str(world.organisations["area"])
    answer = await act(
        who("social"), of(world),
        f.consent(world, id=id, recipientIds=[area, area], dataClasses=["social", "health", "social"],
                  validUntil=f.at(days=30), evidenceNote=" Paper in the folder. "),
    )  # fmt: skip
    row = ok(answer)
    assert (answer.status_code, answer.headers["ETag"], row["id"], row["version"]) == (201, '"1"', id, 1)
    assert (row["recipientIds"], row["dataClasses"]) == ([area], ["health", "social"])
    assert (row["state"], row["inForce"], row["evidenceNote"]) == ("recorded", True, "Paper in the folder.")
    assert row["recordedById"] == str(world.persons["social"])
    assert row == {**await get(who("nurse"), f"/v1/consents/{id}"), "consequences": []}
    assert [c["id"] for c in (await get(who("nurse"), of(world)))["items"]] == [id]
    again = await act(who("nurse"), of(world), f.consent(world, id=id))
    assert code(again) == (409, "id_taken")


@pytest.mark.parametrize(
    ("over", "refusal", "place", "why"),
    [
        ({"recipientIds": []}, "consent_terms_invalid", "/body/recipientIds", "missing"),
        ({"validUntil": f.at(hours=-1)}, "consent_terms_invalid", "/body/validUntil", "ends_too_early"),
        ({"validUntil": f.at()}, "consent_terms_invalid", "/body/validUntil", "ends_too_early"),
        (
            {"validFrom": f.at(days=9), "validUntil": f.at(days=8)},
            "consent_terms_invalid", "/body/validUntil", "ends_too_early",
        ),
        ({"recipientIds": [str(uuid4())]}, "recipient_unknown", "/body/recipientIds", "recipient_unknown"),
        ({"dataClasses": ["everything"]}, "invalid_request", "/body/dataClasses/0", "unknown_code"),
        ({"dataClasses": []}, "invalid_request", "/body/dataClasses", "too_short"),
        ({"purposes": []}, "invalid_request", "/body/purposes", "too_short"),
        ({"howGiven": "shouted"}, "invalid_request", "/body/howGiven", "unknown_code"),
        ({"kind": "maybe"}, "invalid_request", "/body/kind", "enum"),
        ({"evidenceNote": f"Of {f.AINO}"}, "invalid_request", "/body/evidenceNote", "identity_code_in_text"),
        ({"validUntil": "2027-01-01T00:00:00"}, "invalid_request", "/body/validUntil", "timezone_aware"),
        ({"id": str(uuid4())}, "invalid_request", "/body/id", "unacceptable_id"),
        ({"inForce": True}, "invalid_request", "/body", "extra_forbidden"),
    ],
)  # fmt: skip
async def test_terms_that_do_not_fit(
    who: As, world: World, over: dict[str, Any], refusal: str, place: str, why: str
) -> None:
    answer = await act(who("nurse"), of(world), f.consent(world, **over))
    first = answer.json()["errors"][0]
    expected = "unacceptable_id" if why == "unacceptable_id" else refusal
    assert (code(answer), first["pointer"], first["code"]) == ((422, expected), place, why)


async def test_a_prohibition_needs_no_recipient(who: As, world: World) -> None:
    row = await recorded(who, world, kind="prohibition", recipientIds=[])
    assert (row["kind"], row["recipientIds"], row["inForce"]) == ("prohibition", [], True)


async def test_withdrawal_works_forward(who: As, world: World, clock: Clock, connection: AsyncConnection) -> None:
    row = await recorded(who, world)
    path = f"/v1/consents/{row['id']}"
    assert code(await act(who("nurse"), f"{path}/withdraw")) == UNTAGGED
    stale = await act(who("nurse"), f"{path}/withdraw", {}, {"version": 7})
    assert (code(stale), stale.headers["ETag"]) == (STALE, '"1"')
    clock.at = NOON + timedelta(days=2)
    gone = ok(await act(who("nurse"), f"{path}/withdraw", {}, row))
    assert (gone["state"], gone["inForce"], gone["version"]) == ("withdrawn", False, 2)
    assert gone["withdrawnAt"] == "2026-11-25T10:00:00Z"
    assert f.action(gone, "withdraw")["because"] == "illegal_move"
    again = await act(who("nurse"), f"{path}/withdraw", {}, gone)
    assert (code(again), again.json()["state"], again.json()["allowed"]) == (
        TOO_LATE, "withdrawn", ["mark_entered_in_error"],
    )  # fmt: skip
    # What was lawful stays lawful: at an instant before the withdrawal it is in force.
    before = await connection.scalar(
        text("SELECT valid_from <= :at AND withdrawn_at > :at FROM consents WHERE id = :id"),
        {"id": row["id"], "at": NOON + timedelta(days=1)},
    )
    assert before is True


async def test_what_was_recorded_wrongly_stays_with_its_reason(who: As, world: World) -> None:
    row = await recorded(who, world)
    path = f"/v1/consents/{row['id']}/mark-entered-in-error"
    assert code(await act(who("client"), path, {"reason": "x"}, row)) == (403, "forbidden")
    for given in ({}, {"reason": f"Of {f.AINO}"}):
        assert code(await act(who("nurse"), path, given, row)) == MALFORMED
    wrong = ok(await act(who("nurse"), path, {"reason": "Another client's paper."}, row))
    assert (wrong["state"], wrong["inForce"], wrong["errorReason"]) == (
        "entered_in_error", False, "Another client's paper.",
    )  # fmt: skip
    assert not any(one["allowed"] for one in wrong["allowedActions"])
    assert wrong == {**await get(who("nurse"), f"/v1/consents/{row['id']}"), "consequences": []}
    for verb, body in (("withdraw", {}), ("mark-entered-in-error", {"reason": "x"})):
        again = await act(who("nurse"), f"/v1/consents/{row['id']}/{verb}", body, wrong)
        assert code(again) == TOO_LATE


async def test_the_client_gives_and_takes_back(who: As, world: World) -> None:
    mine = await recorded(who, world, by="client", howGiven="electronic")
    assert (mine["recordedById"], mine["inForce"]) == (None, True)
    assert [a["action"] for a in mine["allowedActions"] if a["allowed"]] == ["replace", "withdraw"]
    assert (await get(who("nurse"), f"/v1/consents/{mine['id']}"))["howGiven"] == "electronic"
    gone = ok(await act(who("client"), f"/v1/consents/{mine['id']}/withdraw", {}, mine))
    assert gone["state"] == "withdrawn"
    # Also what a professional recorded is the client's to take back.
    theirs = await recorded(who, world)
    assert ok(await act(who("client"), f"/v1/consents/{theirs['id']}/withdraw", {}, theirs))["inForce"] is False
    assert len((await get(who("client"), of(world)))["items"]) == 2


async def test_sent_twice_is_recorded_once(who: As, world: World) -> None:
    key = {"Idempotency-Key": "consent-0001"}
    first = await act(who("nurse"), of(world), f.consent(world), headers=key)
    second = await act(who("nurse"), of(world), f.consent(world), headers=key)
    assert (second.status_code, second.json()) == (201, first.json())
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.headers["ETag"] == first.headers["ETag"]
    other = await act(who("nurse"), of(world), f.consent(world, howGiven="oral"), headers=key)
    assert code(other) == (422, "idempotency_key_reuse")
    # The retried withdrawal gets its answer, not a 412.
    row, key = first.json(), {"Idempotency-Key": "consent-0002"}
    done = await act(who("nurse"), f"/v1/consents/{row['id']}/withdraw", {}, row, headers=key)
    retried = await act(who("nurse"), f"/v1/consents/{row['id']}/withdraw", {}, row, headers=key)
    assert ok(retried) == ok(done)
    assert len((await get(who("nurse"), of(world)))["items"]) == 1


async def test_pages_follow_one_another_and_the_reading_is_logged(
    who: As, world: World, connection: AsyncConnection
) -> None:
    made = [(await recorded(who, world))["id"] for _ in range(5)]
    first = await get(who("nurse"), of(world), limit=2, count="true")
    second = await get(who("nurse"), of(world), limit=3, cursor=first["nextCursor"])
    assert [c["id"] for c in [*first["items"], *second["items"]]] == made[::-1]
    assert (first["count"], second["nextCursor"]) == (5, None)
    other = await who("physician_msk").get(of(world), params={"cursor": first["nextCursor"]})
    assert code(other) == FOREIGN_CURSOR
    assert pointer(await who("nurse").get(of(world), params={"state": "recorded"}))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    read = await connection.execute(
        text("SELECT resource_id::text FROM use_log WHERE action = 'read' AND resource_type = 'consents'")
    )
    assert sorted(read.scalars()) == sorted(made)


@pytest.mark.parametrize(("language", "said"), [("fi", "Tila on"), ("sv", "Läget är"), ("en", "The state is")])
async def test_refusals_speak_the_readers_language(who: As, world: World, language: str, said: str) -> None:
    row = await recorded(who, world)
    gone = ok(await act(who("nurse"), f"/v1/consents/{row['id']}/withdraw", {}, row))
    answer = await act(
        who("nurse"), f"/v1/consents/{row['id']}/withdraw", {}, gone, headers={"Accept-Language": language}
    )  # fmt: skip
    assert answer.json()["detail"].startswith(said)
    assert answer.headers["Content-Language"] == language
    shown = await who("nurse").get(f"/v1/consents/{row['id']}", headers={"Accept-Language": language})
    assert f.action(shown.json(), "withdraw")["remedy"].startswith(said)
