"""Subscriptions, the feed and one's own notices over HTTP: who may, what is refused, what is shown."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.jobs.queries import SEAL
from app.security.development import DEVELOPMENT_ISSUER
from tests import factories as f
from tests.conftest import As
from tests.factories import (
    ABSENT,
    FOREIGN_CURSOR,
    LACKS,
    NOBODY,
    STALE,
    TOO_LATE,
    UNTAGGED,
    Json,
    act,
    code,
    get,
    ok,
    pointer,
)
from tests.world import World

URL = "https://hooks.workshop.example/heinola"
BODY: Json = {"name": "Paja", "url": URL, "kinds": ["referral.accepted", "feedback.given"]}


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look_up(host: str, port: int) -> list[str]:
        return ["10.0.0.1"] if host.startswith("inside") else ["93.184.216.34"]

    monkeypatch.setattr("app.delivery.addresses.look_up", look_up)


async def machine(who: As, world: World, at: str = "employment", role: str = "integration") -> str:
    joined = {
        "organisationId": str(world.organisations[at]), "role": role, "register": "none", "validFrom": "2026-11-01",
    }  # fmt: skip
    made = ok(await act(who("admin"), "/v1/persons", {"name": "Järjestelmä", "membership": joined}))
    login = {"issuer": DEVELOPMENT_ISSUER, "subject": f"machine-{at}"}
    return str(ok(await act(who("admin"), f"/v1/persons/{made['id']}/logins", login))["id"])


async def test_who_may(who: As, world: World) -> None:
    assert code(await act(who(""), "/v1/subscriptions", BODY)) == NOBODY
    for persona in ("nurse", "employment", "kela", "client", "dpo", "coordinator"):
        assert code(await act(who(persona), "/v1/subscriptions", BODY)) == LACKS, persona
        assert code(await who(persona).get("/v1/subscriptions")) == LACKS, persona
    own = ok(await act(who("lead"), "/v1/subscriptions", BODY))
    # A person's own is nobody else's to read or to send elsewhere, not even the administrator's.
    for persona in ("supervisor", "admin"):
        assert code(await who(persona).get(f"/v1/subscriptions/{own['id']}")) == ABSENT, persona
        elsewhere = await who(persona).patch(
            f"/v1/subscriptions/{own['id']}", json={"name": "x"}, headers={"If-Match": "*"}
        )
        assert code(elsewhere) == ABSENT, persona
    login = await machine(who, world)
    system = who("machine-employment")
    assert code(await system.get(f"/v1/subscriptions/{own['id']}")) == ABSENT
    for verb in ("enable", "disable", "rotate-secret", "replay"):
        body = {"fromPosition": 1} if verb == "replay" else {}
        path = f"/v1/subscriptions/{own['id']}/{verb}"
        assert code(await act(system, path, body, own)) == ABSENT
        assert code(await act(who("lead"), path, body)) == UNTAGGED
        assert code(await act(who("lead"), path, body, {"version": 9})) == STALE
    assert code(await act(system, f"/v1/subscriptions/{own['id']}/test")) == ABSENT
    theirs = ok(await act(who("admin"), "/v1/subscriptions", {**BODY, "loginId": login}))
    assert [s["id"] for s in (await get(system, "/v1/subscriptions"))["items"]] == [theirs["id"]]
    mine = ok(await act(system, "/v1/subscriptions", BODY))
    assert (mine["loginId"], mine["state"]) == (login, "enabled")


async def test_the_secret_is_shown_once_and_kept_sealed(who: As, connection: AsyncConnection) -> None:
    made = ok(await act(who("lead"), "/v1/subscriptions", BODY))
    assert made["secret"].startswith("whsec_")
    assert len(made["secret"]) == 50
    shown = await get(who("lead"), f"/v1/subscriptions/{made['id']}")
    assert "secret" not in shown
    assert "secret" not in (await get(who("lead"), "/v1/subscriptions"))["items"][0]
    sealed = text("SELECT secret FROM subscriptions WHERE id = :id")
    assert made["secret"].encode() not in (await connection.execute(sealed, {"id": made["id"]})).scalar_one()
    new = ok(await act(who("lead"), f"/v1/subscriptions/{made['id']}/rotate-secret", {}, shown))
    assert new["secret"] != made["secret"]
    assert (new["version"], new["previousUntil"]) == (2, "2026-11-24T10:00:00Z")


async def test_for_whom_an_administrator_subscribes(who: As, world: World) -> None:
    persons = [await machine(who, world, role="employment_expert"), str(world.team)]
    for login in persons:
        refused = await act(who("admin"), "/v1/subscriptions", {**BODY, "loginId": login})
        assert code(refused) == (422, "subscriber_unknown")
        assert pointer(refused) == "/body/loginId"
    system = await machine(who, world, "workshop")
    refused = await act(who("lead"), "/v1/subscriptions", {**BODY, "loginId": system})
    assert code(refused) == (422, "subscriber_unknown")
    narrowed = {**BODY, "loginId": system, "organisationId": str(world.organisations["workshop"])}
    assert ok(await act(who("admin"), "/v1/subscriptions", narrowed))["organisationId"]
    assert code(await act(who("admin"), "/v1/subscriptions", {**BODY, "teamId": system})) == ABSENT


@pytest.mark.parametrize(
    ("over", "wrong", "at"),
    [
        ({"url": "http://hooks.workshop.example/"}, "webhook_address_refused", "/body/url"),
        ({"url": "https://inside.workshop.example/"}, "webhook_address_refused", "/body/url"),
        ({"url": "https://user:pass@hooks.workshop.example/"}, "webhook_address_refused", "/body/url"),
        ({"url": "http://127.0.0.1:8000/"}, "webhook_address_refused", "/body/url"),
        ({"kinds": ["feedback.given", "membership.started"]}, "event_kind_for_nobody", "/body/kinds/1"),
        ({"kinds": []}, "invalid_request", "/body/kinds"),
        ({"kinds": ["nothing.happened"]}, "invalid_request", "/body/kinds/0"),
        ({"name": ""}, "invalid_request", "/body/name"),
    ],
)
async def test_what_is_refused(who: As, over: Json, wrong: str, at: str) -> None:
    refused = await act(who("lead"), "/v1/subscriptions", {**BODY, **over})
    assert code(refused) == (422, wrong)
    assert pointer(refused) == at
    made = ok(await act(who("lead"), "/v1/subscriptions", BODY))
    path, tag = f"/v1/subscriptions/{made['id']}", {"If-Match": '"1"'}
    assert code(await who("lead").patch(path, json=over, headers=tag)) == (422, wrong)


async def test_changing_pausing_and_testing(who: As) -> None:
    lead, made = who("lead"), ok(await act(who("lead"), "/v1/subscriptions", BODY))
    path = f"/v1/subscriptions/{made['id']}"
    changed = ok(await lead.patch(path, json={"name": "Uusi"}, headers={"If-Match": '"1"'}))
    assert (changed["name"], changed["url"], changed["version"]) == ("Uusi", URL, 2)
    assert code(await act(lead, f"{path}/enable", {}, changed)) == TOO_LATE
    ping = ok(await act(lead, f"{path}/test"))
    assert (ping["kind"], ping["state"], ping["attempts"], ping["eventId"]) == ("ping", "due", 0, None)
    assert [d["id"] for d in (await get(lead, f"{path}/deliveries", state="due"))["items"]] == [ping["id"]]
    assert (await get(lead, f"{path}/deliveries", state="dead"))["items"] == []
    assert (await get(lead, f"/v1/deliveries/{ping['id']}/attempts"))["items"] == []
    assert code(await who("supervisor").get(f"/v1/deliveries/{ping['id']}/attempts")) == ABSENT
    assert code(await act(lead, f"/v1/deliveries/{ping['id']}/retry")) == TOO_LATE
    off = ok(await act(lead, f"{path}/disable", {}, changed))
    assert (off["state"], off["disabledBecause"]) == ("disabled", "by_hand")
    assert code(await act(lead, f"{path}/test")) == TOO_LATE
    assert {a["action"] for a in off["allowedActions"] if a["allowed"]} == {"update", "rotate_secret", "enable"}
    assert code(await lead.get(f"{path}/deliveries", params={"cursor": "x"})) == FOREIGN_CURSOR


async def seal(connection: AsyncConnection) -> None:
    """The test's own transaction is the oldest: what it wrote gets its positions all the same."""
    rows = await connection.execute(text("SELECT current_user"))
    assert rows.scalar_one() == "heinola_app"
    await connection.execute(text("SET LOCAL ROLE heinola_job"))
    forced = text(str(SEAL).replace("AND xid < ((pg_snapshot_xmin(pg_current_snapshot()))::text)::bigint", ""))
    await connection.execute(forced, {"most": 10_000})
    await connection.execute(text("SET LOCAL ROLE heinola_app"))


