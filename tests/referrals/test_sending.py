"""Sending a referral: preflight, refusals, drafts, and what comes back to the sender."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.dev.openapi import FOLDER
from app.kit.ids import new_id
from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, CODE_WITHIN, LACKS, MALFORMED, NOBODY, act, code, get, ok, pointer
from tests.world import World

SENDERS = ("employment", "lahti_employment", "kela", "workshop", "ngo")


async def test_who_may(who: As, world: World) -> None:
    for path in ("/v1/referrals", "/v1/referrals/preflight"):
        assert code(await act(who(""), path, f.referral(world))) == NOBODY
        for persona in ("lead", "admin", "dpo"):
            assert code(await act(who(persona), path, f.referral(world))) == LACKS, persona
        assert code(await act(who("client"), path, f.referral(world))) == (403, "own_referral_only")
    assert code(await act(who("client"), "/v1/referrals/search", {"identityCode": f.AINO})) == (
        403,
        "own_referral_only",
    )
    assert code(await act(who("admin"), "/v1/referrals/search", {"identityCode": f.AINO})) == LACKS
    sent = await f.a_referral(who, world)
    path = f"/v1/referrals/{sent['id']}"
    assert code(await who("").get(path)) == NOBODY
    assert code(await who("admin").get(path)) == LACKS
    for persona in ("lahti_employment", "kela", "workshop", "ngo", "hollola_nurse", "client"):
        assert code(await who(persona).get(path)) == ABSENT, persona
        assert (await get(who(persona), "/v1/referrals"))["items"] == []
    for persona in ("nurse", "physician_msk", "coordinator", "social", "lead"):
        assert (await get(who(persona), path))["view"] == "team", persona
    # Another sender's verbs are not there; the team's are not the sender's.
    assert code(await act(who("kela"), f"{path}/cancel", {}, sent)) == ABSENT
    assert code(await act(who("nurse"), f"{path}/cancel", {}, sent)) == (403, "forbidden")
    assert code(await who("nurse").patch(path, json={"reason": "x"}, headers={"If-Match": "*"})) == (403, "forbidden")
    assert code(await act(who("employment"), f"{path}/reject", {"reason": "other"}, sent)) == LACKS


@pytest.mark.parametrize("sender", SENDERS)
async def test_what_the_sender_reads(who: As, world: World, sender: str) -> None:
    sent = await f.a_referral(who, world, sender, permission=f.permission(world, "area", sender))
    assert (sent["view"], sent["status"], sent["nextOn"], sent["nextIs"]) == (
        "sender", "received", "2026-11-30", "answer_due",
    )  # fmt: skip
    hidden = ("clientId", "owner", "pathwayId", "runningPathwayId", "late", "decidedAt")
    assert {sent[name] for name in hidden} == {None}
    assert sent["person"]["identityCodeMasked"].endswith("****")
    assert sent["feedback"]["state"] == "coming"
    assert sent["senderPersonId"] == str(world.persons[sender])
    assert sent == await get(who(sender), f"/v1/referrals/{sent['id']}")
    assert [r["id"] for r in (await get(who(sender), "/v1/referrals"))["items"]] == [sent["id"]]


def test_a_sender_is_never_asked_what_only_health_knows() -> None:
    """C-58, in the schema that the sender's software is written from."""
    schemas = json.loads((FOLDER / "openapi.v1.json").read_text("utf-8"))["components"]["schemas"]
    asked: set[str] = set()
    waiting = ["ReferralCreate", "ReferralUpdate"]
    while waiting:
        schema = schemas[waiting.pop()]
        asked |= set(schema.get("properties", {}))
        found = json.dumps(schema).split('"#/components/schemas/')[1:]
        waiting += [part.split('"')[0] for part in found]
    assert {"reason", "permission", "identityCode", "barriers"} <= asked
    assert not [
        name for name in asked if any(word in name.lower() for word in ("diagnos", "problem", "demanding", "icd"))
    ]


async def rows(connection: AsyncConnection) -> dict[str, int]:
    """How many rows each table has, counted as the superuser."""
    await connection.execute(text("SET LOCAL ROLE NONE"))
    tables = (await connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))).scalars()
    counted = " UNION ALL ".join(f"SELECT '{t}', count(*) FROM \"{t}\"" for t in tables)
    found = {row[0]: row[1] for row in await connection.execute(text(counted))}
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return found


