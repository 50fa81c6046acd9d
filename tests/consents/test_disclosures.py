"""The disclosure log as it is read: the client's right to know who received what, when, and on what basis."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, FOREIGN_CURSOR, LACKS, NOBODY, act, code, get, ok, pointer
from tests.world import World


async def a_case(who: As, world: World) -> tuple[f.Json, str]:
    """Aino's referral, taken on, with feedback to the employment authority; and where her log is."""
    seen, path = await f.with_outcome(who, world, client=f.person(identityCode=f.AINO))
    ok(await f.told(who, seen))
    return seen, f"/v1/clients/{path['clientId']}/disclosures"


async def test_the_client_reads_who_received_what_on_which_permission(who: As, world: World) -> None:
    seen, log = await a_case(who, world)
    rows = (await get(who("client"), log))["items"]
    feedback, arrival = rows
    consent = (await get(who("client"), f"/v1/clients/{world.clients['aino']}/consents"))["items"][0]
    assert (feedback["recipientId"], feedback["purpose"], feedback["basis"]) == (
        str(world.organisations["employment"]), "referral_feedback", "consent",
    )  # fmt: skip
    assert (feedback["consentId"], feedback["consentVersion"]) == (consent["id"], consent["version"])
    assert feedback["dataClasses"] == ["work_ability_conclusion"]
    assert (feedback["subjectType"], feedback["subjectId"]) == ("referral", seen["id"])
    assert feedback["disclosedBy"] == "Hanna Harju"
    # That it was sent at all was told, too: to the area, by whoever referred.
    assert (arrival["recipientId"], arrival["dataClasses"]) == (str(world.organisations["area"]), ["referral_reason"])
    assert arrival["consentId"] == consent["id"]
    for language, words in (("fi", "23.11.2026"), ("sv", "fick"), ("en", "was told: conclusion on work ability")):
        one = await who("client").get(f"/v1/disclosures/{feedback['id']}", headers={"Accept-Language": language})
        assert words in one.json()["said"]
        assert feedback["recipient"] in one.json()["said"]
        assert "Hanna Harju" in one.json()["said"]


async def test_who_reads_it_and_to_whom_it_is_not_there(who: As, world: World) -> None:
    _, log = await a_case(who, world)
    rows = (await get(who("nurse"), log))["items"]
    one = f"/v1/disclosures/{rows[0]['id']}"
    for persona in ("client", "coordinator", "dpo"):
        assert [r["id"] for r in (await get(who(persona), log))["items"]] == [r["id"] for r in rows], persona
        assert (await get(who(persona), one))["id"] == rows[0]["id"]
    for path in (log, one):
        assert code(await who("").get(path)) == NOBODY
        for persona in ("employment", "kela", "workshop", "lead", "admin"):
            assert code(await who(persona).get(path)) == LACKS, persona
        assert code(await who("hollola_nurse").get(path)) == ABSENT
    other = f"/v1/clients/{world.clients['veikko']}/disclosures"
    assert code(await who("client").get(other)) == ABSENT
    assert (await get(who("nurse"), other))["items"] == []


async def test_it_is_paged_and_narrowed(who: As, world: World) -> None:
    _, log = await a_case(who, world)
    first = await get(who("nurse"), log, limit=1, count="true")
    second = await get(who("nurse"), log, limit=1, cursor=first["nextCursor"])
    assert (first["count"], len(second["items"])) == (2, 1)
    assert first["items"][0]["id"] != second["items"][0]["id"]
    assert code(await who("client").get(log, params={"cursor": first["nextCursor"]})) == FOREIGN_CURSOR
    to = {name: str(world.organisations[name]) for name in ("employment", "area", "kela")}
    assert len((await get(who("nurse"), log, recipientId=to["employment"]))["items"]) == 1
    assert (await get(who("nurse"), log, recipientId=to["kela"]))["items"] == []
    assert [r["recipientId"] for r in (await get(who("nurse"), log, purpose="work_ability_assessment"))["items"]] == [
        to["area"]
    ]
    assert (await get(who("nurse"), log, until="2026-11-22"))["items"] == []
    assert len((await get(who("nurse"), log, since="2026-11-23", until="2026-11-23"))["items"]) == 2
    for begin, last in (("0001-01-01", "9999-12-31"), ("9999-12-31", "0001-01-01"), ("0001-01-01", "0001-01-01")):
        span = {"since": begin, "until": last, "olderBecause": "supervision"}
        assert len((await get(who("nurse"), log, **span))["items"]) == (2 if begin < last else 0)
    assert code(await who("nurse").get(log, params={"purpose": "curiosity"})) == (422, "invalid_request")


async def test_older_than_two_years_is_for_a_special_reason(
    who: As, world: World, clock: Clock, connection: AsyncConnection
) -> None:
    _, log = await a_case(who, world)
    row = (await get(who("nurse"), log))["items"][0]
    clock.at = NOON + timedelta(days=2 * 365 + 30)
    assert (await get(who("client"), log))["items"] == []
    for path, params in ((log, {"since": "2026-11-01"}), (f"/v1/disclosures/{row['id']}", {})):
        refused = await who("client").get(path, params=params)
        assert (code(refused), pointer(refused)) == ((422, "older_needs_reason"), "/query/olderBecause")
        assert code(await who("client").get(path, params={**params, "olderBecause": "curiosity"})) == (
            422, "invalid_request",
        )  # fmt: skip
    found = await get(who("client"), log, since="2026-11-01", olderBecause="suspected_misuse")
    assert row["id"] in {r["id"] for r in found["items"]}
    await get(who("dpo"), f"/v1/disclosures/{row['id']}", olderBecause="supervision")
    await connection.execute(text("SET LOCAL ROLE NONE"))
    reasons = await connection.execute(
        text("SELECT DISTINCT basis FROM use_log WHERE resource_type = 'disclosures' AND action = 'read' ORDER BY 1")
    )
    assert {"suspected_misuse", "supervision"} <= set(reasons.scalars())


@pytest.mark.parametrize("told", ["referral_feedback"])
async def test_a_notice_says_that_it_told_nothing(who: As, world: World, told: str) -> None:
    seen, path = await f.with_outcome(who, world)
    ok(await f.told(who, seen, level="closure_notice"))
    row = (await get(who("nurse"), f"/v1/clients/{path['clientId']}/disclosures", purpose=told))["items"][0]
    assert (row["basis"], row["dataClasses"], row["consentId"]) == ("notice", [], None)


async def test_what_a_client_tells_of_themself_is_no_disclosure(who: As, world: World) -> None:
    sent = ok(await act(who("client"), "/v1/referrals/own", {"reason": "My back hurts."}))
    assert sent["source"] == "self"
    log = f"/v1/clients/{world.clients['aino']}/disclosures"
    assert (await get(who("client"), log))["items"] == []
