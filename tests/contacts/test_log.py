"""The contact log over HTTP: who writes and sees it, what it refuses, and what a party may be told."""

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
from tests.contacts.made import a_case, call, logged, note
from tests.factories import ABSENT, CODE_WITHIN, LACKS, NOBODY, STALE, TOO_LATE, UNTAGGED, act, code, get, ok
from tests.representatives.made import mandate
from tests.world import World


async def test_who_may_and_to_whom_it_is_not_there(who: As, world: World) -> None:
    case = await a_case(who, world)
    row = await logged(who, case)
    here = f"/v1/contacts/{row['id']}"
    for path in (case.log, here, f"/v1/clients/{case.client}/contact-state"):
        assert code(await who("").get(path)) == NOBODY
        for persona in ("employment", "kela", "workshop", "ngo", "lead", "admin", "dpo"):
            assert code(await who(persona).get(path)) == LACKS, persona
        for persona in ("hollola_nurse", "client"):
            assert code(await who(persona).get(path)) == ABSENT, persona
        assert (await who("coordinator").get(path)).status_code == 200
    for persona, refusal in (("", NOBODY), ("employment", LACKS), ("client", LACKS), ("hollola_nurse", ABSENT)):
        assert code(await act(who(persona), case.log, call())) == refusal
        assert code(await act(who(persona), f"{here}/mark-entered-in-error", {"reason": "x"}, row)) == refusal


async def test_it_is_kept_as_it_took_place(who: As, world: World) -> None:
    case = await a_case(who, world)
    id = str(new_id())
    given = call(
        id=id, result="reached", channel="meeting", at=f.at(hours=-2), referralId=case.referral["id"],
        pathwayId=case.path["id"], place="own_environment", interpreterUsed=True, minutes=45,
        nextAttemptOn="2026-11-30",
    )  # fmt: skip
    answer = await act(who("social"), case.log, given)
    row = ok(answer)
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert row.items() >= {**given, "at": "2026-11-23T08:00:00Z", "met": "client"}.items()
    assert (row["attempt"], row["reached"], row["noShow"], row["note"]) == (True, True, False, None)
    assert (row["recordedById"], row["recordedBy"]) == (str(world.persons["social"]), "Sonja Salmi")
    assert row == await get(who("nurse"), f"/v1/contacts/{id}")
    assert code(await act(who("nurse"), case.log, call(id=id))) == (409, "id_taken")


@pytest.mark.parametrize(
    ("over", "refusal", "places"),
    [
        ({"at": f.at(minutes=1)}, "contact_in_future", ["at"]),
        ({"nextAttemptOn": "2026-11-22"}, "next_attempt_past", ["nextAttemptOn"]),
        ({"direction": "incoming"}, "contact_inconsistent", ["result"]),
        ({"result": "client_called"}, "contact_inconsistent", ["result"]),
        ({"met": "representative"}, "contact_inconsistent", ["representativeId", "scope"]),
        ({"representativeId": str(uuid4())}, "contact_inconsistent", ["representativeId"]),
        ({"met": "party"}, "contact_inconsistent", ["organisationId"]),
        ({"organisationId": str(uuid4())}, "contact_inconsistent", ["organisationId"]),
        ({"told": ["participation"]}, "contact_inconsistent", ["told"]),
        ({"met": "party", "organisationId": str(uuid4())}, "recipient_unknown", ["organisationId"]),
        ({"channel": "pigeon"}, "invalid_request", ["channel"]),
        ({"result": "maybe"}, "invalid_request", ["result"]),
        ({"place": "the moon"}, "invalid_request", ["place"]),
        ({"minutes": 601}, "invalid_request", ["minutes"]),
        ({"note": note(body=f"Of {f.AINO}")}, "identity_code_in_text", ["note"]),
        ({"note": note(dataRegister="secret")}, "invalid_request", ["note/dataRegister"]),
    ],
)  # fmt: skip
async def test_what_does_not_fit(who: As, world: World, over: dict[str, Any], refusal: str, places: list[str]) -> None:
    case = await a_case(who, world)
    answer = await act(who("nurse"), case.log, call(**over))
    assert code(answer) == (422, refusal)
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/body/{place}" for place in places]
    assert (await get(who("nurse"), case.log))["items"] == []