async def test_preflight_writes_nothing(who: As, world: World, connection: AsyncConnection) -> None:
    before = await rows(connection)
    assert len(before) > 25
    for given in (
        f.referral(world),
        f.referral(world, permission=None),
        f.referral(world, client=f.person(identityCode=f.AINO)),
    ):
        assert (await act(who("employment"), "/v1/referrals/preflight", given)).status_code == 200
    assert await rows(connection) == before
    await f.a_referral(who, world)
    after = await rows(connection)
    changed = {table for table in after if after[table] > before[table]}
    assert {"referrals", "clients", "work_items", "routing_decisions", "consents", "use_log"} <= changed


async def test_preflight_does_not_tell_whom_the_area_knows(who: As, world: World) -> None:
    """Byte for byte the same for a client of the area, with another organisation's referral running, and a stranger."""
    await f.a_referral(who, world, "kela", client=f.person(identityCode=f.AINO), permission=f.permission(world, "area"))
    answers = {
        (await act(who("employment"), "/v1/referrals/preflight", f.referral(world, client=f.person(**one)))).text
        for one in ({"identityCode": f.AINO}, {}, {"identityCode": "150591-9018", "givenName": "Veikko"})
    }
    assert len(answers) == 1
    told = json.loads(answers.pop())
    assert told["taker"] == {
        "outcome": "assigned", "teamId": str(world.team), "team": "Heinolan työkykytiimi",
        "seatRole": "unemployed_health_nurse", "person": "Hanna Harju", "earliestOn": "2026-11-23",
    }  # fmt: skip
    assert (told["complete"], told["duplicates"], told["answerBy"]) == (True, [], "2026-11-30")


async def test_sending_does_not_tell_whom_the_area_knows(who: As, world: World) -> None:
    """The referral of a known client and of a stranger differ in what the sender gave, in ids, and in nothing else."""
    varying = ("id", "person", "submittedAt")
    known, stranger = [
        await f.a_referral(who, world, client=f.person(identityCode=one)) for one in (f.AINO, f.identity_code())
    ]
    assert {k: v for k, v in known.items() if k not in varying} == {
        k: v for k, v in stranger.items() if k not in varying
    }
    # What the sender said of a known client does not overwrite what the area knows.
    assert (await get(who("client"), f"/v1/clients/{world.clients['aino']}"))["givenName"] == "Aino"


async def test_preflight_names_what_is_missing_and_sending_refuses_it(who: As, world: World) -> None:
    given = f.referral(world, permission=None, client={"givenName": "V", "familyName": "K"}, unemploymentDays=None)
    told = ok(await act(who("employment"), "/v1/referrals/preflight", given))
    assert told["complete"] is False
    assert [(g["code"], g["required"]) for g in told["gaps"]] == [
        ("permission_missing", True), ("identity_code_missing", False), ("contact_missing", False),
        ("municipality_missing", False), ("unemployment_days_missing", False), ("criteria_unanswered", False),
    ]  # fmt: skip
    refused = await act(who("employment"), "/v1/referrals", given)
    assert (code(refused), pointer(refused)) == ((409, "referral_incomplete"), "/body/permission")
    assert refused.json()["missing"] == ["permission_missing"]
    given["permission"] = f.permission(world, "employment")
    refused = await act(who("employment"), "/v1/referrals", given)
    assert refused.json()["missing"] == ["permission_lacks_receiver"]


async def test_the_same_person_twice(who: As, world: World) -> None:
    given = f.referral(world)
    first = ok(await act(who("employment"), "/v1/referrals", given))
    refused = await act(who("employment"), "/v1/referrals", given)
    assert (code(refused), refused.json()["referralId"]) == ((409, "already_referred"), first["id"])
    told = ok(await act(who("employment"), "/v1/referrals/preflight", given))
    assert [(d["referralId"], d["status"]) for d in told["duplicates"]] == [(first["id"], "received")]
    search = {"identityCode": given["client"]["identityCode"]}
    assert [r["id"] for r in ok(await act(who("employment"), "/v1/referrals/search", search))["items"]] == [first["id"]]
    # Another organisation learns nothing of it, and its own goes through.
    for other in ("kela", "lahti_employment"):
        told = ok(await act(who(other), "/v1/referrals/preflight", given))
        assert told["duplicates"] == []
        assert ok(await act(who(other), "/v1/referrals/search", search))["items"] == []
        ok(await act(who(other), "/v1/referrals", {**given, "permission": f.permission(world, "area", other)}))
    assert ok(await act(who("employment"), "/v1/referrals", {**given, "allowDuplicate": True}))["id"] != first["id"]


