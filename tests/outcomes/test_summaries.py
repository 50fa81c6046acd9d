"""The client's own summary: drafted, edited, offered, read, declined; and always offered."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.kit.flow import Flow
from app.pathways import closing
from tests import factories as f
from tests.conftest import As
from tests.factories import ABSENT, CODE_WITHIN, LACKS, STALE, TOO_LATE, UNTAGGED, Json, act, code, get, ok, pointer
from tests.plans.cases import a_follow_up, a_path
from tests.world import World

PLAIN = "You can work half days."


async def lived(who: As, world: World) -> Json:
    """A path with a goal, a follow-up and a health check that concluded something."""
    path = await a_path(who, world)
    goals = {"goals": [{"description": "Mornings out.", "agreedWithClient": True}]}
    path = ok(await act(who("nurse"), f"/v1/pathways/{path['id']}/agree-plan", goals, path))
    check = await f.an_assessment(who, path)
    ok(await act(who("nurse"), f"/v1/assessments/{check['id']}/complete", f.health_check(workAbility=PLAIN), check))
    await a_follow_up(who, path)
    return await f.reread(who("nurse"), path)


def section(summary: Json, name: str) -> str:
    return str(next(one["text"] for one in summary["sections"] if one["section"] == name))


async def test_from_draft_to_read(
    who: As, world: World, connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await lived(who, world)
    at = f"/v1/pathways/{path['id']}/client-summaries"
    draft = ok(await act(who("coordinator"), at, {"language": "sv"}))
    assert (draft["state"], draft["language"], draft["automatically"]) == ("draft", "sv", False)
    assert "Mornings out." in section(draft, "decided")
    assert PLAIN in section(draft, "found")
    assert "Asks how it goes." in section(draft, "next")
    assert "Hanna Harju" in section(draft, "contact")
    assert code(await act(who("nurse"), at, {})) == (409, "draft_exists")
    there = f"/v1/client-summaries/{draft['id']}"
    assert code(await who("client").get(there)) == ABSENT
    assert (await get(who("client"), at))["items"] == []
    for persona in ("social", "lead"):
        seen = await get(who(persona), there)
        assert (seen["state"], seen["sections"], seen["hints"]) == ("draft", None, None)
        assert code(await who(persona).get(f"{there}/print")) == (403, "words_not_yours")
    assert code(await who("hollola_nurse").get(there)) == ABSENT
    assert code(await who("employment").get(there)) == LACKS
    long = {"section": "found", "text": " ".join(["ord"] * 16) + " t.ex. M54.5."}
    tag = {"If-Match": f'"{draft["version"]}"'}
    assert code(await who("nurse").patch(there, json={"sections": [long]})) == UNTAGGED
    assert code(await who("social").patch(there, json={"sections": [long]}, headers=tag)) == (403, "words_not_yours")
    coded = {"sections": [long, {"section": "next", "text": "010190-900P"}]}
    refused = await who("nurse").patch(there, json=coded, headers=tag)
    assert (code(refused), pointer(refused)) == (CODE_WITHIN, "/body/sections/1/text")
    edited = ok(await who("nurse").patch(there, json={"sections": [long]}, headers=tag))
    assert section(edited, "found") == long["text"]
    assert section(edited, "decided") == section(draft, "decided")
    hinted = {hint["code"] for hint in edited["hints"] if hint["section"] == "found"}
    assert hinted == {"long_sentence", "abbreviation", "coded"}
    assert edited["sha256"] != draft["sha256"]
    assert code(await act(who("nurse"), f"{there}/offer", {}, draft)) == STALE
    offered = ok(await act(who("nurse"), f"{there}/offer", {}, edited))
    assert (offered["state"], offered["sha256"], offered["hints"]) == ("offered", edited["sha256"], None)
    again = await who("nurse").patch(there, json={"sections": [long]}, headers={"If-Match": "*"})
    assert code(again) == TOO_LATE
    with monkeypatch.context() as blind:  # the database's last word
        blind.setattr(Flow, "check", lambda *_: None)
        again = await who("nurse").patch(there, json={"sections": [{**long, "text": "."}]}, headers={"If-Match": "*"})
    assert code(again) == (409, "summary_offered")
    assert code(await act(who("nurse"), f"{there}/decline", {}, offered)) == (403, "clients_to_say")
    assert (await get(who("nurse"), there))["firstReadAt"] is None
    read = await get(who("client"), there)
    assert read["firstReadAt"] is not None
    page = await who("client").get(f"{there}/print")
    assert (page.status_code, page.headers["Content-Language"]) == (200, "sv")
    assert "<h2>Vad vi gjorde</h2>" in page.text
    assert (await get(who("client"), there))["firstReadAt"] == read["firstReadAt"]
    declined = ok(await act(who("client"), f"{there}/decline", {}, read))
    assert declined["state"] == "declined"
    assert section(declined, "found") == long["text"]
    newer = ok(await act(who("nurse"), at, {}))
    assert newer["language"] == "fi"
    await connection.execute(text("SET LOCAL ROLE NONE"))
    for change in (
        "UPDATE client_summary_words SET sections = '[]' WHERE summary_id = :id",
        "UPDATE client_summaries SET sha256 = 'x' WHERE id = :id",
    ):
        nested = await connection.begin_nested()
        with pytest.raises(DBAPIError, match="a summary that was offered stays"):
            await connection.execute(text(change), {"id": declined["id"]})
        await nested.rollback()
    await connection.execute(text("SET LOCAL ROLE heinola_app"))


async def test_a_path_that_closes_has_offered_one(
    who: As, world: World, connection: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody drafted one, and who closes reads no conclusions: the client gets it all the same, once."""
    seen, path = await f.with_outcome(
        who, world, client=f.person(identityCode=f.AINO), outcome="discontinued_not_timely"
    )
    ok(await f.told(who, seen, "closure_notice"))
    path = await f.reread(who("social"), path)
    at = f"/v1/pathways/{path['id']}"
    ending = "UPDATE pathways SET state = 'closed', closed_at = now(), closing_reason = 'x' WHERE id = :id"
    nested = await connection.begin_nested()
    await connection.execute(text("SET LOCAL ROLE NONE"))
    await connection.execute(text(ending), {"id": path["id"]})
    with pytest.raises(DBAPIError, match="offered no summary"):
        await connection.execute(text("SET CONSTRAINTS summary_offered IMMEDIATE"))
    await nested.rollback()
    await connection.execute(text("SET CONSTRAINTS summary_offered IMMEDIATE"))
    with monkeypatch.context() as forgetful:
        forgetful.setattr(closing, "BEFORE_CLOSING", [])
        refused = await act(who("social"), f"{at}/close", {"reason": "client_withdrew"}, path)
    assert code(refused) == (409, "summary_not_offered")
    ok(await act(who("social"), f"{at}/close", {"reason": "client_withdrew"}, path))
    await connection.execute(text("SET CONSTRAINTS summary_offered IMMEDIATE"))
    (offered,) = (await get(who("client"), f"{at}/client-summaries"))["items"]
    assert (offered["state"], offered["automatically"], offered["offeredById"]) == ("offered", True, None)
    assert offered["language"] == "fi"
    assert "Tämä polku päättyy." in section(offered, "next")
    assert "käyttölokista" in section(offered, "rights")