async def kinds(who: As, persona: str, subject: str) -> list[str]:
    found = await get(who(persona), "/v1/events", limit=200)
    return [e["kind"] for e in found["items"] if e["subjectId"] == subject]


async def test_the_feed_shows_what_one_may_read(who: As, world: World, connection: AsyncConnection) -> None:
    seen, path = await f.with_outcome(who, world)
    assert await kinds(who, "nurse", seen["id"]) == [], "what has no position yet is not there"
    ok(await f.told(who, seen))
    await seal(connection)
    assert await kinds(who, "employment", seen["id"]) == ["referral.received", "referral.accepted", "feedback.given"]
    assert await kinds(who, "nurse", seen["id"]) == ["referral.received", "referral.accepted", "feedback.given"]
    assert await kinds(who, "coordinator", path["id"]) == ["pathway.started"]
    for persona in ("workshop", "kela", "lahti_employment", "hollola_nurse", "client", "ngo"):
        assert await kinds(who, persona, seen["id"]) == [], persona
        assert await kinds(who, persona, path["id"]) == [], persona
    assert code(await who("").get("/v1/events")) == NOBODY
    for persona in ("admin", "dpo"):
        assert code(await who(persona).get("/v1/events")) == LACKS
    mine = (await get(who("employment"), "/v1/events", limit=200))["items"]
    assert {e["clientId"] for e in mine} == {None}
    team = (await get(who("nurse"), "/v1/events", limit=200))["items"]
    assert None not in {e["clientId"] for e in team}


