"""Figures of an area: for those who lead it, without a row of a client."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.clock import civil_date
from app.kit.codesets import codeset
from app.security.development import DEVELOPMENT_ISSUER
from app.security.permissions import GRANTS, Permission
from tests import factories as f
from tests.conftest import NOON, As, Clock
from tests.factories import LACKS, NOBODY, Json, act, code, get, ok
from tests.world import World

REPORT = "/v1/reports/referral-quality"
QUARTER = {"from": "2026-10-01", "to": "2026-12-31"}


async def report(who: As, **over: str) -> Json:
    return await get(who("lead"), REPORT, **{**QUARTER, **over})


async def send(who: As, world: World, sender: str, number: int, **over: object) -> None:
    for _ in range(number):
        await f.a_referral(who, world, sender, permission=f.permission(world, "area", sender), **over)


async def test_who_may(who: As) -> None:
    assert code(await who("").get(REPORT, params=QUARTER)) == NOBODY
    for persona in ("nurse", "coordinator", "employment", "client", "admin", "dpo"):
        assert code(await who(persona).get(REPORT, params=QUARTER)) == LACKS, persona
    assert (await report(who))["total"]["number"] == 0


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        ("2026-11-01", "2026-10-31", "range_backwards"),
        ("2026-10-02", "2026-12-31", "range_not_a_quarter"),
        ("2026-10-01", "2026-12-30", "range_not_a_quarter"),
        ("2026-11-01", "2027-01-31", "range_not_a_quarter"),
        ("2026-07-01", "2026-12-31", "range_not_a_quarter"),
        ("2026-10-01", "2026-10-31", "range_not_a_quarter"),
        ("2027-01-01", "2027-03-31", "range_not_ended"),
        ("9999-10-01", "9999-12-31", "range_not_a_quarter"),
        ("0001-01-01", "0001-03-31", "-"),
        ("2026-11-01", "soon", "invalid_request"),
    ],
)
async def test_which_periods(who: As, first: str, last: str, refusal: str) -> None:
    answer = await who("lead").get(REPORT, params={"from": first, "to": last})
    assert code(answer) == (200 if refusal == "-" else 422, refusal)


async def test_sums_by_source(who: As, world: World, clock: Clock) -> None:
    answers = dict.fromkeys(codeset("criterion").codes, "yes")
    await send(who, world, "employment", 5, unemploymentDays=300, criteria={"answers": answers})
    await send(who, world, "employment", 5, unemploymentDays=301)
    await send(who, world, "workshop", 6, unemploymentDays=None)
    ok(await act(who("employment"), "/v1/referrals", f.referral(world, draft=True)))
    wrong = await f.a_referral(who, world)
    ok(await act(who("employment"), f"/v1/referrals/{wrong['id']}/mark-entered-in-error", {"reason": "x"}, wrong))
    found = await report(who)
    lines = {line["source"]: line for line in found["sources"]}
    employment, workshop = lines["employment_authority"], lines["city_workshop"]
    assert [employment[n] for n in ("number", "late", "criteriaFull", "returned")] == [10, 0.5, 0.5, 0.0]
    assert employment["completeness"] == pytest.approx((5 * 1 + 5 * 6 / 7) / 10, abs=0.005)
    assert [workshop[n] for n in ("number", "late", "criteriaFull")] == [6, None, 0.0]
    assert [found["total"][n] for n in ("number", "late")] == [16, 0.5]
    assert employment["months"] == [{"month": "2026-11", "number": 10, "late": 0.5}]
    assert {i["code"] for i in found["indicators"]} == {"number", "completeness", "returned", "late", "criteria_full"}
    assert all(indicator["definition"] and indicator["dataSource"] for indicator in found["indicators"])
    # What is sent in another quarter is not of this one.
    clock.at = NOON + timedelta(days=50)
    await send(who, world, "employment", 5)
    assert (await report(who))["total"]["number"] == 16
    clock.at = NOON + timedelta(days=20)
    await send(who, world, "employment", 5)
    whole = await report(who)
    months = next(line for line in whole["sources"] if line["source"] == "employment_authority")["months"]
    assert [(m["month"], m["number"], m["late"]) for m in months] == [("2026-11", 10, 0.5), ("2026-12", 5, 1.0)]


async def test_few_are_not_shown_and_not_computed(who: As, world: World) -> None:
    await send(who, world, "employment", 6)
    await send(who, world, "workshop", 5)
    await send(who, world, "ngo", 2)
    found = await report(who)
    assert found["total"]["number"] == 13
    shown = {line["source"]: (line["number"], line["late"]) for line in found["sources"]}
    assert shown == {"city_workshop": (None, None), "employment_authority": (6, 1.0), "third_sector": (None, None)}
    assert {m["number"] for line in found["sources"] for m in line["months"]} == {6, None}


async def test_returned_ones_are_counted_once_mended(who: As, world: World) -> None:
    await send(who, world, "employment", 5)
    for _ in range(5):
        sent = await f.a_referral(who, world)
        seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
        ok(await act(who("nurse"), f"/v1/referrals/{sent['id']}/return", {"reason": "unclear_reason"}, seen))
        sent = await get(who("employment"), f"/v1/referrals/{sent['id']}")
        ok(await act(who("employment"), f"/v1/referrals/{sent['id']}/submit", None, sent))
    assert (await report(who))["sources"][0]["returned"] == 0.5


SUPERVISOR = """
INSERT INTO memberships SELECT (jsonb_populate_record(m, jsonb_build_object(
  'id', gen_random_uuid(), 'organisation_id', {organisation}, 'role', 'supervisor'))).*
  FROM memberships m JOIN logins l ON l.person_id = m.person_id WHERE l.subject = 'admin'
