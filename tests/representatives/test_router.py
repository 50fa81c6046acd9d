"""Representatives over HTTP: who may record, see and end a mandate, and what is kept of it."""

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
from tests.factories import ABSENT, LACKS, NOBODY, STALE, TOO_LATE, UNTAGGED, act, code, get, ok, pointer
from tests.representatives.made import mandate, of, recorded
from tests.world import World


async def test_who_may_and_to_whom_it_is_not_there(who: As, world: World) -> None:
    row = await recorded(who, world)
    here = f"/v1/representatives/{row['id']}"
    for path in (of(world), here):
        assert code(await who("").get(path)) == NOBODY
        for persona in ("employment", "kela", "workshop", "ngo", "lead", "admin", "dpo"):
            assert code(await who(persona).get(path)) == LACKS, persona
        assert code(await who("hollola_nurse").get(path)) == ABSENT
        assert (await who("coordinator").get(path)).status_code == 200
    for persona, refusal in (("", NOBODY), ("employment", LACKS), ("hollola_nurse", ABSENT)):
        assert code(await act(who(persona), of(world), mandate())) == refusal
        for verb, body in (("end", {"reason": "not_needed"}), ("mark-entered-in-error", {"reason": "x"})):
            assert code(await act(who(persona), f"{here}/{verb}", body, row)) == refusal
        tag = {"If-Match": '"1"'}
        assert code(await who(persona).patch(here, json={"phone": None}, headers=tag)) == refusal
    assert code(await act(who("nurse"), f"/v1/clients/{uuid4()}/representatives", mandate())) == ABSENT
    # A mandate is seen by a professional before it counts.
    assert code(await act(who("client"), of(world), mandate())) == LACKS
    other = await recorded(who, world, client="veikko")
    assert code(await who("client").get(f"/v1/representatives/{other['id']}")) == ABSENT


async def test_it_is_kept_as_it_was_seen(who: As, world: World) -> None:
    id = str(new_id())
    given = mandate(id=id, scopes=["refer", "give_consent", "refer"], phone="+358 40 0000 001", validTo="2027-05-31")
    answer = await act(who("social"), of(world), given)
    row = ok(answer)
    assert (answer.status_code, answer.headers["ETag"], row["id"], row["version"]) == (201, '"1"', id, 1)
    assert (row["scopes"], row["covers"]) == (["give_consent", "refer"], ["give_consent", "refer"])
    assert (row["validFrom"], row["validTo"], row["inForce"]) == ("2026-11-23", "2027-05-31", True)
    assert row["evidenceSeenById"] == str(world.persons["social"])
    assert (row["evidence"], row["evidenceSeenAt"]) == ("Signed on paper, seen.", "2026-11-23T10:00:00Z")
    assert row == await get(who("nurse"), f"/v1/representatives/{id}")
    assert [r["id"] for r in (await get(who("client"), of(world), count="true"))["items"]] == [id]
    assert code(await act(who("nurse"), of(world), mandate(id=id))) == (409, "id_taken")


@pytest.mark.parametrize(
    ("over", "refusal", "place", "why"),
    [
        ({"validTo": "2026-11-22"}, "mandate_period", "/body/validTo", "mandate_period"),
        ({"validFrom": "2026-12-02", "validTo": "2026-12-01"}, "mandate_period", "/body/validTo", "mandate_period"),
        (
            {"mandate": "spoken_authorisation", "scopes": ["be_present", "give_consent"]},
            "consent_needs_writing", "/body/scopes", "consent_needs_writing",
        ),
        ({"scopes": []}, "invalid_request", "/body/scopes", "too_short"),
        ({"scopes": ["everything"]}, "invalid_request", "/body/scopes/0", "unknown_code"),
        ({"mandate": "a_hunch"}, "invalid_request", "/body/mandate", "unknown_code"),
        ({"relation": "stranger"}, "invalid_request", "/body/relation", "unknown_code"),
        ({"name": f"R {f.AINO}"}, "invalid_request", "/body/name", "identity_code_in_text"),
        ({"evidence": f"Of {f.AINO}"}, "invalid_request", "/body/evidence", "identity_code_in_text"),
    ],
)  # fmt: skip
async def test_what_is_no_mandate(
    who: As, world: World, over: dict[str, Any], refusal: str, place: str, why: str
) -> None:
    answer = await act(who("nurse"), of(world), mandate(**over))
    first = answer.json()["errors"][0]
    assert (code(answer), first["pointer"], first["code"]) == ((422, refusal), place, why)