async def test_a_bad_connection_sends_once(who: As, world: World) -> None:
    given, key = f.referral(world, id=str(new_id())), {"Idempotency-Key": "referral-0001"}
    first, again = [await act(who("employment"), "/v1/referrals", given, headers=key) for _ in range(2)]
    assert (again.status_code, again.text, again.headers["Idempotency-Replayed"]) == (201, first.text, "true")
    assert again.headers["ETag"] == first.headers["ETag"] == f'"{first.json()["version"]}"'
    other = await act(who("employment"), "/v1/referrals", {**given, "reason": "Another."}, headers=key)
    assert code(other) == (422, "idempotency_key_reuse")
    theirs = {**given, "permission": f.permission(world, "area")}
    assert code(await act(who("kela"), "/v1/referrals", theirs, headers=key)) == (409, "id_taken")
    assert len((await get(who("employment"), "/v1/referrals"))["items"]) == 1


WRONG_CHECK = "010100A905N"
NOT_TEST = "010150+899X"  # of nobody alive: no real code stands in this file
CODE_FIELD = "/body/client/identityCode"


@pytest.mark.parametrize(
    ("over", "refusal", "place"),
    [
        ({"client": f.person(identityCode=WRONG_CHECK)}, (422, "identity_code_check_character"), CODE_FIELD),
        ({"client": f.person(identityCode=NOT_TEST)}, (422, "identity_code_not_test"), CODE_FIELD),
        ({"client": f.person(identityCode="3101")}, (422, "identity_code_malformed"), CODE_FIELD),
        ({"client": f.person(identityCode="310299-9018")}, (422, "identity_code_date"), CODE_FIELD),
        ({"reason": f"Call {f.AINO} today"}, CODE_WITHIN, "/body/reason"),
        ({"reason": "Call 010100a905 today"}, CODE_WITHIN, "/body/reason"),
        ({"barriers": ["laziness"]}, MALFORMED, "/body/barriers/0"),
        ({"diagnosis": "F32"}, MALFORMED, "/body"),
        ({"problemAreas": ["mental_health"]}, MALFORMED, "/body"),
        ({"demanding": True}, MALFORMED, "/body"),
        ({"unemploymentDays": -1}, MALFORMED, "/body/unemploymentDays"),
        ({"criteria": {"version": "2"}}, MALFORMED, "/body/criteria/version"),
        ({"criteria": {"answers": {"client_agrees": "perhaps"}}}, MALFORMED, "/body/criteria/answers/client_agrees"),
        ({"id": str(uuid4())}, (422, "unacceptable_id"), "/body/id"),
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_named_and_not_repeated(
    who: As, world: World, over: dict[str, Any], refusal: tuple[int, str], place: str
) -> None:
    for path in ("/v1/referrals/preflight", "/v1/referrals"):
        if path.endswith("preflight") and "id" in over:
            continue
        answer = await act(who("employment"), path, f.referral(world, **over))
        assert (code(answer), pointer(answer)) == (refusal, place)
        for secret in (WRONG_CHECK, NOT_TEST, f.AINO, "310299-9018", "F32"):
            assert secret not in answer.text


async def test_terms_and_names_that_do_not_fit(who: As, world: World) -> None:
    unknown = f.referral(world, permission=f.permission(world, recipientIds=[str(uuid4())]))
    answer = await act(who("employment"), "/v1/referrals", unknown)
    assert (code(answer), pointer(answer)) == ((422, "recipient_unknown"), "/body/permission/recipientIds")
    ended = f.referral(world, permission=f.permission(world, validUntil=f.at(days=-1)))
    answer = await act(who("employment"), "/v1/referrals", ended)
    assert (code(answer), pointer(answer)) == ((422, "consent_terms_invalid"), "/body/permission/validUntil")
    theirs = f.referral(world, senderOrganisationId=str(world.organisations["kela"]))
    assert code(await act(who("employment"), "/v1/referrals", theirs)) == (403, "not_your_organisation")
    assert code(await act(who("employment"), "/v1/referrals", f.referral(world, source="self"))) == (
        403,
        "source_not_yours",
    )
    assert ok(await act(who("employment"), "/v1/referrals", f.referral(world, source="employment_authority")))
