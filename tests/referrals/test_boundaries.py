"""Who is neither sender nor receiver, who has gone elsewhere, and a permission that must not come back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.security.development import DEVELOPMENT_ISSUER
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, TOO_LATE, act, code, get, ok
from tests.world import World

TODAY = NOON.date().isoformat()


async def test_another_team_with_a_care_relationship_reads_and_does_nothing(who: As, world: World) -> None:
    team = (await get(who("hollola_nurse"), "/v1/me"))["seats"][0]["teamId"]
    joins = {"teamId": team, "identityCode": f.AINO, "givenName": "Aino", "familyName": "Aalto"}
    name = (await get(who("nurse"), f"/v1/clients/{world.clients['aino']}"))["familyName"]
    ok(await act(who("hollola_nurse"), "/v1/clients", {**joins, "familyName": name}))
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    path = f"/v1/referrals/{sent['id']}"
    seen = await get(who("hollola_nurse"), path)
    assert (seen["view"], seen["status"], seen["allowedActions"]) == ("team", "received", [])
    for verb, body in {
        "cancel": {}, "submit": None, "mark-entered-in-error": {"reason": "x"}, "reject": {"reason": "other"},
        "return": {"reason": "other"}, "redirect": {"teamId": team, "reason": "other"}, "accept": {},
        "acknowledge-feedback": {}, "feedback": {"level": "closure_notice"},
        "waive-feedback": {"reason": "client_forbade"},
    }.items():  # fmt: skip
        assert (await act(who("hollola_nurse"), f"{path}/{verb}", body, seen)).status_code == 403, verb
    patched = await who("hollola_nurse").patch(path, json={"reason": "Mine."}, headers={"If-Match": "*"})
    assert patched.status_code == 403
    assert (await get(who("nurse"), path))["version"] == sent["version"]
    row = await get(who("client"), path)
    ok(await act(who("client"), f"{path}/withdraw", {}, row))
    found = await get(who("hollola_nurse"), "/v1/referrals", status="withdrawn")
    assert [r["status"] for r in found["items"] if r["id"] == sent["id"]] == ["withdrawn"]


@pytest.mark.parametrize("verb", [None, "cancel", "mark-entered-in-error"])
async def test_the_database_keeps_a_draft_that_was_thrown_away_from_the_areas_queue(
    who: As, world: World, connection: AsyncConnection, verb: str | None
) -> None:
    """By SQL, with Python out of the way: what stands in the queue was sent. Nor does its history show."""
    draft = ok(await act(who("employment"), "/v1/referrals", f.referral(world, draft=True)))
    kept = await f.a_referral(who, world, client=f.person(municipality="560"))
    if verb is not None:
        ok(await act(who("employment"), f"/v1/referrals/{draft['id']}/{verb}", {"reason": "Not now."}, draft))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    stands = "SELECT state, team_id IS NULL, area_id IS NOT NULL FROM referrals WHERE id = :id"
    state = {None: "draft", "cancel": "cancelled"}.get(verb, "entered_in_error")
    assert (await connection.execute(text(stands), {"id": draft["id"]})).one() == (state, True, True)
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    enter = text("SELECT enter_request(:issuer, 'nurse', CAST(:on AS text)::date)")
    await connection.execute(enter, {"issuer": DEVELOPMENT_ISSUER, "on": TODAY})
    ids = {"ids": [draft["id"], kept["id"]]}
    for column, table in (("id", "referrals"), ("referral_id", "referral_events")):
        seen = text(f"SELECT {column}::text FROM {table} WHERE {column} = ANY (CAST(:ids AS uuid[]))")
        assert set(await connection.scalars(seen, ids)) == {kept["id"]}, table


@pytest.mark.parametrize("changed", [False, True])
async def test_a_withdrawn_permission_does_not_come_back(who: As, world: World, clock: Clock, changed: bool) -> None:
    """Sent again unchanged, or changed without asking the client anew: nothing is permitted, and nothing is told."""
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    path = f"/v1/referrals/{sent['id']}"
    ok(await act(who("nurse"), f"{path}/return", {"reason": "unclear_reason"}, await get(who("nurse"), path)))
    mine = f"/v1/clients/{world.clients['aino']}/consents"
    for consent in (await get(who("client"), mine))["items"]:
        if consent["inForce"]:
            ok(await act(who("client"), f"/v1/consents/{consent['id']}/withdraw", {}, consent))
    clock.at = NOON + timedelta(hours=1)
    row = await get(who("employment"), path)
    if changed:
        before = (NOON - timedelta(days=1)).isoformat()
        wider = f.permission(world, "area", "employment", "workshop", informationGivenAt=before)
        patched = await who("employment").patch(
            path, json={"permission": wider}, headers={"If-Match": f'"{row["version"]}"'}
        )
        row = ok(patched)
    again = ok(await act(who("employment"), f"{path}/submit", None, row))
    assert again["status"] == "received"
    assert not any(consent["inForce"] for consent in (await get(who("client"), mine))["items"])


async def test_a_permission_given_anew_counts(who: As, world: World, clock: Clock) -> None:
    sent = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    path = f"/v1/referrals/{sent['id']}"
    ok(await act(who("nurse"), f"{path}/return", {"reason": "missing_permission"}, await get(who("nurse"), path)))
    mine = f"/v1/clients/{world.clients['aino']}/consents"
    for consent in (await get(who("client"), mine))["items"]:
        if consent["inForce"]:
            ok(await act(who("client"), f"/v1/consents/{consent['id']}/withdraw", {}, consent))
    clock.at = NOON + timedelta(hours=2)
    row = await get(who("employment"), path)
    given = f.permission(world, informationGivenAt=(NOON + timedelta(hours=1)).isoformat())
    row = ok(
        await who("employment").patch(path, json={"permission": given}, headers={"If-Match": f'"{row["version"]}"'})
    )
    ok(await act(who("employment"), f"{path}/submit", None, row))
    assert sum(consent["inForce"] for consent in (await get(who("client"), mine))["items"]) == 1


async def test_every_ending_with_a_notice_is_the_same_to_try(who: As, world: World) -> None:
    """The client who withdrew, and the one who did not come: no verb of the sender tells one from the other."""
    told: list[Any] = []
    for identity_code, withdraws in ((f.AINO, True), (f.identity_code(), False)):
        sent = await f.a_referral(who, world, client=f.person(identityCode=identity_code))
        path = f"/v1/referrals/{sent['id']}"
        if withdraws:
            ok(await act(who("client"), f"{path}/withdraw", {}, await get(who("client"), path)))
        seen = await get(who("nurse"), path)
        ok(await act(who("nurse"), f"{path}/feedback", {"level": "closure_notice"}, seen))
        mine = await get(who("employment"), path)
        answers = []
        for verb in ("cancel", "submit", "mark-entered-in-error"):
            body: dict[str, str] | None = {"cancel": {}, "mark-entered-in-error": {"reason": "x"}}.get(verb)
            answer = await act(who("employment"), f"{path}/{verb}", body, mine)
            assert code(answer) == TOO_LATE, verb
            answers.append(answer.json()["state"])
        patched = await who("employment").patch(path, json={"reason": "More."}, headers={"If-Match": "*"})
        answers.append((code(patched), patched.json()["state"]))
        shown = {k: mine[k] for k in ("status", "version", "decidedAt", "endedReason", "nextOn", "allowedActions")}
        told.append((answers, shown))
    assert told[0] == told[1]
    assert told[0][1]["status"] == "ended"


async def test_who_changes_employer_leaves_the_referrals_behind(who: As, world: World) -> None:
    sent = await f.a_referral(who, world)
    path, person = f"/v1/referrals/{sent['id']}", world.persons["employment"]
    listed = await get(who("admin"), f"/v1/persons/{person}/memberships")
    for row in listed["items"]:
        yesterday = (NOON - timedelta(days=1)).date().isoformat()
        ok(await act(who("admin"), f"/v1/memberships/{row['id']}/end", {"validTo": yesterday}, row))
    new = {
        "organisationId": str(world.organisations["workshop"]), "role": "workshop_staff",
        "validFrom": TODAY,
    }  # fmt: skip
    ok(await act(who("admin"), f"/v1/persons/{person}/memberships", new))
    assert code(await who("employment").get(path)) == ABSENT
    assert sent["id"] not in [r["id"] for r in (await get(who("employment"), "/v1/referrals"))["items"]]


async def test_two_referrals_of_one_new_person_make_one_client(who: As, world: World) -> None:
    identity_code = f.identity_code()
    first = await f.a_referral(who, world, client=f.person(identityCode=identity_code))
    second = await f.a_referral(who, world, "workshop", client=f.person(identityCode=identity_code))
    one = await get(who("nurse"), f"/v1/referrals/{first['id']}")
    other = await get(who("nurse"), f"/v1/referrals/{second['id']}")
    assert one["clientId"] == other["clientId"]