async def test_spoken_words_suffice_for_the_small_things(who: As, world: World) -> None:
    row = await recorded(who, world, mandate="spoken_authorisation", scopes=["book_and_cancel"])
    assert (row["covers"], row["inForce"]) == (["book_and_cancel"], True)


async def test_the_days_are_inclusive_and_counted_in_finland(who: As, world: World, clock: Clock) -> None:
    row = await recorded(who, world, validFrom="2026-11-24", validTo="2026-11-25")
    found = {}
    for hours in (0, 11, 13, 35, 59, 61):  # noon in Finland is 10:00 UTC: midnight comes after 12 hours
        clock.at = NOON + timedelta(hours=hours)
        found[hours] = (await get(who("nurse"), f"/v1/representatives/{row['id']}"))["inForce"]
    assert found == {0: False, 11: False, 13: True, 35: True, 59: True, 61: False}


async def test_an_end_works_forward_once(who: As, world: World, clock: Clock) -> None:
    row = await recorded(who, world)
    path = f"/v1/representatives/{row['id']}"
    assert code(await act(who("nurse"), f"{path}/end", {"reason": "not_needed"})) == UNTAGGED
    assert code(await act(who("nurse"), f"{path}/end", {"reason": "not_needed"}, {"version": 7})) == STALE
    assert code(await act(who("nurse"), f"{path}/end", {"reason": "whatever"}, row)) == f.MALFORMED
    clock.at = NOON + timedelta(days=2)
    gone = ok(await act(who("nurse"), f"{path}/end", {"reason": "representative_gave_up"}, row))
    assert (gone["state"], gone["inForce"], gone["version"]) == ("ended", False, 2)
    assert (gone["endedAt"], gone["endedReason"]) == ("2026-11-25T10:00:00Z", "representative_gave_up")
    again = await act(who("nurse"), f"{path}/end", {"reason": "not_needed"}, gone)
    assert (code(again), again.json()["allowed"]) == (TOO_LATE, ["mark_entered_in_error"])
    late = await who("nurse").patch(path, json={"phone": None}, headers={"If-Match": '"2"'})
    assert code(late) == TOO_LATE


async def test_how_to_reach_them_may_change_and_the_mandate_may_not(who: As, world: World) -> None:
    row = await recorded(who, world)
    path, tag = f"/v1/representatives/{row['id']}", {"If-Match": '"1"'}
    changed = ok(await who("nurse").patch(path, json={"phone": "+358 40 0000 002", "language": "sv"}, headers=tag))
    assert (changed["phone"], changed["language"], changed["version"]) == ("+358 40 0000 002", "sv", 2)
    assert code(await who("nurse").patch(path, json={"phone": None}, headers=tag)) == STALE
    assert code(await who("nurse").patch(path, json={"phone": None})) == UNTAGGED
    for body in ({"scopes": ["refer"]}, {"mandate": "written_authorisation"}, {"validTo": None}):
        assert code(await who("nurse").patch(path, json=body, headers={"If-Match": '"2"'})) == f.MALFORMED
    assert code(await who("client").patch(path, json={"phone": None}, headers={"If-Match": '"2"'})) == LACKS


async def test_a_client_ends_what_they_gave_and_not_what_an_authority_ordered(who: As, world: World) -> None:
    mine = await recorded(who, world)
    ordered = await recorded(who, world, relation="guardian", mandate="statutory_guardianship")
    seen = await get(who("client"), f"/v1/representatives/{ordered['id']}")
    assert [a["action"] for a in seen["allowedActions"]] == ["end"]
    assert (f.action(seen, "end")["allowed"], f.action(seen, "end")["because"]) == (False, "mandate_not_by_client")
    refused = await act(who("client"), f"/v1/representatives/{ordered['id']}/end", {"reason": "client_ended"}, ordered)
    assert code(refused) == (403, "mandate_not_by_client")
    assert ok(await act(who("client"), f"/v1/representatives/{mine['id']}/end", {"reason": "client_ended"}, mine))
    by_nurse = {"reason": "authority_ended"}
    assert ok(await act(who("nurse"), f"/v1/representatives/{ordered['id']}/end", by_nurse, ordered))
    states = {r["id"]: r["state"] for r in (await get(who("client"), of(world)))["items"]}
    assert states == {mine["id"]: "ended", ordered["id"]: "ended"}


