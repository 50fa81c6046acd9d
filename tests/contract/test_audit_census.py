"""Everything that is changed or read stands in the use log: counted against what the database itself saw change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.routing import iter_route_contexts

from app.dev.town import Town
from app.jobs.queries import SEAL
from app.site.router import BY_LINK
from tests.contract.conftest import AINO, CLIENT_TABLES, Place, Settle, live_on, new_person
from tests.contract.read_routes import ASKED, IDS, IDS_OF, NO_CLIENT, NOTHING_PERSONAL, OF_AREA

COUNTED = """
CREATE TABLE census (seen bigserial, xid xid8, kind text, op text, id uuid, client uuid);
"""
COUNTER = """
CREATE FUNCTION count_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO census (xid, kind, op, id, client)
  VALUES (pg_current_xact_id(), TG_ARGV[0], TG_OP, NEW.id, (CASE WHEN TG_ARGV[0] = 'clients' THEN to_jsonb(NEW)->>'id'
                                                            ELSE to_jsonb(NEW)->>'client_id' END)::uuid);
  RETURN NULL;
END $$
"""
# Written by the machinery around a change; what they tell of is in the log by itself.
# A reminder is the log of what a job sent.
MACHINERY = {"use_log", "outbox_events", "idempotency_keys", "appointment_reminders"}


@pytest.fixture(scope="module")
async def counted(settle: Settle) -> AsyncIterator[Place]:
    """A place whose every table notes each change in `census`, with its transaction."""
    async with settle() as place:
        await place.sql(SEAL.text, most=100_000)
        await place.sql(COUNTED)
        await place.sql(COUNTER)
        tables = {row[0] for row in await place.sql(CLIENT_TABLES)} | {"idempotency_keys"}
        for table in tables:
            await place.sql(
                f"CREATE TRIGGER census AFTER INSERT OR UPDATE ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION count_change('{table}')"
            )
        yield place


async def changes(place: Place, since: int = 0) -> tuple[dict[Any, set[str]], dict[Any, set[str]]]:
    """What changed and what the log says of it: (transaction, table, row) to operations, and to actions."""
    changed: dict[Any, set[str]] = defaultdict(set)
    for xid, kind, op, id in await place.sql(
        "SELECT xid::text, kind, op, id FROM census WHERE seen > :since", since=since
    ):
        if kind not in MACHINERY:
            changed[xid, kind, id].add(op)
    logged: dict[Any, set[str]] = defaultdict(set)
    rows = await place.sql(
        "SELECT c.xid::text, u.resource_type, u.resource_id, u.action FROM census c JOIN use_log u ON u.id = c.id"
        " WHERE c.kind = 'use_log' AND c.seen > :since",
        since=since,
    )
    for xid, kind, id, action in rows:
        logged[xid, kind, id].add(action)
    return changed, logged


async def test_every_change_of_a_story_is_in_the_log(counted: Place, template: Town) -> None:
    await counted.tell()
    await live_on(counted, template)
    changed, logged = await changes(counted)
    assert len(changed) > 80
    touched = {kind for _, kind, _ in changed}
    # A login is given by people's services, not in the story.
    assert {row[0] for row in await counted.sql(CLIENT_TABLES)} - touched - MACHINERY == {"logins"}
    missing = []
    for what, operations in changed.items():
        if "INSERT" in operations and not {"create", "disclose"} & logged[what]:
            missing.append((*what[1:], "INSERT"))
        # An attempt to open a link is counted by the database itself; an opening is in the log as a reading.
        if operations == {"UPDATE"} and "update" not in logged[what] and what[1] != "share_links":
            missing.append((*what[1:], "UPDATE"))
    assert missing == []


async def test_the_log_names_whose_data_it_was_and_who_changed_it(counted: Place) -> None:
    since = await counted.value("SELECT COALESCE(max(seen), 0) FROM census")
    await counted.tell()
    loose = await counted.sql(
        "SELECT DISTINCT w.kind FROM census w JOIN census c ON c.xid = w.xid AND c.kind = 'use_log'"
        " JOIN use_log u ON u.id = c.id AND u.resource_id = w.id AND u.resource_type = w.kind"
        " WHERE w.seen > :since AND w.kind <> 'use_log' AND u.client_id IS DISTINCT FROM w.client"
        # A referral is written before the receiver has found the person: its first line has no client.
        " AND NOT (w.kind = 'referrals' AND (w.op = 'INSERT' OR u.action = 'create'))",
        since=since,
    )
    assert loose == []
    nameless = await counted.value(
        "SELECT count(*) FROM use_log u JOIN census c ON c.id = u.id WHERE c.seen > :since"
        " AND (person_name = '' OR role = '' OR basis = '' OR purpose = '' OR request_id = '')",
        since=since,
    )
    assert nameless == 0
    valued = await counted.value(
        "SELECT count(*) FROM use_log u JOIN census c ON c.id = u.id,"
        " LATERAL unnest(u.fields) f WHERE c.seen > :since AND f !~ '^[a-z][a-z_]*$'",
        since=since,
    )
    assert valued == 0, "names of fields, never values"


def read_routes(place: Place) -> list[str]:
    found = [
        str(route.path)
        for route in iter_route_contexts(place.api.routes)
        if str(route.path).startswith("/v1/") and "GET" in (route.methods or ()) and route.path not in BY_LINK
    ]
    assert len(found) > 35
    return found


def reader_of(path: str) -> str:
    """Who has something to read there."""
    return "dpo" if path.endswith("/use-log") else "parish" if "/received-shares" in path else "nurse"


async def filled(place: Place, template: Town, path: str) -> str:
    of_path, asked = IDS_OF.get(path), ASKED.get(path, "")
    for name, usual in IDS.items():
        statement = of_path or usual
        if f"{{{name}}}" in path:
            path = path.replace(
                f"{{{name}}}", str(await place.value(statement.replace(":aino", f"'{template.clients['aino']}'")))
            )
    return path + asked


async def test_every_read_of_somebodys_data_is_in_the_log_before_the_answer(counted: Place, template: Town) -> None:
    silent, wrong = [], []
    paths = [path for path in read_routes(counted) if path not in NOTHING_PERSONAL]
    assert len(paths) >= 16
    for path in paths:
        id = f"census-{uuid4()}"
        persona = reader_of(path)
        url = await filled(counted, template, path)
        assert "{" not in url, f"{path}: say in IDS where its id comes from, or that it tells nothing personal"
        answer = await counted.who(persona).get(url, headers={"X-Request-Id": id})
        assert answer.status_code == 200, f"{path}: {answer.text}"
        lines = await counted.sql("SELECT client_id, action FROM use_log WHERE request_id = :id", id=id)
        is_json = answer.headers["content-type"] == "application/json"
        items = answer.json().get("items") if is_json else None
        assert items is None or items, f"{path}: nothing was read"
        # A row of the log for each row read; the log itself is read as one, and so are the times of one offer.
        of_one = path.endswith(("/use-log", "/appointments/{appointment_id}/free-times"))
        if len(lines) < (len(items) if items and not of_one else 1):
            silent.append(path)
        clients = {client for client, _ in lines}
        if {action for _, action in lines} - {"read", "search"} or (None in clients) is not (path in NO_CLIENT):
            wrong.append(path)
    assert silent == []
    assert wrong == []


async def test_what_is_not_personal_is_really_there(counted: Place) -> None:
    assert NOTHING_PERSONAL - set(read_routes(counted)) == set()


async def test_a_denied_read_leaves_no_row_of_reading(counted: Place, template: Town) -> None:
    denied = 0
    for path in read_routes(counted):
        if path in NOTHING_PERSONAL | OF_AREA or "{" not in path:
            continue
        url = await filled(counted, template, path)
        for persona in ("hollola_nurse", "lahti_employment", "admin", ""):
            id = f"census-{uuid4()}"
            answer = await counted.who(persona).get(url, headers={"X-Request-Id": id})
            assert answer.status_code in (401, 403, 404), f"{persona} {path}: {answer.text}"
            assert answer.json().keys() <= {"type", "title", "status", "code", "detail", "instance", "permission"}
            lines = await counted.value("SELECT count(*) FROM use_log WHERE request_id = :id", id=id)
            assert lines == 0, f"{persona} {path}"
            denied += 1
    assert denied >= 40


async def test_whoever_cannot_be_logged_gets_no_answer(settle: Settle, template: Town) -> None:
    async with settle() as place:
        await place.sql(SEAL.text, most=100_000)  # what has no position is not in the feed
        await place.sql("REVOKE INSERT ON use_log FROM heinola_app")
        for path in read_routes(place):
            if path in NOTHING_PERSONAL or path.endswith("/use-log"):
                continue
            answer = await place.who(reader_of(path)).get(await filled(place, template, path))
            assert answer.status_code >= 500, path
            assert "Aino" not in answer.text
        before = await place.value("SELECT count(*) FROM referrals")
        answer = await place.who("employment").post("/v1/referrals", json=new_person(template))
        assert answer.status_code >= 500
        assert await place.value("SELECT count(*) FROM referrals") == before


async def test_searches_and_reveals_are_in_the_log(counted: Place, template: Town) -> None:
    aino: UUID = template.clients["aino"]
    nurse, sender = counted.who("nurse"), counted.who("employment")
    for client, path, body, action in (
        (nurse, "/v1/clients/search", {"familyName": "Esim"}, "search"),
        (nurse, "/v1/clients/search", {"identityCode": AINO}, "search"),
        (nurse, "/v1/clients/search", {"familyName": "Nobody"}, "search"),
        (nurse, f"/v1/clients/{aino}/reveal-identity-code", {"purpose": "service_coordination"}, "reveal"),
        (sender, "/v1/referrals/search", {"identityCode": AINO}, "search"),
    ):
        id = f"census-{uuid4()}"
        answer = await client.post(path, json=body, headers={"X-Request-Id": id})
        assert answer.status_code == 200, answer.text
        rows = await counted.sql("SELECT action, fields::text FROM use_log WHERE request_id = :id", id=id)
        assert {row[0] for row in rows} == {action}, path
        assert all(AINO not in row[1] and "Esim" not in row[1] for row in rows)


LINES = "SELECT action, resource_type, client_id FROM use_log WHERE request_id = :r"


async def test_what_a_refused_change_shows_is_logged_or_not_shown(
    settle: Settle, template: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The 412 tells how the client is now, and the refused transaction took its own lines of the log along."""
    aino = template.clients["aino"]
    path, body = f"/v1/clients/{aino}", {"phone": "+358 50 1"}
    async with settle() as place:
        stale = {"If-Match": '"99"', "X-Request-Id": "stale-change-1"}
        shown = await place.who("nurse").patch(path, json=body, headers=stale)
        assert (shown.status_code, shown.json()["current"]["id"]) == (412, str(aino))
        lines = await place.sql(LINES, r="stale-change-1")
        assert [tuple(line) for line in lines] == [("read", "clients", aino)]

        async def no_log(*_: object, **__: object) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr("app.main.used", no_log)
        hidden = await place.who("nurse").patch(path, json=body, headers=stale | {"X-Request-Id": "stale-change-2"})
        assert (hidden.status_code, hidden.json()["etag"]) == (412, shown.json()["etag"])
        assert "current" not in hidden.json()
        assert await place.sql(LINES, r="stale-change-2") == []