"""
AREA = "(SELECT area_id FROM persons LIMIT 1)"
KELA = "(SELECT id FROM organisations WHERE kind = 'kela')"
TABLES = "SELECT relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'client_id' WHERE relkind IN ('r', 'p') AND NOT relispartition AND relname NOT IN ('use_log', 'logins')"  # noqa: E501


async def test_a_supervisor_without_a_seat_reads_the_sums_and_no_row(
    who: As, world: World, connection: AsyncConnection
) -> None:
    await send(who, world, "employment", 6)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(text(SUPERVISOR.format(organisation=AREA)))
    tables = list((await connection.execute(text(TABLES))).scalars())
    assert len(tables) > 15
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    found = await get(who("admin"), REPORT, **QUARTER)
    assert found["total"]["number"] == 6
    entered = text("SELECT enter_request(:issuer, 'admin', :on)")
    await connection.execute(entered, {"issuer": DEVELOPMENT_ISSUER, "on": civil_date(NOON)})
    for table in tables:
        rows = await connection.execute(text(f"SELECT count(*) FROM {table}"))
        assert rows.scalar_one() == 0, table


async def test_a_partners_supervisor_reads_nothing_of_the_area(
    who: As, world: World, connection: AsyncConnection
) -> None:
    await send(who, world, "employment", 6)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(text(SUPERVISOR.format(organisation=KELA)))
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    assert code(await who("admin").get(REPORT, params=QUARTER)) == (403, "forbidden")
    call = text(
        "SELECT count(*) FROM report_referral_quality(:area, :on, date '2026-01-01', date '2027-01-01', 300, 7)"
    )
    for persona, expected in (("admin", 0), ("nurse", 0), ("employment", 0), ("lead", 1)):
        entered = text("SELECT enter_request(:issuer, :subject, :on)")
        values = {"issuer": DEVELOPMENT_ISSUER, "subject": persona, "on": civil_date(NOON)}
        await connection.execute(entered, values)
        given = {"area": world.organisations["area"], "on": civil_date(NOON)}
        assert (await connection.execute(call, given)).scalar_one() == expected, persona


async def test_the_database_knows_who_reads_figures(connection: AsyncConnection) -> None:
    granted = {role for role, permissions in GRANTS.items() if Permission.REPORT_READ in permissions}
    assert set((await connection.execute(text("SELECT report_reading_roles()"))).scalar_one()) == granted
