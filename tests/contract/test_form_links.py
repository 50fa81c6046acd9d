"""What the database itself shows to who holds a form link: one form and its answers; and what it lets them write."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.dev.town import Town
from app.kit.clock import civil_date, utcnow
from tests.contract.conftest import Place
from tests.contract.life import preinformation as life
from tests.contract.test_row_security import OF_CALLERS, counts, everything

ENTER = text("SELECT enter_form(:hash, :at, :on)")
FORM = "preinformation_forms"
ANSWERS = "preinformation_answers"


@pytest.fixture(scope="module")
async def hash(place: Place, template: Town) -> bytes:
    """The hash of an open link of a second form, partly filled: Aino has another one that was sent."""
    nurse, nobody = place.who("nurse"), place.who("")
    path, _ = await life.running(place, template)
    form = life.ok(await nurse.post(f"/v1/pathways/{path}/preinformation", json={}))
    link = await life.act(nurse, f"/v1/preinformation/{form['id']}/links", {})
    holder = {"Form-Token": link["token"], "If-Match": "*"}
    life.ok(await nobody.patch("/v1/filling", json={"answers": life.REQUIRED}, headers=holder))
    found: bytes = await place.value(
        "SELECT token_hash FROM preinformation_links WHERE ended_at IS NULL AND form_id = :f", f=form["id"]
    )
    return found


@asynccontextmanager
async def held(place: Place, hash: bytes) -> AsyncIterator[AsyncConnection]:
    """A connection as the app role, entered by the link, rolled back at the end."""
    async with place.engine.connect() as connection:
        await connection.begin()
        at = utcnow()
        answer = (await connection.execute(ENTER, {"hash": hash, "at": at, "on": civil_date(at)})).scalar_one()
        assert answer["standing"] == "open"
        yield connection
        await connection.rollback()


async def test_the_holder_sees_one_form_and_its_answers_and_nothing_else_of_anybody(
    place: Place, client_tables: list[str], hash: bytes
) -> None:
    there = await everything(place, client_tables)
    assert there[FORM] > 1
    assert there[ANSWERS] > 1
    assert set(client_tables) == there.keys(), "an empty table shows nothing"
    async with held(place, hash) as connection:
        assert await counts(connection, [*client_tables, *OF_CALLERS]) == {FORM: 1, ANSWERS: 1}


async def test_entering_by_a_link_leaves_behind_who_was_there_before(
    place: Place, client_tables: list[str], hash: bytes
) -> None:
    everybody = "SELECT set_config('app.login', gen_random_uuid()::text, true), set_config('app.teams', (SELECT '{' || string_agg(id::text, ',') || '}' FROM teams), true), set_config('app.registers', '{health}', true)"  # noqa: E501
    async with place.engine.connect() as connection:
        await connection.begin()
        await connection.execute(text(everybody))
        assert len(await counts(connection, client_tables)) > 10
        at = utcnow()
        await connection.execute(ENTER, {"hash": hash, "at": at, "on": civil_date(at)})
        assert await counts(connection, client_tables) == {FORM: 1, ANSWERS: 1}
        # And the other way round: who signs in afterwards holds no link.
        await connection.execute(text(everybody))
        assert (await connection.execute(text("SELECT ctx_form(), ctx_form_link(), ctx_form_client()"))).one() == (
            None, None, None,
        )  # fmt: skip
        await connection.rollback()


async def test_a_link_that_is_not_open_opens_nothing(place: Place, client_tables: list[str], hash: bytes) -> None:
    late = "SELECT expires_at FROM preinformation_links WHERE token_hash = :h"
    at = await place.value(late, h=hash)
    for given, when, standing in ((hash, at, "expired"), (b"nothing", utcnow(), None)):
        async with place.engine.connect() as connection:
            await connection.begin()
            values = {"hash": given, "at": when, "on": civil_date(when)}
            answer = (await connection.execute(ENTER, values)).scalar_one()
            assert answer == ({"standing": standing} if standing else None)
            assert await counts(connection, [*client_tables, *OF_CALLERS]) == {}
            await connection.rollback()


MORE: list[tuple[str, str]] = [
    ("UPDATE preinformation_forms SET state = 'cancelled'", "a link fills a form"),
    ("UPDATE preinformation_forms SET state = 'entered_in_error'", "a link fills a form"),
    ("UPDATE preinformation_forms SET ended_reason = 'x', state = 'in_progress'", "a link fills a form"),
    ("UPDATE preinformation_forms SET client_id = gen_random_uuid()", "permission denied"),
    ("UPDATE preinformation_forms SET form_version = 2", "permission denied"),
    ("UPDATE preinformation_answers SET client_id = gen_random_uuid()", "permission denied"),
    ("DELETE FROM preinformation_answers", "permission denied"),
    ("INSERT INTO preinformation_addenda SELECT f.id, f.client_id, 'health', NULL, 'x', 'link', now(), NULL, now(), gen_random_uuid() FROM preinformation_forms f", "row-level security"),  # noqa: E501
    ("INSERT INTO preinformation_links SELECT f.id, f.client_id, 'x', NULL, now(), NULL, now(), NULL, NULL, now(), gen_random_uuid() FROM preinformation_forms f", "row-level security"),  # noqa: E501
    ("INSERT INTO preinformation_answers SELECT gen_random_uuid(), client_id, 'health', '{}', now(), gen_random_uuid() FROM preinformation_answers", "row-level security"),  # noqa: E501
    ("INSERT INTO persons SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid()))).* FROM persons p LIMIT 1", "(row-level security|non-DEFAULT)"),  # noqa: E501
]  # fmt: skip


@pytest.mark.parametrize(("statement", "refusal"), MORE)
async def test_the_holder_fills_the_form_and_does_nothing_more(
    place: Place, hash: bytes, statement: str, refusal: str
) -> None:
    async with held(place, hash) as connection:
        filled: Any = await connection.execute(text('UPDATE preinformation_answers SET answers = \'{"hopes": "x"}\''))
        assert filled.rowcount == 1
        begun: Any = await connection.execute(
            text("UPDATE preinformation_forms SET state = 'submitted', submitted_at = now()")
        )
        assert begun.rowcount == 1
    async with held(place, hash) as connection:
        with pytest.raises(DBAPIError, match=refusal):
            await connection.execute(text(statement))


LINE = (
    "INSERT INTO use_log (at, login_id, person_id, person_name, role, client_id, action, resource_type, fields,"
    " purpose, basis, request_id, id) VALUES (now(), {login}, {person}, 'x', {role}, {client}, 'read', {kind},"
    " '{{}}', 'x', 'x', 'x', gen_random_uuid())"
)
OWN = {
    "login": "ctx_form_link()", "person": "NULL", "role": "'form_link'", "client": "ctx_form_client()",
    "kind": "'preinformation_answers'",
}  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"login": "gen_random_uuid()"}, {"person": "(SELECT id FROM persons LIMIT 1)"}, {"role": "'nurse'"},
        {"client": "gen_random_uuid()"}, {"client": "NULL"}, {"kind": "'assessments'"},
    ],
)  # fmt: skip
async def test_the_holders_line_of_the_log_is_about_the_form_and_in_the_name_of_the_link(
    place: Place, hash: bytes, other: dict[str, str]
) -> None:
    async with held(place, hash) as connection:
        await connection.execute(text(LINE.format(**OWN)))
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(text(LINE.format(**{**OWN, **other})))


async def test_nobody_else_writes_lines_in_the_name_of_a_link(place: Place, hash: bytes) -> None:
    async with place.engine.connect() as connection:
        await connection.begin()
        with pytest.raises(DBAPIError, match=r"row-level security|not-null"):
            await connection.execute(text(LINE.format(**OWN)))


async def test_reading_by_a_link_is_in_the_log_before_the_answer(place: Place, template: Town) -> None:
    form = await place.value("SELECT id FROM preinformation_forms WHERE state = 'in_progress' LIMIT 1")
    link = await life.act(place.who("nurse"), f"/v1/preinformation/{form}/links", {})
    headers = {"Form-Token": link["token"], "X-Request-Id": "filling-read-1"}
    assert (await place.who("").get("/v1/filling", headers=headers)).status_code == 200
    lines = await place.sql(
        "SELECT action, resource_type, client_id, role, person_name FROM use_log WHERE request_id = 'filling-read-1'"
    )
    assert [tuple(line) for line in lines] == [("read", ANSWERS, template.clients["aino"], "form_link", "form link")]
    await place.sql("REVOKE INSERT ON use_log FROM heinola_app")
    try:
        refused = await place.who("").get("/v1/filling", headers=headers)
    finally:
        await place.sql("GRANT INSERT ON use_log TO heinola_app")
    assert refused.status_code >= 500
    assert "answers" not in refused.text
