"""The library: published with agreement and a second person, and never what was withdrawn."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import As
from tests.factories import ABSENT, act, action, code, get, ok
from tests.questions.cases import (
    ANSWER,
    a_forum,
    answers,
    asks,
    here,
    proposed,
    seen,
)
from tests.world import World


async def test_published_with_agreement_and_a_second_person(who: As, world: World) -> None:
    made = await a_forum(who, world)
    asked = await asks(who, made)
    assert code(
        await act(who("physician_mental"), f"{here(asked)}/library-entries", {
            "title": "T", "question": "Q", "answer": "A", "themes": ["other"], "reviewOn": "2027-01-01"})
    ) == (409, "illegal_move")  # fmt: skip
    row = await answers(who, asked)
    entry = await proposed(who, row)
    path = f"/v1/library-entries/{entry['id']}"
    assert code(await who("social").get(path)) == ABSENT, "a draft is not everybody's"
    assert code(await act(who("physician_msk"), f"{path}/publish", {}, entry)) == (409, "agreement_missing")
    assert code(await act(who("physician_msk"), f"{path}/agree", {}, entry)) == (403, "not_your_question")
    entry = ok(await act(who("nurse"), f"{path}/agree", {}, entry))
    assert code(await act(who("physician_mental"), f"{path}/publish", {}, entry)) == (403, "second_person_needed")
    assert not action(await get(who("physician_mental"), path), "publish")["allowed"]
    entry = ok(
        await who("physician_mental").patch(path, json={"answer": ANSWER + " Ks. Kela."}, headers={"If-Match": "*"})
    )
    assert entry["agreedAt"] is None
    assert code(await act(who("physician_msk"), f"{path}/publish", {}, entry)) == (409, "agreement_missing")
    entry = ok(await act(who("nurse"), f"{path}/agree", {}, entry))
    entry = ok(await act(who("physician_msk"), f"{path}/publish", {}, entry))
    for by in ("social", "kela"):
        shown = await get(who(by), path)
        assert shown["state"] == "published"
    assert shown["questionId"] is not None, "Kela's adviser answers in the forum"
    assert (await get(who("social"), path))["questionId"] is None
    assert "Hanna" not in str(await get(who("social"), path))
    for words, found in (
        ("kuntoutusraha -työmarkkinatuki", False), ("kuntoutusraha -työmarkkinatuen -lomautuksen", True),
        ("kuntoutusrahan", True), ("KUNTOUTUSRAHA -lomautus", True), ('"työmarkkinatuki"', True), ("kissa", False),
        ("'", False), ("a & | ! ( :* <-> \\", False), ("%_", False), ("-", False), ("   ", True), ("ja", False),
    ):  # fmt: skip
        got = (await get(who("social"), "/v1/library-entries", words=words))["items"]
        assert bool(got) is found, words
    assert (await get(who("social"), "/v1/library-entries", theme="rehabilitation"))["items"] == []
    out = ok(await act(who("physician_mental"), f"{path}/mark-outdated", {"reason": "Laki muuttui."}, entry))
    assert (out["state"], out["endedReason"]) == ("outdated", "Laki muuttui.")
    assert (await get(who("social"), "/v1/library-entries"))["items"] == []


async def test_what_was_withdrawn_is_not_published(who: As, world: World, connection: AsyncConnection) -> None:
    made = await a_forum(who, world)
    row = await answers(who, await asks(who, made))
    entry = await proposed(who, row)
    path = f"/v1/library-entries/{entry['id']}"
    assert (await seen(who, row))["awaitsAgreement"] == [entry["id"]]
    assert (await seen(who, row, "physician_mental"))["awaitsAgreement"] == []
    entry = ok(await act(who("nurse"), f"{path}/agree", {}, entry))
    row = await seen(who, row)
    assert row["awaitsAgreement"] == []
    ok(await act(who("nurse"), f"{here(row)}/withdraw", {"reason": "asked_by_mistake"}, row))
    for by in ("physician_mental", "physician_msk"):
        assert code(await who(by).get(path)) == ABSENT, by
    assert code(await act(who("physician_msk"), f"{path}/publish", {}, entry)) == ABSENT
    mine = await get(who("nurse"), path)
    assert (mine["state"], mine["agreedAt"]) == ("withdrawn", None)
    await connection.execute(text("SET LOCAL ROLE NONE"))
    with pytest.raises(DBAPIError, match="was withdrawn"):
        await connection.execute(text("UPDATE library_entries SET agreed_at = now() WHERE id = :id"), mine)
