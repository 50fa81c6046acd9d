"""What leaves the team in the matrix's life: what is shared, and what the workers send."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.access.asked import Words
from tests.conftest import As
from tests.factories import Json, act, get, ok
from tests.sharing import shared as sharing
from tests.world import World

OF_SHARES = ["work_ability_conclusion", "health", "service_path", "participation"]


async def handed(who: As, world: World, path: Json, words: Words) -> None:
    """Shared with those whom the client permits: a message and a document in each; one was withdrawn, and somebody was
    not permitted at all."""
    refused = sharing.body(world, to="ngo", purpose="network_meeting")
    assert f.code(await sharing.share(who, path, refused)) == (409, "consent_missing")
    for party, said in words["shares"].items():
        await sharing.permit(who, world, path, party, purposes=["service_coordination"], dataClasses=OF_SHARES)
        document = await sharing.a_document(
            who, path, content=said.encode(), register="operational", title=said, fileName=f"{said}.txt"
        )
        item = {"kind": "attachment", "sourceId": document["id"]}
        ok(await sharing.share(who, path, sharing.body(
            world, item, to=party, message=said, dataClasses=["service_path"], nameTold=False
        )))  # fmt: skip
    told = words["shares_of_health"]["kela"]
    hers = ok(await sharing.share(who, path, sharing.body(
        world, to="kela", message=told, dataClasses=OF_SHARES, nameTold=False
    )))  # fmt: skip
    seen = await get(who("kela"), sharing.there(hers))
    ok(await act(who("kela"), f"{sharing.there(hers)}/answer", {"body": words["share_replies"]["kela"]}, seen))
    given = await sharing.permit(who, world, path, "ngo", purposes=["service_coordination"], dataClasses=OF_SHARES)
    ok(await sharing.share(who, path, sharing.body(
        world, to="ngo", message=words["shares_ended"][""], dataClasses=["work_ability_conclusion"]
    )))  # fmt: skip
    ok(await sharing.withdraw(who, given))


# What the workers do: a notice in its hour, events in their order, and one on its way to a system.
WORKED = (
    "UPDATE cease_notices SET state = 'released', due_at = now(), released_at = now()",
    "UPDATE outbox_events e SET position = numbered.position FROM"
    " (SELECT id, row_number() OVER (ORDER BY at, id) AS position FROM outbox_events) numbered"
    " WHERE numbered.id = e.id",
    "INSERT INTO subscriptions (id, login_id, area_id, name, url, kinds, secret, state, position, version, created_at)"
    " SELECT gen_random_uuid(), l.id, m.organisation_id, 'Testi', 'https://hooks.example.fi/in',"
    " '{referral.received}', 'x', 'enabled', 0, 1, now()"
    " FROM logins l JOIN memberships m ON m.person_id = l.person_id WHERE l.subject = 'admin'",
    "INSERT INTO deliveries"
    " (id, subscription_id, event_id, kind, position, state, attempts, since, due_at, finished_at, created_at)"
    " SELECT gen_random_uuid(), s.id, e.id, e.kind, 1, 'dead', 1, now(), now(), now(), now()"
    " FROM subscriptions s, (SELECT * FROM outbox_events ORDER BY id LIMIT 1) e",
    "INSERT INTO delivery_attempts (id, delivery_id, number, at, outcome, status, took_ms)"
    " SELECT gen_random_uuid(), id, 1, now(), 'refused', 500, 12 FROM deliveries",
)


async def sent_out(connection: AsyncConnection) -> None:
    await connection.execute(text("SET LOCAL ROLE NONE"))
    for statement in WORKED:
        await connection.execute(text(statement))
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