async def test_recorded_wrongly_stays_with_its_reason(who: As, world: World) -> None:
    row = await recorded(who, world)
    path = f"/v1/representatives/{row['id']}/mark-entered-in-error"
    assert code(await act(who("client"), path, {"reason": "x"}, row)) == LACKS
    assert pointer(await act(who("nurse"), path, {"reason": f"Of {f.AINO}"}, row)) == "/body/reason"
    wrong = ok(await act(who("nurse"), path, {"reason": "Another client's aunt."}, row))
    assert (wrong["state"], wrong["inForce"], wrong["errorReason"]) == (
        "entered_in_error", False, "Another client's aunt.",
    )  # fmt: skip
    assert code(await act(who("nurse"), path, {"reason": "again"}, wrong)) == TOO_LATE
    assert wrong == await get(who("nurse"), f"/v1/representatives/{row['id']}")


async def test_a_protected_identity_hides_how_to_reach_the_representative(who: As, world: World) -> None:
    row = await recorded(who, world, phone="+358 40 0000 001", email="r@heinola.example")
    client = await get(who("nurse"), f"/v1/clients/{world.clients['aino']}")
    tag = {"If-Match": f'"{client["version"]}"'}
    protecting = {"protected": True}
    ok(await who("nurse").patch(f"/v1/clients/{world.clients['aino']}", json=protecting, headers=tag))
    for persona, hidden in (("coordinator", True), ("physician_msk", True), ("nurse", False), ("client", False)):
        for seen in (
            await get(who(persona), f"/v1/representatives/{row['id']}"),
            (await get(who(persona), of(world)))["items"][0],
        ):
            assert seen["contactHidden"] is hidden, persona
            reached = (None, None) if hidden else ("+358 40 0000 001", "r@heinola.example")
            assert (seen["phone"], seen["email"]) == reached, persona


async def test_sent_twice_is_recorded_once_and_reading_is_logged(
    who: As, world: World, connection: AsyncConnection
) -> None:
    key = {"Idempotency-Key": "mandate-0001"}
    first = await act(who("nurse"), of(world), mandate(), headers=key)
    second = await act(who("nurse"), of(world), mandate(), headers=key)
    assert (second.status_code, second.json()) == (201, first.json())
    made = [first.json()["id"], *[(await recorded(who, world))["id"] for _ in range(3)]]
    page = await get(who("nurse"), of(world), limit=3, count="true")
    rest = await get(who("nurse"), of(world), limit=3, cursor=page["nextCursor"])
    assert [r["id"] for r in [*page["items"], *rest["items"]]] == made[::-1]
    assert (page["count"], rest["nextCursor"]) == (4, None)
    assert code(await who("social").get(of(world), params={"cursor": page["nextCursor"]})) == f.FOREIGN_CURSOR
    await connection.execute(text("SET LOCAL ROLE NONE"))
    read = await connection.execute(
        text("SELECT resource_id::text FROM use_log WHERE action = 'read' AND resource_type = 'representatives'")
    )
    assert sorted(read.scalars()) == sorted(made)


async def test_how_a_client_wishes_to_be_reached(who: As, world: World) -> None:
    """C-50: interpreter and its language, preferred times; the wishes for safety are seen whoever may not call."""
    wishes = {
        "interpreterNeeded": True, "interpreterLanguage": "so", "preferredTimes": "After noon", "leaveNoMessages": True,
        "sendNoLetters": True, "protected": True,
    }  # fmt: skip
    given = {"teamId": str(world.team), "givenName": "Veera", "familyName": "Koe", **wishes}
    made = ok(await act(who("nurse"), "/v1/clients", given))
    assert {name: made[name] for name in wishes} == wishes
    other = await get(who("coordinator"), f"/v1/clients/{made['id']}")
    assert {name: other[name] for name in wishes} == {**wishes, "preferredTimes": None}
    path, tag = f"/v1/clients/{made['id']}", {"If-Match": f'"{made["version"]}"'}
    assert pointer(await who("nurse").patch(path, json={"preferredTimes": f.AINO}, headers=tag)) == (
        "/body/preferredTimes"
    )
    changed = {"interpreterLanguage": None, "preferredTimes": None, "leaveNoMessages": False, "sendNoLetters": False}
    assert changed.items() <= ok(await who("nurse").patch(path, json=changed, headers=tag)).items()
