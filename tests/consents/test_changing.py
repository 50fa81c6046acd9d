"""Whose word a permission is, what was told first, and what took its place."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.ids import new_id
from tests import factories as f
from tests.attachments.hands import PDF, on_path, put
from tests.attachments.hands import said as announced
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, LACKS, STALE, TOO_LATE, act, code, get, ok, pointer
from tests.world import World


def of(client: str) -> str:
    return f"/v1/clients/{client}/consents"


async def stated(who: As, world: World, *recipients: str, **over: Any) -> tuple[f.Json, f.Json]:
    """A permission that the employment authority states in its referral, as the nurse reads it; and the path."""
    given = f.permission(world, *(recipients or ("area", "employment", "kela")), **over)
    _, path = await f.accepted(who, world, permission=given, asked=False)
    found = await get(who("nurse"), of(path["clientId"]), state="to_verify")
    return found["items"][0], path


def meeting(world: World, *guests: str) -> f.Json:
    people = [str(world.persons[name]) for name in guests]
    return {"startsAt": f.at(days=3), "minutes": 30, "place": "Heinola", "participantIds": people, "reserve": False}


async def test_what_a_sender_states_holds_for_itself_and_for_others_once_the_client_was_asked(
    who: As, world: World
) -> None:
    row, path = await stated(who, world)
    assert (row["verification"], row["verifiedAt"], row["verifiedById"]) == ("stated", None, None)
    plan = f"/v1/pathways/{path['id']}/meetings"
    assert (await act(who("nurse"), plan, meeting(world, "employment"))).status_code == 201
    refused = await act(who("nurse"), plan, meeting(world, "kela"))
    assert code(refused) == (409, "consent_missing")
    question = {
        "recipientId": str(world.organisations["kela"]), "dataClasses": ["participation"], "purpose": "network_meeting",
    }  # fmt: skip
    asked = ok(await act(who("nurse"), f"{of(path['clientId'])}/check", question))
    assert (asked["because"], asked["consentId"]) == ("not_verified", row["id"])
    done = ok(await act(who("nurse"), f"/v1/consents/{row['id']}/verify", {"how": "asked_the_client"}, row))
    assert (done["verification"], done["verifiedHow"], done["version"]) == ("verified", "asked_the_client", 2)
    assert (done["verifiedById"], done["verifiedAt"]) == (str(world.persons["nurse"]), "2026-11-23T10:00:00Z")
    assert f.action(done, "verify")["because"] == "consent_verified"
    planned = ok(await act(who("nurse"), plan, {**meeting(world, "kela"), "startsAt": f.at(days=4)}))
    guest = next(p for p in planned["participants"] if p["personId"] == str(world.persons["kela"]))
    told = await get(who("nurse"), f"/v1/disclosures/{guest['disclosureId']}")
    assert (told["consentId"], told["consentVersion"]) == (row["id"], 2)
    again = await act(who("nurse"), f"/v1/consents/{row['id']}/verify", {"how": "asked_the_client"}, done)
    assert code(again) == (409, "consent_verified")


async def test_verifying_says_how_and_needs_information_first(who: As, world: World, clock: Clock) -> None:
    row, path = await stated(who, world, informationGivenAt=None)
    verify = f"/v1/consents/{row['id']}/verify"
    noted, _ = await stated(who, world)
    told_twice = {"how": "asked_the_client", "informationGivenAt": f.at()}
    twice = await act(who("nurse"), f"/v1/consents/{noted['id']}/verify", told_twice, noted)
    assert code(twice) == (409, "information_noted")
    assert row["informationText"] is None
    unsaid = await act(who("nurse"), verify, {"how": "asked_the_client"}, row)
    assert (code(unsaid), pointer(unsaid)) == ((422, "information_not_given"), "/body/informationGivenAt")
    late = {"how": "asked_the_client", "informationGivenAt": f.at(hours=2)}
    assert code(await act(who("nurse"), verify, late, row)) == (422, "consent_terms_invalid")
    older = {**late, "informationGivenAt": f.at(), "informationText": "network_permission"}
    unused = await act(who("nurse"), verify, {**older, "informationVersion": "2023-01-01"}, row)
    assert (code(unused), pointer(unused)) == ((422, "consent_terms_invalid"), "/body/informationVersion")
    silent = await act(who("nurse"), verify, {"informationGivenAt": f.at()}, row)
    assert code(silent) == (409, "verified_how_missing")
    for persona, refusal in (("employment", LACKS), ("hollola_nurse", ABSENT), ("lead", LACKS)):
        assert code(await act(who(persona), verify, {"how": "asked_the_client"}, row)) == refusal
    assert code(await act(who("nurse"), verify, older, {"version": 9})) == STALE
    done = ok(await act(who("nurse"), verify, older, row))
    assert (done["informationText"], done["informationVersion"]) == ("network_permission", "2025-01-01")
    assert (await get(who("nurse"), of(path["clientId"]), state="to_verify"))["items"] == []


async def test_the_client_confirms_what_was_said_of_them(who: As, world: World) -> None:
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO), allowDuplicate=True)
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    row = (await get(who("client"), of(seen["clientId"]), state="to_verify"))["items"][0]
    done = ok(await act(who("client"), f"/v1/consents/{row['id']}/verify", {}, row))
    assert (done["verification"], done["verifiedById"], done["verifiedHow"]) == ("client_given", None, None)


async def test_a_permission_needs_information_first_and_a_no_does_not(who: As, world: World) -> None:
    mine = of(str(world.clients["aino"]))
    for persona in ("nurse", "client"):
        unsaid = await act(who(persona), mine, f.consent(world, informationGivenAt=None))
        assert (code(unsaid), pointer(unsaid)) == ((422, "information_not_given"), "/body/informationGivenAt")
        assert "information-texts" in unsaid.json()["detail"]
    for kind in ("refusal", "prohibition"):
        no = ok(await act(who("nurse"), mine, f.consent(world, kind=kind, informationGivenAt=None)))
        assert (no["informationText"], no["verification"]) == (None, "verified")
    pilot = f.consent(world, kind="pilot", pilotName="Kykyä kokeilemaan", informationGivenAt=None)
    assert code(await act(who("nurse"), mine, pilot)) == (422, "information_not_given")
    told = ok(await act(who("nurse"), mine, {**pilot, "informationGivenAt": f.at()}))
    assert (told["informationText"], told["pilotName"]) == ("pilot_participation", "Kykyä kokeilemaan")
    mine_by_date = ok(await act(who("nurse"), mine, f.consent(world, informationGivenAt="2024-05-05T09:00:00Z")))
    assert (mine_by_date["informationText"], mine_by_date["informationVersion"]) == ("network_permission", "2023-01-01")
    # Rows from before the texts keep the instant alone.
    early = ok(await act(who("nurse"), mine, f.consent(world, informationGivenAt="2021-05-05T09:00:00Z")))
    assert (early["informationText"], early["informationGivenAt"]) == (None, "2021-05-05T09:00:00Z")


@pytest.mark.parametrize(
    ("over", "place", "why"),
    [
        ({"kind": "pilot"}, "/body/pilotName", "missing"),
        ({"pilotName": "A pilot"}, "/body/pilotName", "pilot_only"),
        ({"informationText": "pilot_participation"}, "/body/informationVersion", "not_in_use"),
        ({"informationVersion": "2023-01-01"}, "/body/informationVersion", "not_in_use"),
        ({"informationText": "network_permission", "informationVersion": "2023-01-02"}, "/body/informationVersion", "not_in_use"),  # noqa: E501
        ({"evidenceSha256": "a" * 64}, "/body/evidenceNote", "missing"),
    ],
)  # fmt: skip
async def test_terms_that_do_not_fit_together(
    who: As, world: World, over: dict[str, Any], place: str, why: str
) -> None:
    answer = await act(who("nurse"), of(str(world.clients["aino"])), f.consent(world, **over))
    first = answer.json()["errors"][0]
    assert (code(answer), first["pointer"], first["code"]) == ((422, "consent_terms_invalid"), place, why)


@pytest.mark.parametrize("hash", ["a" * 63, "g" * 64, "", "a" * 65])
async def test_a_hash_is_a_hash(who: As, world: World, hash: str) -> None:
    given = f.consent(world, evidenceNote="Folder 3.", evidenceSha256=hash)
    answer = await act(who("nurse"), of(str(world.clients["aino"])), given)
    assert (code(answer), pointer(answer)) == ((422, "invalid_request"), "/body/evidenceSha256")


async def test_a_pilot_permits_nothing_to_leave(who: As, world: World) -> None:
    mine = of(str(world.clients["aino"]))
    ok(await act(who("nurse"), mine, f.consent(world, "kela", kind="pilot", pilotName="A pilot")))
    question = {
        "recipientId": str(world.organisations["kela"]), "dataClasses": ["participation"], "purpose": "network_meeting",
    }  # fmt: skip
    assert ok(await act(who("nurse"), f"{mine}/check", question))["because"] == "no_permission"


async def test_the_document_is_the_one_that_was_signed(who: As, world: World) -> None:
    _, path = await f.accepted(who, world)
    paper = await announced(who("nurse"), on_path(path), register="operational")
    mine = of(path["clientId"])
    named = {"evidenceAttachmentId": paper["id"]}
    early = await act(who("nurse"), mine, f.consent(world, **named))
    assert (code(early), pointer(early)) == ((422, "evidence_unknown"), "/body/evidenceAttachmentId")
    ok(await put(who("nurse"), paper))
    other = await act(who("nurse"), mine, f.consent(world, **named, evidenceSha256="b" * 64))
    assert (code(other), pointer(other)) == ((422, "evidence_mismatch"), "/body/evidenceSha256")
    right = sha256(PDF).hexdigest()
    for hash in ({}, {"evidenceSha256": right.upper()}):
        row = ok(await act(who("nurse"), mine, f.consent(world, **named, **hash)))
        assert (row["evidenceAttachmentId"], row["evidenceSha256"]) == (paper["id"], right)
    elsewhere = await act(who("nurse"), of(str(world.clients["aino"])), f.consent(world, **named))
    assert code(elsewhere) == (422, "evidence_unknown")


async def test_who_heard_it_is_somebody_of_the_network(who: As, world: World) -> None:
    mine = of(str(world.clients["aino"]))
    row = ok(await act(who("nurse"), mine, f.consent(world, givenToId=str(world.persons["employment"]))))
    assert row["givenToId"] == str(world.persons["employment"])
    assert ok(await act(who("nurse"), mine, f.consent(world)))["givenToId"] == str(world.persons["nurse"])
    stranger = await act(who("nurse"), mine, f.consent(world, givenToId=str(new_id())))
    assert (code(stranger), pointer(stranger)) == ((422, "consent_receiver_unknown"), "/body/givenToId")
    own = await act(who("client"), mine, f.consent(world, givenToId=str(world.persons["nurse"])))
    assert code(own) == (422, "consent_receiver_unknown")


def terms(world: World, *recipients: str, **over: Any) -> f.Json:
    return f.permission(world, *recipients, **over)


async def test_new_terms_take_the_place_of_the_old_without_a_gap(who: As, world: World, clock: Clock) -> None:
    mine = of(str(world.clients["aino"]))
    old = ok(await act(who("nurse"), mine, f.consent(world, "area", "kela")))
    clock.at = NOON + timedelta(days=1)
    path = f"/v1/consents/{old['id']}/replace"
    answer = await act(who("nurse"), path, terms(world, "area", "employment", validUntil=f.at(days=40)), old)
    new = ok(answer)
    assert (answer.status_code, answer.headers["ETag"], new["version"]) == (201, '"1"', 1)
    assert (new["replacesId"], new["kind"], new["validFrom"]) == (old["id"], "permission", "2026-11-24T10:00:00Z")
    ended = await get(who("nurse"), f"/v1/consents/{old['id']}")
    assert (ended["state"], ended["replacedById"], ended["replacedAt"]) == ("replaced", new["id"], new["validFrom"])
    kept = ("recipientIds", "dataClasses", "purposes", "validFrom", "validUntil", "informationGivenAt")
    assert [ended[name] for name in kept] == [old[name] for name in kept]
    assert (ended["inForce"], new["inForce"]) == (False, True)
    third = ok(await act(who("nurse"), f"/v1/consents/{new['id']}/replace", terms(world, "area"), new))
    chain = [third]
    while chain[-1]["replacesId"]:
        chain.append(await get(who("nurse"), f"/v1/consents/{chain[-1]['replacesId']}"))
    assert [one["id"] for one in chain] == [third["id"], new["id"], old["id"]]
    for verb, body in (("replace", terms(world, "area")), ("withdraw", {}), ("verify", {"how": "asked_the_client"})):
        assert code(await act(who("nurse"), f"/v1/consents/{old['id']}/{verb}", body, ended)) == TOO_LATE


async def test_what_was_told_points_at_the_terms_it_was_told_on(who: As, world: World) -> None:
    _, path = await f.accepted(who, world)
    mine, plan = of(path["clientId"]), f"/v1/pathways/{path['id']}/meetings"
    old = ok(await act(who("nurse"), mine, f.consent(world, "kela")))
    ok(await act(who("nurse"), plan, meeting(world, "kela")))
    ok(await act(who("nurse"), f"/v1/consents/{old['id']}/replace", terms(world, "employment"), old))
    assert code(await act(who("nurse"), plan, meeting(world, "kela"))) == (409, "consent_missing")
    log = await get(
        who("nurse"), f"/v1/clients/{path['clientId']}/disclosures", recipientId=str(world.organisations["kela"])
    )
    assert [(row["consentId"], row["consentVersion"]) for row in log["items"]] == [(old["id"], 1)]


async def test_an_end_by_time_is_no_place_for_new_terms(who: As, world: World, clock: Clock) -> None:
    mine = of(str(world.clients["aino"]))
    old = ok(await act(who("nurse"), mine, f.consent(world, validUntil=f.at(days=2))))
    clock.at = NOON + timedelta(days=2)
    late = await act(who("nurse"), f"/v1/consents/{old['id']}/replace", terms(world), old)
    assert code(late) == (409, "consent_ended")
    shown = await get(who("nurse"), f"/v1/consents/{old['id']}")
    assert f.action(shown, "replace")["because"] == "consent_ended"
    clock.at = NOON
    for persona, refusal in (("employment", LACKS), ("hollola_nurse", ABSENT)):
        assert code(await act(who(persona), f"/v1/consents/{old['id']}/replace", terms(world), old)) == refusal
    unsaid = await act(who("nurse"), f"/v1/consents/{old['id']}/replace", terms(world, informationGivenAt=None), old)
    assert code(unsaid) == (422, "information_not_given")
    key = {"Idempotency-Key": "replace-0001"}
    first = await act(who("nurse"), f"/v1/consents/{old['id']}/replace", terms(world), old, headers=key)
    again = await act(who("nurse"), f"/v1/consents/{old['id']}/replace", terms(world), old, headers=key)
    assert (again.status_code, again.json(), again.headers["ETag"]) == (201, first.json(), first.headers["ETag"])


async def test_lists_and_warnings_follow_the_days(who: As, world: World, clock: Clock) -> None:
    mine = of(str(world.clients["aino"]))
    made = {
        "long": ok(await act(who("nurse"), mine, f.consent(world))),
        "soon": ok(await act(who("nurse"), mine, f.consent(world, validUntil="2026-12-22T22:00:00Z"))),
        "later": ok(await act(who("nurse"), mine, f.consent(world, validFrom=f.at(days=5)))),
        "no": ok(await act(who("nurse"), mine, f.prohibition(world, "ngo"))),
        "gone": ok(await act(who("nurse"), mine, f.consent(world))),
    }
    ok(await act(who("nurse"), f"/v1/consents/{made['gone']['id']}/withdraw", {}, made["gone"]))
    names = {row["id"]: name for name, row in made.items()}

    async def listed(state: str) -> set[str]:
        return {names[row["id"]] for row in (await get(who("nurse"), mine, state=state))["items"]}

    assert await listed("in_force") == {"long", "soon", "no"}
    assert await listed("expiring") == {"soon"}
    assert await listed("not_begun") == {"later"}
    assert await listed("ended") == {"gone"}
    assert await listed("prohibitions") == {"no"}
    assert await listed("to_verify") == set()
    soon = made["soon"]
    assert (soon["expiring"], soon["expiresOn"], made["long"]["expiring"]) == (True, "2026-12-22", False)
    # A tick outside the thirty days it is not told yet.
    edge = ok(await act(who("nurse"), mine, f.consent(world, validUntil=f.at(days=30, microseconds=1))))
    assert edge["expiring"] is False
    assert ok(await act(who("nurse"), mine, f.consent(world, validUntil=f.at(days=30))))["expiring"] is True
    clock.at = NOON + timedelta(days=31)
    ended = (await get(who("nurse"), mine, state="ended"))["items"]
    assert {row["id"] for row in ended} >= {soon["id"], made["gone"]["id"], edge["id"]}
    assert made["long"]["id"] not in {row["id"] for row in ended}


SAID = [
    "information_given_at = now()", "verification = 'stated', verified_at = NULL", "verified_how = 'x'",
]  # fmt: skip


@pytest.mark.parametrize("change", SAID)
async def test_the_database_keeps_what_was_said(
    who: As, world: World, connection: AsyncConnection, change: str
) -> None:
    row = ok(await act(who("nurse"), of(str(world.clients["aino"])), f.consent(world)))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    with pytest.raises(DBAPIError, match="stays as it was said"):
        await connection.execute(text(f"UPDATE consents SET {change} WHERE id = :id"), {"id": row["id"]})
