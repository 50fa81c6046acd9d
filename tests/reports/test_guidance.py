"""Guidance at instrument use (C-41): how often it was asked, and what it led to, without people in the numbers."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import As
from tests.factories import LACKS, act, code, get, ok
from tests.responses.answering import PHQ9, path_of, record
from tests.world import World

REPORT = "/v1/reports/guidance-at-instrument-use"
QUARTER = {"from": "2026-10-01", "to": "2026-12-31"}
# The same of six other people: what is counted are people, and one alone would be known.
PEOPLE = (
    "INSERT INTO clients SELECT (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid()))).*"
    " FROM clients c, generate_series(1, 6) WHERE c.id = :aino RETURNING id"
)
OTHERS = (
    "INSERT INTO instrument_responses SELECT (jsonb_populate_record(r, jsonb_build_object("
    "'id', gen_random_uuid(), 'client_id', c))).* FROM instrument_responses r, unnest(CAST(:ids AS uuid[])) c"
)


async def test_few_people_are_hidden_and_more_are_counted(who: As, world: World, connection: AsyncConnection) -> None:
    for persona in ("nurse", "coordinator", "client", "dpo"):
        assert code(await who(persona).get(REPORT, params=QUARTER)) == LACKS
    path = await path_of(who, world)
    made = ok(await record(who, path, "nurse", "phq9", answers=PHQ9))
    hidden = {"prompted": None, "guided": None, "noNeed": None, "unanswered": None}
    alone = await get(who("lead"), REPORT, **QUARTER)
    assert (alone["total"], [one["counts"] for one in alone["instruments"]]) == (hidden, [hidden])
    guided = {"decision": "guided", "targets": ["own_care_team"]}
    again = ok(await record(who, path, "nurse", "phq9", answers=PHQ9, guidance=guided))
    assert made["id"] != again["id"]
    ok(await act(who("nurse"), f"/v1/responses/{made['id']}/answer-guidance", {"decision": "no_need"}, made))
    await connection.execute(text("SET LOCAL ROLE NONE"))
    ids = (await connection.scalars(text(PEOPLE), {"aino": path["clientId"]})).all()
    await connection.execute(text(OTHERS), {"ids": ids})
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    counted = await get(who("lead"), REPORT, **QUARTER)
    many = {"prompted": 14, "guided": 7, "noNeed": 7, "unanswered": 0}
    assert (counted["total"], [one["counts"] for one in counted["instruments"]]) == (many, [many])