async def test_the_feed_goes_on_where_it_ended(who: As, world: World, connection: AsyncConnection) -> None:
    for _ in range(3):
        await f.a_referral(who, world)
        await f.a_referral(who, world, sender="workshop")
    await seal(connection)
    whole = await get(who("employment"), "/v1/events", limit=200)
    assert whole["more"] is False
    paged: list[Json] = []
    position = 0
    while True:
        answer = await who("employment").get("/v1/events", params={"after": position, "limit": 1})
        assert answer.headers["cache-control"] == "no-store"
        paged += ok(answer)["items"]
        position = ok(answer)["position"]
        if not ok(answer)["more"]:
            break
    assert paged == whole["items"]
    assert len(paged) >= 3
    assert position == whole["position"] == paged[-1]["position"]
    again = await get(who("employment"), "/v1/events", after=position)
    assert (again["items"], again["position"]) == ([], position)
    for wrong in ({"after": -1}, {"after": "x"}, {"limit": 0}, {"limit": 201}, {"after": 2**60}, {"cursor": "x"}):
        assert (await who("employment").get("/v1/events", params=wrong)).status_code == 422


async def test_health_is_for_its_register(who: As, world: World, connection: AsyncConnection) -> None:
    _, path = await f.accepted(who, world)
    check = await f.an_assessment(who, path)
    await seal(connection)
    assert await kinds(who, "nurse", check["id"]) == ["assessment.requested"]
    assert await kinds(who, "coordinator", check["id"]) == []


async def test_reading_the_feed_is_logged(who: As, world: World, connection: AsyncConnection) -> None:
    seen, _ = await f.accepted(who, world)
    await seal(connection)
    shown = (await get(who("nurse"), "/v1/events", limit=200))["items"]
    await connection.execute(
        text("SELECT set_config('app.login', CAST(:id AS text), true)"),
        {"id": str((await get(who("nurse"), "/v1/me"))["loginId"])},
    )
    lines = text("SELECT resource_id, client_id FROM use_log WHERE resource_type = 'outbox_events'")
    logged = {(str(row[0]), str(row[1])) for row in await connection.execute(lines)}
    assert {(e["id"], e["clientId"]) for e in shown} <= logged
    assert seen["clientId"] in {client for _, client in logged}


async def test_my_notices(who: As) -> None:
    nurse = who("nurse")
    first = await nurse.get("/v1/me/notifications")
    assert ok(first)["mode"] == "off"
    assert first.headers["etag"] == '"1"'
    assert code(await nurse.patch("/v1/me/notifications", json={"mode": "daily"})) == UNTAGGED
    on = await nurse.patch(
        "/v1/me/notifications", json={"mode": "daily", "language": "sv"}, headers={"If-Match": '"1"'}
    )
    assert (ok(on)["mode"], ok(on)["language"], ok(on)["version"]) == ("daily", "sv", 2)
    assert code(await nurse.patch("/v1/me/notifications", json={}, headers={"If-Match": '"1"'})) == STALE
    assert await get(nurse, "/v1/me/notifications") == ok(on)
    assert (await get(who("coordinator"), "/v1/me/notifications"))["mode"] == "off"
    for wrong in ({"mode": "hourly"}, {"language": "de"}, {"mode": None}, {"email": "x@y.fi"}):
        assert (await nurse.patch("/v1/me/notifications", json=wrong, headers={"If-Match": '"2"'})).status_code == 422