async def test_it_is_about_a_case_of_this_client(who: As, world: World) -> None:
    case, other = await a_case(who, world), await a_case(who, world)
    for over in ({"referralId": other.referral["id"]}, {"pathwayId": other.path["id"]}, {"referralId": str(uuid4())}):
        assert code(await act(who("nurse"), case.log, call(**over))) == ABSENT


async def test_pages_newest_first_by_when_it_took_place(who: As, world: World, connection: AsyncConnection) -> None:
    case = await a_case(who, world)
    hours = (-30, -2, -50, -1)
    made = {n: (await logged(who, case, at=f.at(hours=n), note=note() if n == -2 else None))["id"] for n in hours}
    page = await get(who("nurse"), case.log, limit=3, count="true")
    rest = await get(who("nurse"), case.log, limit=3, cursor=page["nextCursor"])
    assert [c["id"] for c in [*page["items"], *rest["items"]]] == [made[n] for n in sorted(hours, reverse=True)]
    assert (page["count"], rest["nextCursor"]) == (4, None)
    assert code(await who("social").get(case.log, params={"cursor": page["nextCursor"]})) == f.FOREIGN_CURSOR
    await connection.execute(text("SET LOCAL ROLE NONE"))
    read = await connection.execute(
        text("SELECT resource_type, count(*) FROM use_log WHERE action = 'read' AND client_id = :c GROUP BY 1"),
        {"c": case.client},
    )
    assert {"contacts": 4, "notes": 1}.items() <= {row[0]: row[1] for row in read}.items()


async def test_recorded_wrongly_it_counts_for_nothing_and_stays(who: As, world: World) -> None:
    case = await a_case(who, world)
    row = await logged(who, case, result="did_not_come", channel="meeting")
    path = f"/v1/contacts/{row['id']}/mark-entered-in-error"
    assert code(await act(who("nurse"), path, {"reason": "x"})) == UNTAGGED
    assert code(await act(who("nurse"), path, {"reason": "x"}, {"version": 9})) == STALE
    assert code(await act(who("nurse"), path, {"reason": f"Of {f.AINO}"}, row)) == f.MALFORMED
    wrong = ok(await act(who("nurse"), path, {"reason": "It was somebody else."}, row))
    assert (wrong["state"], wrong["errorReason"], wrong["version"]) == ("entered_in_error", "It was somebody else.", 2)
    assert code(await act(who("nurse"), path, {"reason": "again"}, wrong)) == TOO_LATE
    assert (await get(who("nurse"), case.log))["items"] == [wrong]
    assert (await get(who("nurse"), f"/v1/clients/{case.client}/contact-state"))["noShows"] == 0


async def test_sent_twice_is_recorded_once(who: As, world: World) -> None:
    case, key = await a_case(who, world), {"Idempotency-Key": "contact-0001"}
    first = await act(who("nurse"), case.log, call(), headers=key)
    second = await act(who("nurse"), case.log, call(), headers=key)
    assert (second.status_code, second.json()) == (201, first.json())
    assert len((await get(who("nurse"), case.log))["items"]) == 1


async def test_a_representative_speaks_in_a_scope_of_their_mandate(who: As, world: World, clock: Clock) -> None:
    case = await a_case(who, world)
    here = f"/v1/clients/{case.client}/representatives"
    by = ok(await act(who("nurse"), here, mandate(scopes=["book_and_cancel"])))
    spoke = call(result="reached", met="representative", representativeId=by["id"], scope="book_and_cancel")
    row = ok(await act(who("nurse"), case.log, spoke))
    assert (row["met"], row["representativeId"], row["scope"]) == ("representative", by["id"], "book_and_cancel")
    refused = await act(who("nurse"), case.log, {**spoke, "scope": "receive_information"})
    assert (code(refused), refused.json()["scopes"]) == ((409, "mandate_lacks_scope"), ["book_and_cancel"])
    other = await a_case(who, world)
    assert code(await act(who("nurse"), other.log, spoke)) == ABSENT
    # What took place before the mandate was in force did not take place on it.
    assert code(await act(who("nurse"), case.log, {**spoke, "at": f.at(days=-2)})) == (409, "mandate_not_yet")
    clock.at = NOON + timedelta(hours=1)
    ok(await act(who("nurse"), f"/v1/representatives/{by['id']}/end", {"reason": "client_ended"}, by))
    assert code(await act(who("nurse"), case.log, spoke)) == (409, "mandate_ended")


