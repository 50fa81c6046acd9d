"""What the database itself shows to who holds a link to a share, and to a recipient; and what it lets them write."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.consents import service as consents
from app.dev.town import Town
from app.kit.clock import utcnow
from tests.contract.conftest import Place, seen_by
from tests.contract.life import sharing as life
from tests.contract.life.preinformation import act, ok
from tests.contract.test_row_security import OF_CALLERS, counts, everything

ENTER = text("SELECT enter_share(:token, :code, :at)")
TRY = text("SELECT try_share_link(:token, :code, :at)")


@pytest.fixture(scope="module")
async def keys(place: Place, template: Town) -> dict[str, bytes]:
    """The hashes of an open link to a share that nobody has answered: Aino has another one that was."""
    made, _ = await life.shared(place, template)
    link = await act(place.who("nurse"), f"/v1/shares/{made['id']}/links", {})
    ok(await place.who("").get("/v1/shared", headers=life.holding(link)))
    rows = await place.sql("SELECT token_hash, code_hash FROM share_links WHERE share_id = :id", id=made["id"])
    return {"token": rows[0][0], "code": rows[0][1]}


@asynccontextmanager
async def held(place: Place, keys: dict[str, bytes]) -> AsyncIterator[AsyncConnection]:
    """A connection as the app role, entered by the link, rolled back at the end."""
    async with place.engine.connect() as connection:
        await connection.begin()
        assert (await connection.execute(ENTER, {**keys, "at": utcnow()})).scalar_one() is not None
        yield connection
        await connection.rollback()


SEEN = {"shares": 1, "share_items": 3}


async def test_the_holder_sees_one_share_and_nothing_else_of_anybody(
    place: Place, client_tables: list[str], keys: dict[str, bytes]
) -> None:
    there = await everything(place, client_tables)
    assert there["shares"] > 1
    assert there["share_items"] > 3
    async with held(place, keys) as connection:
        assert await counts(connection, [*client_tables, *OF_CALLERS]) == SEEN


async def test_entering_by_a_link_leaves_behind_who_was_there_before(
    place: Place, client_tables: list[str], keys: dict[str, bytes]
) -> None:
    everybody = "SELECT set_config('app.login', gen_random_uuid()::text, true), set_config('app.teams', (SELECT '{' || string_agg(id::text, ',') || '}' FROM teams), true), set_config('app.registers', '{health}', true), set_config('app.organisations', (SELECT '{' || string_agg(id::text, ',') || '}' FROM organisations), true), set_config('app.form', gen_random_uuid()::text, true)"  # noqa: E501
    async with place.engine.connect() as connection:
        await connection.begin()
        await connection.execute(text(everybody))
        assert len(await counts(connection, client_tables)) > 10
        await connection.execute(ENTER, {**keys, "at": utcnow()})
        assert await counts(connection, client_tables) == SEEN
        # And the other way round: who signs in afterwards, or comes by a form's link, holds no link to a share.
        for more in (everybody, "SELECT set_config('app.login', '', true)"):
            await connection.execute(text(more))
            held_now = await connection.execute(text("SELECT ctx_share(), ctx_share_link(), ctx_share_client()"))
            assert held_now.one() == (None, None, None)
        await connection.rollback()


async def test_the_token_alone_the_code_alone_and_a_link_that_is_late_open_nothing(
    place: Place, client_tables: list[str], keys: dict[str, bytes]
) -> None:
    late = await place.value("SELECT expires_at FROM share_links WHERE token_hash = :t", t=keys["token"])
    for given in (
        {**keys, "code": b"x", "at": utcnow()}, {**keys, "token": b"x", "at": utcnow()}, {**keys, "at": late},
    ):  # fmt: skip
        async with place.engine.connect() as connection:
            await connection.begin()
            assert (await connection.execute(ENTER, given)).scalar_one() is None
            assert (await connection.execute(TRY, given)).scalar_one() is False
            assert await counts(connection, [*client_tables, *OF_CALLERS]) == {}
            await connection.rollback()


MORE: list[tuple[str, str]] = [
    ("UPDATE shares SET state = 'revoked', ended_at = now(), ended_because = 'x'", "a recipient replies"),
    ("UPDATE shares SET state = 'acknowledged', reply_read_at = now()", "a recipient replies"),
    ("UPDATE shares SET state = 'acknowledged', ended_because = 'x'", "a recipient replies"),
    ("UPDATE shares SET expires_at = now() + interval '9 years'", "permission denied"),
    ("UPDATE shares SET data_classes = '{health}'", "permission denied"),
    ("UPDATE share_items SET kind = 'x'", "permission denied"),
    ("UPDATE share_links SET opens = 0", "permission denied"),
    ("UPDATE share_replies SET by = 'manual'", "permission denied"),
    ("DELETE FROM share_items", "permission denied"),
    ("INSERT INTO share_items SELECT share_id, client_id, register, 9, kind, data_classes, source_id, sealed, content, now(), gen_random_uuid() FROM share_items LIMIT 1", "row-level security"),  # noqa: E501
    ("INSERT INTO share_links SELECT id, client_id, 'x', 'x', now(), NULL, now(), 1, 1, 0, 0, NULL, NULL, NULL, now(), gen_random_uuid() FROM shares", "row-level security"),  # noqa: E501
    ("INSERT INTO notes SELECT client_id, pathway_id, NULL, NULL, 'operational', 'x', true, now(), NULL, 'recorded', NULL, 1, now(), gen_random_uuid() FROM shares", "row-level security"),  # noqa: E501
]  # fmt: skip
REPLY = (
    "INSERT INTO share_replies"
    " (share_id, client_id, register, kind, by, link_id, person_id, sealed, at, created_at, id)"
    " SELECT {share}, client_id, {register}, 'answer', {by}, {link}, {person}, 'x', now(), now(), gen_random_uuid()"
    " FROM shares"
)
OWN = {"share": "id", "register": "register", "by": "'link'", "link": "ctx_share_link()", "person": "NULL"}


@pytest.mark.parametrize(("statement", "refusal"), MORE)
async def test_the_holder_replies_and_does_nothing_more(
    place: Place, keys: dict[str, bytes], statement: str, refusal: str
) -> None:
    async with held(place, keys) as connection:
        with pytest.raises(DBAPIError, match=refusal):
            await connection.execute(text(statement))


async def test_the_holder_replies(place: Place, keys: dict[str, bytes]) -> None:
    async with held(place, keys) as connection:
        replied: Any = await connection.execute(
            text("UPDATE shares SET state = 'answered', answered_at = now(), acknowledged_at = now()")
        )
        assert replied.rowcount == 1
        await connection.execute(text(REPLY.format(**OWN)))


@pytest.mark.parametrize(
    "other",
    [
        {"share": "gen_random_uuid()"}, {"register": "'health'"}, {"by": "'account'"}, {"by": "'manual'"},
        {"link": "NULL"}, {"person": "(SELECT id FROM persons LIMIT 1)"},
    ],
)  # fmt: skip
async def test_a_reply_is_of_the_link_and_of_its_share(
    place: Place, keys: dict[str, bytes], other: dict[str, str]
) -> None:
    async with held(place, keys) as connection:
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(text(REPLY.format(**{**OWN, **other})))


LINE = (
    "INSERT INTO use_log (at, login_id, person_id, person_name, role, client_id, action, resource_type, fields,"
    " purpose, basis, request_id, id) VALUES (now(), {login}, {person}, 'x', {role}, {client}, 'read', {kind},"
    " '{{}}', 'x', 'x', 'x', gen_random_uuid())"
)
LOGGED = {
    "login": "ctx_share_link()", "person": "NULL", "role": "'share_link'", "client": "ctx_share_client()",
    "kind": "'shares'",
}  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"login": "gen_random_uuid()"}, {"person": "(SELECT id FROM persons LIMIT 1)"}, {"role": "'nurse'"},
        {"client": "gen_random_uuid()"}, {"client": "NULL"}, {"kind": "'assessments'"},
    ],
)  # fmt: skip
async def test_the_holders_line_of_the_log_is_about_the_share_and_in_the_name_of_the_link(
    place: Place, keys: dict[str, bytes], other: dict[str, str]
) -> None:
    async with held(place, keys) as connection:
        await connection.execute(text(LINE.format(**LOGGED)))
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(text(LINE.format(**{**LOGGED, **other})))


async def test_a_recipient_sees_what_was_shared_with_it_while_it_is_permitted(
    place: Place, template: Town, client_tables: list[str]
) -> None:
    made, consent = await life.shared(place, template)
    tables = [table for table in client_tables if table != "use_log"]
    async with seen_by(place, "parish") as connection:
        before = await counts(connection, tables)
    there = await everything(place, tables)
    assert before == {table: there[table] for table in ("shares", "share_items", "share_replies")}
    async with seen_by(place, "ngo") as connection:
        assert await counts(connection, tables) == {}
    await act(place.who("nurse"), f"/v1/consents/{consent['id']}/withdraw", {})
    async with seen_by(place, "parish") as connection:
        after = await counts(connection, tables)
        with pytest.raises(DBAPIError, match="a recipient replies"):
            await connection.execute(text("UPDATE shares SET state = 'revoked', ended_at = now(), ended_because = 'x'"))
    assert (before["shares"] - after["shares"], before["share_items"] - after["share_items"]) == (1, len(made["items"]))


RACES = 40


async def test_nothing_is_told_after_the_withdrawal_is_acknowledged(
    busy: Place, template: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty openings by link and by login against one withdrawal: what was found to be permitted was told before the
    withdrawal was answered, and what begins after its answer finds nothing."""
    nurse, nobody, parish = busy.who("nurse"), busy.who(""), busy.who("parish")
    made, consent = await life.shared(busy, template)
    link = await act(nurse, f"/v1/shares/{made['id']}/links", {})
    await busy.sql("UPDATE share_links SET most_opens = 200 WHERE share_id = :id", id=made["id"])
    held_by = life.holding(link)
    told: list[str] = []
    found: list[tuple[bool, int]] = []
    ask = consents.ask

    async def asked(*given: Any) -> Any:
        ruling = await ask(*given)
        # Between the question and the answer: long enough for a withdrawal to slip in, if anything lets it.
        await asyncio.sleep(0.02)
        told.append("told" if ruling.permitted else "not told")
        return ruling

    monkeypatch.setattr(consents, "ask", asked)

    async def read(number: int) -> None:
        await asyncio.sleep(number / 200)
        late = "withdrawn" in told
        if number % 2:
            answer = await nobody.get("/v1/shared", headers=held_by)
        else:
            answer = await parish.get(f"/v1/received-shares/{made['id']}")
        found.append((late, answer.status_code))

    async def withdraw() -> None:
        await asyncio.sleep(RACES / 600)
        await act(nurse, f"/v1/consents/{consent['id']}/withdraw", {})
        told.append("withdrawn")

    await asyncio.gather(withdraw(), *(read(number) for number in range(RACES)))
    await read(1)
    await read(2)
    assert told.count("told") > 0, told
    assert "told" not in told[told.index("withdrawn") :], told
    assert {status for late, status in found if late} == {404}, found
    assert {status for _, status in found} == {200, 404}, found


async def test_a_link_of_two_openings_is_opened_twice_by_many_at_once(busy: Place, template: Town) -> None:
    made, _ = await life.shared(busy, template)
    link = await act(busy.who("nurse"), f"/v1/shares/{made['id']}/links", {})
    await busy.sql("UPDATE share_links SET most_opens = 2 WHERE share_id = :id", id=made["id"])
    held_by, nobody = life.holding(link), busy.who("")
    answers = await asyncio.gather(*(nobody.get("/v1/shared", headers=held_by) for _ in range(8)))
    assert Counter(answer.status_code for answer in answers) == {200: 2, 404: 6}


async def test_a_share_is_answered_once_by_many_at_once(busy: Place, template: Town) -> None:
    made, _ = await life.shared(busy, template)
    link = await act(busy.who("nurse"), f"/v1/shares/{made['id']}/links", {})
    held_by, nobody = life.holding(link), busy.who("")
    say = {"body": "Tuesday suits us."}
    answers = await asyncio.gather(*(nobody.post("/v1/shared/answer", json=say, headers=held_by) for _ in range(8)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 7}
    assert await busy.value("SELECT count(*) FROM share_replies WHERE share_id = :id", id=made["id"]) == 1
