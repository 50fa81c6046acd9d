"""What a permission's end does to shares, as whoever withdraws it calls it; and the two forms of `stands`."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker

from app.audit.trail import AuditedSession
from app.consents.consequences import WHEN_ENDED
from app.consents.models import Consent
from app.people.actor import enter
from app.security.development import DEVELOPMENT_ISSUER
from tests.conftest import NOON, As, Clock
from tests.factories import ABSENT, AINO, accepted, act, action, code, get, ok, person
from tests.sharing.shared import a_path, again, holding, linked, permit, shared, there, withdraw
from tests.world import World

LATER = NOON + timedelta(minutes=5)


def of(connection: AsyncConnection) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(
        connection, sync_session_class=AuditedSession, expire_on_commit=False, join_transaction_mode="create_savepoint"
    )


async def test_a_share_and_its_link_end_with_the_permission_whoever_writes_it_down(
    who: As, world: World, connection: AsyncConnection, clock: Clock
) -> None:
    path = await a_path(who, world)
    given = await permit(who, world, path, purposes=["service_coordination"])
    other = await permit(who, world, path, purposes=["network_meeting"])
    row = await shared(who, world, path)
    kept = await shared(who, world, path, purpose="network_meeting")
    assert (row["register"], row["consentId"], kept["consentId"]) == ("health", given["id"], other["id"])
    await linked(who, row)
    # The coordinator does not read the health register, in which the share is.
    async with of(connection).begin() as session:
        await enter(session, DEVELOPMENT_ISSUER, "coordinator", LATER)
        consent = await session.get_one(Consent, UUID(row["consentId"]))
        assert await WHEN_ENDED["shares"].preview(session, consent, LATER) == []
        touched = await WHEN_ENDED["shares"].effect(session, consent, LATER)
        assert [one.subject_id for one in touched] == [UUID(row["id"])]
        assert {(one.kind, one.recipient_id) for one in touched} == {("share", world.organisations["workshop"])}
        assert await WHEN_ENDED["shares"].effect(session, consent, LATER) == [], "it ends once"
    ended = await again(who, row)
    assert (ended["state"], ended["standing"]) == ("revoked", "permission_ended")
    assert (ended["link"]["standing"], ended["link"]["endedBecause"]) == ("ended", "share_ended")
    assert (await again(who, kept))["standing"] == "open"


async def test_the_clients_own_word_ends_the_link_too(who: As, world: World) -> None:
    """The client's login writes on what the team made, and a link that nobody has opened is no obstacle."""
    path = (await accepted(who, world, client=person(identityCode=AINO)))[1]
    given = await permit(who, world, path)
    row = await shared(who, world, path)
    link = await linked(who, row)
    gone = ok(await act(who("client"), f"/v1/consents/{given['id']}/withdraw", {}, given))
    assert [one["subjectId"] for one in gone["consequences"] if one["kind"] == "share"] == [row["id"]]
    assert (await again(who, row))["link"]["standing"] == "ended"
    assert code(await who("").get("/v1/shared", headers=holding(link))) == (404, "share_link_unknown")


async def test_a_kept_answer_is_not_given_again_after_the_permission(who: As, world: World) -> None:
    path = await a_path(who, world)
    given = await permit(who, world, path)
    row = await shared(who, world, path)
    seen = await get(who("workshop"), there(row))
    once = {"Idempotency-Key": "workshop-said-yes", "If-Match": f'"{seen["version"]}"'}
    answers = [await who("workshop").post(f"{there(row)}/acknowledge", headers=once) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    ok(await withdraw(who, given))
    assert code(await who("workshop").post(f"{there(row)}/acknowledge", headers=once)) == ABSENT


async def test_what_is_forbidden_ends_what_it_is_about(
    who: As, world: World, connection: AsyncConnection, clock: Clock
) -> None:
    path = await a_path(who, world)
    await permit(who, world, path, "workshop", "kela")
    forbidden, left = await shared(who, world, path), await shared(who, world, path, to="kela")
    clock.at = LATER
    no = await permit(who, world, path, kind="prohibition")
    ended = [one["subjectId"] for one in no["consequences"] if one["kind"] == "share"]
    assert ended == [forbidden["id"]]
    assert no["inForce"] is True
    assert (await again(who, forbidden))["state"] == "revoked"
    assert (await again(who, left))["state"] == "shared"


async def test_the_actions_say_why_no_link_is_made(who: As, world: World, clock: Clock) -> None:
    path = await a_path(who, world)
    given = await permit(who, world, path)
    row = await shared(who, world, path)
    assert action(row, "make_link")["allowed"]
    clock.at = LATER
    await withdraw(who, given)
    assert action(await again(who, row), "make_link")["because"] in ("share_not_standing", "illegal_move")


async def test_the_use_log_has_the_end(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world)
    await permit(who, world, path)
    row = await shared(who, world, path)
    async with of(connection).begin() as session:
        await enter(session, DEVELOPMENT_ISSUER, "nurse", LATER)
        consent = await session.get_one(Consent, UUID(row["consentId"]))
        await WHEN_ENDED["shares"].effect(session, consent, LATER)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    lines = await connection.execute(
        text("SELECT fields FROM use_log WHERE resource_id = :id AND action = 'update'"), {"id": row["id"]}
    )
    assert [sorted(line[0]) for line in lines] == [["ended_at", "ended_because", "state"]]