async def test_a_party_is_told_what_the_client_permits(who: As, world: World, connection: AsyncConnection) -> None:
    case = await a_case(who, world)
    workshop = str(world.organisations["workshop"])
    spoke = call(result="reached", met="party", organisationId=workshop, told=["participation", "participation"])
    refused = await act(who("nurse"), case.log, spoke)
    assert code(refused) == (409, "consent_missing")
    assert (refused.json()["recipients"], refused.json()["dataClasses"]) == ([workshop], ["participation"])
    assert ok(await act(who("nurse"), case.log, {**spoke, "told": []}))["disclosureId"] is None
    permits = f.consent(world, "workshop", purposes=["service_coordination"])
    consent = ok(await act(who("nurse"), f"/v1/clients/{case.client}/consents", permits))
    row = ok(await act(who("nurse"), case.log, spoke))
    assert row["told"] == ["participation"]
    await connection.execute(text("SET LOCAL ROLE NONE"))
    kept = await connection.execute(
        text(
            "SELECT recipient_organisation_id::text, consent_id::text, subject_type, subject_id::text FROM disclosures"
            " WHERE id = :id"
        ),
        {"id": row["disclosureId"]},
    )
    assert tuple(kept.one()) == (workshop, consent["id"], "contact", row["id"])
    lacking = await act(who("nurse"), case.log, {**spoke, "told": ["participation", "health"]})
    assert (code(lacking), lacking.json()["dataClasses"]) == ((409, "consent_missing"), ["health"])


async def test_a_note_to_a_contact_is_of_its_register(who: As, world: World) -> None:
    case = await a_case(who, world)
    kept = note(dataRegister="health", body="Cries on the phone.")
    row = await logged(who, case, result="reached", note=kept)
    assert row["note"]["body"] == "Cries on the phone."
    assert (row["note"]["contactId"], row["note"]["pathwayId"]) == (row["id"], None)
    for persona, reads in (("physician_msk", True), ("coordinator", False), ("social", False)):
        seen = await get(who(persona), f"/v1/contacts/{row['id']}")
        listed = (await get(who(persona), case.log))["items"][0]
        assert (seen["note"] is not None, listed["note"] is not None) == (reads, reads), persona
        # That the client was reached is for the whole team.
        assert (seen["result"], listed["result"]) == ("reached", "reached")
        there = await who(persona).get(f"/v1/notes/{row['note']['id']}")
        assert (there.status_code == 200) is reads
    refused = await act(who("coordinator"), case.log, call(note=kept))
    assert (code(refused), refused.json()["registers"]) == ((403, "register_not_yours"), ["operational"])
    assert code(await act(who("social"), case.log, call(note=note(body=f"{f.AINO}")))) == CODE_WITHIN


async def test_the_client_reads_their_own_log_without_the_notes_of_the_staff(who: As, world: World) -> None:
    case = await a_case(who, world, client=f.person(identityCode=f.AINO, givenName="Aino", familyName="Esimerkki"))
    for visible in (False, True):
        await logged(who, case, note=note(dataRegister="health", body=f"{visible}", clientVisible=visible))
    items = (await get(who("client"), case.log))["items"]
    assert [item["note"] and item["note"]["body"] for item in items] == ["True", None]
    assert not any(item["allowedActions"] for item in items)
    assert [(await get(who("client"), f"/v1/contacts/{item['id']}")) for item in items] == items
