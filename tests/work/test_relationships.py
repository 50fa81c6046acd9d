"""A care relationship is a period (domain 5.1 (b)): when it ends, what is seen then, and how it begins again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.jobs.catalogue import JOBS
from app.routing.versions import shipped as rule_sets
from app.work.relationships import Quiet, in_force, quiet_since, shipped
from tests import factories as f
from tests.conftest import As, Clock
from tests.factories import ABSENT, act, code, get, ok
from tests.work.looking import as_owner, seen_of
from tests.world import World

PERIODS = "SELECT ended_because FROM involvements WHERE client_id = :c AND team_id = :t ORDER BY opened_at, id"


async def hollola(who: As) -> str:
    return str((await get(who("hollola_nurse"), "/v1/me"))["seats"][0]["teamId"])


async def periods(connection: AsyncConnection, client_id: str, team_id: object) -> list[str | None]:
    return [row[0] for row in await as_owner(connection, PERIODS, c=client_id, t=team_id)]


async def run_the_job(connection: AsyncConnection, at: datetime) -> int:
    job = next(job for job in JOBS if job.name == "relationships")
    await connection.execute(text("SET LOCAL ROLE heinola_job"))
    async with AsyncSession(connection, join_transaction_mode="create_savepoint") as session:
        assert job.run is not None
        did = await job.run(session, at)
        await session.commit()
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    return did


async def test_a_team_redirected_from_sees_nothing_of_the_later_case(
    who: As, world: World, connection: AsyncConnection
) -> None:
    sent = await f.a_referral(who, world)
    path = f"/v1/referrals/{sent['id']}"
    seen = await get(who("nurse"), path)
    client = f"/v1/clients/{seen['clientId']}"
    given = {"teamId": await hollola(who), "reason": "other_competence"}
    moved = ok(await act(who("nurse"), f"{path}/redirect", given, seen))
    assert moved["id"] == sent["id"], "the answer to the redirection itself is still shown"
    ok(await act(who("hollola_nurse"), f"{path}/accept", {}, await get(who("hollola_nurse"), path)))
    for persona in ("nurse", "coordinator", "nurse_deputy"):
        for place in (path, client, f"{path}/history", f"{client}/consents"):
            assert code(await who(persona).get(place)) == ABSENT, (persona, place)
        listed = await get(who(persona), "/v1/referrals", limit="200")
        assert sent["id"] not in [row["id"] for row in listed["items"]]
        # Lines of what they did themselves stay in sight of who did it; the client's rows do not.
        left = (await seen_of(connection, persona, seen["clientId"])).keys()
        assert left <= {"use_log"}, persona
    assert await periods(connection, seen["clientId"], world.team) == ["redirected"]
    mine = await get(who("employment"), path)
    assert (mine["status"], mine["teamId"]) == ("in_progress", None), "the sender sees it, and no team once redirected"


async def test_what_comes_back_opens_another_period(who: As, world: World, connection: AsyncConnection) -> None:
    sent = await f.a_referral(who, world)
    path = f"/v1/referrals/{sent['id']}"
    seen = await get(who("nurse"), path)
    ok(await act(who("nurse"), f"{path}/redirect", {"teamId": await hollola(who), "reason": "other_competence"}, seen))
    assert code(await who("nurse").get(path)) == ABSENT
    theirs = await get(who("hollola_nurse"), path)
    back = {"teamId": str(world.team), "reason": "wrong_municipality"}
    ok(await act(who("hollola_nurse"), f"{path}/redirect", back, theirs))
    assert (await get(who("nurse"), path))["clientId"] == seen["clientId"]
    assert await periods(connection, seen["clientId"], world.team) == ["redirected", None]
    assert await periods(connection, seen["clientId"], await hollola(who)) == ["redirected"]


@pytest.mark.parametrize("ending", ["reject", "cancel", "mark-entered-in-error", "withdraw"])
async def test_who_took_nobody_on_sees_nobody(who: As, world: World, connection: AsyncConnection, ending: str) -> None:
    sent = await f.a_referral(who, world)
    path = f"/v1/referrals/{sent['id']}"
    seen = await get(who("nurse"), path)
    if ending == "withdraw":  # the work stays until the sender has its notice
        login = (
            "INSERT INTO logins SELECT issuer, 'other_client', NULL, :c, now(), gen_random_uuid() FROM logins LIMIT 1"
        )
        columns = await as_owner(
            connection,
            "SELECT string_agg(column_name, ',' ORDER BY ordinal_position) FROM information_schema.columns"
            " WHERE table_name = 'logins'",
        )
        assert columns[0][0] == "issuer,subject,person_id,client_id,created_at,id"
        await as_owner(connection, login, c=seen["clientId"])
        ok(await act(who("other_client"), f"{path}/withdraw", {}, await get(who("other_client"), path)))
        assert await periods(connection, seen["clientId"], world.team) == [None]
        now = await get(who("nurse"), path)
        ok(await act(who("nurse"), f"{path}/feedback", {"level": "closure_notice"}, now))
    else:
        by, body = ("nurse", {"reason": "other"}) if ending == "reject" else ("employment", {"reason": "x"})
        ok(await act(who(by), f"{path}/{ending}", body, await get(who(by), path)))
    assert await periods(connection, seen["clientId"], world.team) == ["not_taken_on"]
    assert code(await who("nurse").get(path)) == ABSENT
    assert (await seen_of(connection, "nurse", seen["clientId"])).keys() <= {"use_log"}
    assert (await get(who("employment"), path))["id"] == sent["id"]


async def test_care_that_was_given_keeps_it(who: As, world: World, connection: AsyncConnection) -> None:
    """A path, and a client whom the team took on itself, outlast a second referral that came to nothing."""
    person = f.person()
    first = await f.a_referral(who, world, client=person)
    seen, path = await f.accepted(who, world, first)
    second = await f.a_referral(who, world, client=person, allowDuplicate=True)
    row = await get(who("nurse"), f"/v1/referrals/{second['id']}")
    assert row["clientId"] == seen["clientId"]
    ok(await act(who("nurse"), f"/v1/referrals/{second['id']}/reject", {"reason": "duplicate"}, row))
    assert await periods(connection, seen["clientId"], world.team) == [None]
    assert (await get(who("nurse"), f"/v1/pathways/{path['id']}"))["id"] == path["id"]
    aino = str(world.clients["aino"])
    third = await f.a_referral(who, world, client=f.person(identityCode=f.AINO))
    ok(await act(who("nurse"), f"/v1/referrals/{third['id']}/reject", {"reason": "other"},
                 await get(who("nurse"), f"/v1/referrals/{third['id']}")))  # fmt: skip
    assert await periods(connection, aino, world.team) == [None]


async def test_the_line_of_the_log_says_that_it_ended(who: As, world: World, connection: AsyncConnection) -> None:
    sent = await f.a_referral(who, world)
    seen = await get(who("nurse"), f"/v1/referrals/{sent['id']}")
    ok(await act(who("nurse"), f"/v1/referrals/{sent['id']}/reject", {"reason": "other"}, seen))
    lines = await as_owner(
        connection,
        "SELECT fields FROM use_log WHERE client_id = :c AND resource_type = 'involvements' AND action = 'update'",
        c=seen["clientId"],
    )
    assert [row[0] for row in lines] == [["ended_at", "ended_because"]]


async def test_a_quiet_one_ends_on_its_day_and_continuity_outlasts_it(
    who: As, world: World, connection: AsyncConnection, clock: Clock
) -> None:
    person = f.person()
    sent = await f.a_referral(who, world, client=person)
    seen, path = await f.closed(who, world, sent=sent)
    closed = clock.at
    place = f"/v1/pathways/{path['id']}"
    assert await run_the_job(connection, datetime(2028, 11, 22, 12, tzinfo=UTC)) == 0
    assert (await get(who("nurse"), place))["state"] == "closed"
    ended = await run_the_job(connection, datetime(2028, 11, 24, 12, tzinfo=UTC))
    assert ended >= 1
    assert await periods(connection, seen["clientId"], world.team) == ["quiet"]
    assert code(await who("nurse").get(place)) == ABSENT
    assert (await seen_of(connection, "nurse", seen["clientId"])).keys() <= {"use_log"}
    assert await run_the_job(connection, datetime(2028, 11, 24, 12, tzinfo=UTC)) == 0, "once"
    # The receiver still knows who did the client's work last: continuity is not a right to see.
    again = await f.a_referral(who, world, client=person)
    row = await get(who("nurse"), f"/v1/referrals/{again['id']}")
    assert row["clientId"] == seen["clientId"]
    assert await periods(connection, seen["clientId"], world.team) == ["quiet", None]
    assert (await get(who("nurse"), place))["state"] == "closed", "and the earlier case is seen again"
    facts = await as_owner(
        connection, "SELECT facts ->> 'earlier_holder' FROM routing_decisions WHERE subject_id = :id", id=again["id"]
    )
    assert str(world.persons["nurse"]) in facts[0][0]
    assert closed == clock.at


@pytest.mark.parametrize("what", ["path", "triage", "follow_up"])
async def test_nothing_open_is_quiet(who: As, world: World, connection: AsyncConnection, what: str) -> None:
    sent = await f.a_referral(who, world)
    client = (await get(who("nurse"), f"/v1/referrals/{sent['id']}"))["clientId"]
    if what != "triage":
        _, path = await f.accepted(who, world, sent)
        if what == "follow_up":
            body = {"party": "client", "what": "Call", "dueOn": "2027-01-11", "agreedWithClient": True}
            ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/follow-ups", body))
            # As if the path had been closed long ago.
            await as_owner(connection, "ALTER TABLE pathways DISABLE TRIGGER feedback_first")
            await as_owner(
                connection, "UPDATE pathways SET state = 'closed', closed_at = now() WHERE id = :id", id=path["id"]
            )
            await as_owner(connection, "UPDATE work_items SET closed_at = opened_at WHERE client_id = :c", c=client)
    await run_the_job(connection, datetime(2030, 1, 1, tzinfo=UTC))
    assert await periods(connection, client, world.team) == [None]
    if what == "follow_up":
        await as_owner(
            connection,
            "UPDATE follow_ups SET state = 'done', ended_on = '2027-01-11', ended_at = '2027-01-11'"
            " WHERE client_id = :c",
            c=client,
        )
        await run_the_job(connection, datetime(2030, 1, 1, tzinfo=UTC))
        assert await periods(connection, client, world.team) == ["quiet"]


def test_the_number_is_data_with_a_day() -> None:
    old, new = Quiet("a", date(2025, 1, 1), 24), Quiet("b", date(2027, 1, 1), 36)
    assert in_force(date(2026, 12, 31), [new, old]) is old
    assert in_force(date(2027, 1, 1), [new, old]) is new
    assert in_force(date(2020, 1, 1), [new, old]) is old
    assert shipped()[-1].months == 24
    assert quiet_since(datetime(2026, 2, 28, 12, tzinfo=UTC)) == datetime(2024, 2, 28, 12, tzinfo=UTC)


def test_it_is_longer_than_continuity() -> None:
    assert max(rules.settings.continuity_months for rules in rule_sets()) <= shipped()[0].months
