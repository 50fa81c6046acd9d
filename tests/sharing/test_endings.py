"""What a permission's end does to shares, as whoever withdraws it calls it; and the two forms of `stands`."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker

from app.audit.trail import AuditedSession
from app.consents.consequences import WHEN_ENDED, WHEN_GIVEN
from app.consents.models import Consent
from app.people.actor import enter
from app.security.development import DEVELOPMENT_ISSUER
from tests.conftest import NOON, As, Clock
from tests.factories import action
from tests.sharing.shared import a_path, again, linked, permit, shared, withdraw
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


async def test_what_is_forbidden_ends_what_it_is_about(
    who: As, world: World, connection: AsyncConnection, clock: Clock
) -> None:
    path = await a_path(who, world)
    await permit(who, world, path, "workshop", "kela")
    forbidden, left = await shared(who, world, path), await shared(who, world, path, to="kela")
    clock.at = LATER
    no = await permit(who, world, path, kind="prohibition")
    async with of(connection).begin() as session:
        await enter(session, DEVELOPMENT_ISSUER, "nurse", LATER)
        await WHEN_GIVEN["shares"](session, await session.get_one(Consent, UUID(no["id"])), LATER)
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