async def test_it_says_the_same_whoever_closes(who: As, world: World) -> None:
    """`social` reads no conclusions, and one offered before the outcome is not the last word."""
    path = await lived(who, world)
    at = f"/v1/pathways/{path['id']}"
    early = ok(await act(who("social"), f"{at}/client-summaries", {"language": "en"}))
    assert early["sections"] is None
    assert PLAIN in section(await get(who("nurse"), f"/v1/client-summaries/{early['id']}"), "found")
    ok(await act(who("nurse"), f"/v1/client-summaries/{early['id']}/offer", {}, early))
    path = await f.reread(who("nurse"), path)
    ok(await act(who("nurse"), f"{at}/record-outcome", {"code": "work_trial"}, path))
    for one in path["referrals"]:
        ok(await f.told(who, {"id": one["referralId"]}))
    path = await f.reread(who("social"), path)
    ok(await act(who("social"), f"{at}/close", {"reason": "plan_completed"}, path))
    items = (await get(who("client"), f"{at}/client-summaries"))["items"]
    assert [one["automatically"] for one in items if one["id"] != early["id"]] == [True]
    newer = next(one for one in items if one["automatically"])
    assert PLAIN in section(newer, "found")
    assert section(newer, "decided") != section(early | {"sections": items[-1]["sections"]}, "decided")


async def test_the_draft_there_is_is_offered_and_none_is_offered_twice(who: As, world: World) -> None:
    for offer in (False, True):
        seen, path = await f.with_outcome(who, world)
        ok(await f.told(who, seen))
        at = f"/v1/pathways/{path['id']}"
        draft = ok(await act(who("nurse"), f"{at}/client-summaries", {}))
        if offer:
            ok(await act(who("nurse"), f"/v1/client-summaries/{draft['id']}/offer", {}, draft))
        path = await f.reread(who("nurse"), path)
        ok(await act(who("nurse"), f"{at}/close", {"reason": "plan_completed"}, path))
        (only,) = (await get(who("nurse"), f"{at}/client-summaries"))["items"]
        assert (only["id"], only["automatically"]) == (draft["id"], not offer)


async def test_a_protected_address_is_blotted_out(who: As, world: World) -> None:
    path = await a_path(who, world)
    home = {"address": "Zqkatu 7 B", "protected": True}
    ok(await who("nurse").patch(f"/v1/clients/{path['clientId']}", json=home, headers={"If-Match": "*"}))
    at = f"/v1/pathways/{path['id']}/client-summaries"
    draft = ok(await act(who("nurse"), at, {}))
    there = f"/v1/client-summaries/{draft['id']}"
    words = {"sections": [{"section": "next", "text": "We meet at Zqkatu 7 B."}]}
    ok(await who("nurse").patch(there, json=words, headers={"If-Match": "*"}))
    assert "Zqkatu" in section(await get(who("nurse"), there), "next")
    assert "Zqkatu" not in section(await get(who("coordinator"), there), "next")
    assert "Zqkatu" not in (await who("coordinator").get(f"{there}/print")).text
